"""The pages of monitor QA as pictures; run as a module, those of the docs are made anew.

``python -m tests.console.screenshots docs`` writes two of them; another folder gets every page.
"""

import io
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.console.past_tests import YEARS, past
from tests.console.workbench import LEFT, Workbench, workbench

DOCS = {"running-ja": "display-test-running.png", "ended-ja": "display-test-ended.png"}
COLOURS = 128
TABLET, DESKTOP = (820, 1180), (1180, 820)
OTHER = replace(LEFT, name="reading2", workstation="reading2", position="", serial_number="21-0045")


@dataclass
class Album:
    """Pictures of pages, in a folder."""

    bench: Workbench
    folder: Path

    def take(self, name: str) -> None:
        for language in ("ja", "en"):
            self._show(partial(_turn, language))
            self._save(f"{name}-{language}")

    def go(self, path: str) -> None:
        self._show(lambda page: page.goto(f"{self.bench.origin}/displayqa{path}"))

    def look(self, size: tuple[int, int], scheme: str = "light", medium: str = "screen") -> None:
        def looked(page: Page) -> None:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.emulate_media(color_scheme=scheme, media=medium)  # type: ignore[arg-type]

        self._show(looked)

    def _show(self, work: Callable[[Page], object]) -> None:
        self.bench.does(work)

    def _save(self, name: str) -> None:
        taken = self.bench.browser.do(lambda _: self.bench.person.screenshot(full_page=True))
        with Image.open(io.BytesIO(taken)) as picture:
            file = self.folder / DOCS.get(name, f"{name}.png")
            picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)


def _turn(language: str, page: Page) -> None:
    page.goto(f"{page.url.partition('?')[0]}?language={language}")


def take(folder: Path) -> None:
    """Every page, as a technologist sees it."""
    with tempfile.TemporaryDirectory() as data, workbench(Path(data)) as bench:
        with bench.tests() as tests:
            past(tests, LEFT, OTHER)
        album = Album(bench, folder)
        album.look(DESKTOP)
        for name, path in {
            "home": "",
            "register": "/register",
            "display": f"/displays/{LEFT.name}",
            "failed": f"/tests/{YEARS + 1}",
            "daily": f"/displays/{LEFT.name}/daily",
            "begin": f"/displays/{LEFT.name}/begin",
        }.items():
            album.go(path)
            album.take(name)
        bench.begin()
        bench.go_on(lambda asked: asked.startswith("look"))
        album.take("look")
        bench.go_on(lambda asked: asked == "light")
        album.take("light")
        bench.go_on(lambda asked: asked == "place-top-left")
        album.take("running")
        album.look(TABLET, "dark")
        album.take("running-tablet-dark")
        bench.unplug()
        bench.answer("place-top-left")
        bench.go_on(lambda asked: asked == "hindered")
        album.take("hindered-tablet-dark")
        bench.plug()
        album.look((420, 800))
        album.go("")
        album.take("home-phone")
        album.look(DESKTOP)
        album.go(f"/tests/{YEARS + 2}")
        bench.go_on(lambda asked: asked == "ended")
        album.take("ended")
        album.look(DESKTOP, "dark")
        album.take("ended-dark")
        album.look((794, 1123), "light", "print")
        album.take("ended-print")


if __name__ == "__main__":
    asked = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as somewhere:
        every = Path(somewhere) if asked.name == "docs" else asked
        every.mkdir(exist_ok=True)
        take(every)
        for name in DOCS.values() if asked.name == "docs" else ():
            (asked / name).write_bytes((every / name).read_bytes())
