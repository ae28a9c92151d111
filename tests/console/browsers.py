"""Debian's Chromium with a screen of its own, and the display's page in it."""

import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright

from appliance.displayqa.patterns import Panel, drawn, found
from appliance.displays.display import Display
from tests.console.served import LEFT, Served

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LONG_MS = 60_000


@contextmanager
def chromium(
    screen: str = "900x700", zoom_level: float = 0.0, flags: tuple[str, ...] = ()
) -> Iterator[BrowserContext]:
    """``screen`` as --screen-info has it; ``zoom_level`` counts steps of a fifth, as Chromium's."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        preferences = Path(folder) / "Default" / "Preferences"
        preferences.parent.mkdir()
        zoom = {"partition": {"default_zoom_level": {"x": zoom_level}}}
        preferences.write_text(json.dumps(zoom), "utf-8")
        context = driver.chromium.launch_persistent_context(
            folder,
            executable_path="/usr/bin/chromium",
            args=[*FLAGS, *flags, f"--screen-info={{{screen}}}"],
            no_viewport=True,
            locale="en-GB",
        )
        context.set_default_timeout(LONG_MS)
        yield context
        context.close()


class Window:
    """The display's page in a window of ``context``."""

    def __init__(self, context: BrowserContext, served: Served) -> None:
        self.page: Page = context.new_page()
        self.served = served
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda each: self.faults.append(each.text))
        self._devtools = context.new_cdp_session(self.page)
        answer = self.page.goto(f"{served.origin}/display")
        assert answer is not None
        assert answer.ok

    def pair(self, display: Display = LEFT) -> "Window":
        self.see("code")
        assert self.served.type_code(self.page.inner_text("#code"), display.name) == 303
        self.see("paired")
        return self

    def fill(self) -> "Window":
        """As a person does; headless Chromium leaves its window's size as it is, so that is set."""
        self.page.click("#fill")
        return self.bounds("fullscreen")

    def bounds(self, state: str) -> "Window":
        window = self._devtools.send("Browser.getWindowForTarget")["windowId"]
        bounds = {"windowId": window, "bounds": {"windowState": state}}
        self._devtools.send("Browser.setWindowBounds", bounds)
        return self

    def see(self, view: str) -> None:
        self.page.wait_for_selector(f"[data-view={view}]:not([hidden])")

    def pause(self) -> None:
        """Its scripts stand still."""
        self._devtools.send("Debugger.enable")
        self._devtools.send("Debugger.pause")

    def go_on(self) -> None:
        self._devtools.send("Debugger.disable")

    def pixels(self) -> NDArray[np.uint8]:
        """Of the screen: row, column; red, green, blue."""
        with Image.open(io.BytesIO(self.page.screenshot())) as picture:
            return np.asarray(picture.convert("RGB"))

    def close(self) -> None:
        self.page.close()


def meant(name: str, width_px: int, height_px: int) -> NDArray[np.uint8]:
    """The pixels that a pattern should have on a screen of 8 bits."""
    raster = drawn(found(name)[0], Panel(width_px, height_px))
    grey = raster if raster.ndim == 3 else np.repeat(raster[..., None], 3, axis=2)
    return grey.astype(np.uint8)
