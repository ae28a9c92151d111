"""The pages of doses in a browser: both languages, light and dark, tablet, desktop, paper.

``python -m tests.console.test_doses_in_chromium`` makes the picture of the docs anew.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from tests.console.axe import assert_accessible
from tests.console.browsers import chromium
from tests.console.dose_history import dose_pages, site
from tests.console.served import Served

DOCS = Path(__file__).parents[2] / "docs" / "pictures"
DESKTOP, TABLET = (1280, 900), (820, 1180)
COLOURS = 128
PATHS = ("", "/exams/CHEST", "/protocols", "/alerts")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("doses")
    site(folder)
    with dose_pages(folder) as pages:
        yield pages


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium("1400x900") as context:
        yield context


def looked(page: Page, address: str, size: tuple[int, int], scheme: str) -> Page:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    return page


@pytest.mark.parametrize(
    ("language", "size", "scheme"), [("en", DESKTOP, "light"), ("ja", TABLET, "dark")]
)
def test_everybody_can_use_every_page(
    served: Served, browser: BrowserContext, language: str, size: tuple[int, int], scheme: str
) -> None:
    page = browser.new_page()
    faults: list[str] = []
    page.on("console", lambda each: faults.append(each.text))
    page.on("dialog", lambda each: faults.append(each.message))
    for path in PATHS:
        looked(page, f"{served.origin}/doses{path}?language={language}", size, scheme)
        assert_accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, path
    assert faults == []
    page.close()


def test_a_person_chooses_and_acknowledges(served: Served, browser: BrowserContext) -> None:
    page = looked(browser.new_page(), f"{served.origin}/doses?language=en", DESKTOP, "light")
    page.select_option("[name=ages]", "15-")
    page.select_option("[name=weights]", "50-70")
    page.click(".filters button")
    assert "50 to 70 kg" in page.inner_text("main")
    page.click("tbody a >> nth=0")
    assert page.locator("figure.paper svg").count() >= 2
    page.click(".tabs a >> nth=2")
    page.fill("[name=reason]", "Large patient")
    page.click("form.inline button")
    assert "Looked at by m.sato" in page.inner_text("main")
    page.close()


def picture(folder: Path) -> None:
    """The first of these pages, for the docs."""
    with tempfile.TemporaryDirectory() as data, chromium("1400x900") as browser:
        site(Path(data))
        with dose_pages(Path(data)) as served:
            page = browser.new_page()
            looked(page, f"{served.origin}/doses?language=en", DESKTOP, "light")
            taken = page.screenshot(full_page=True)
    with Image.open(io.BytesIO(taken)) as found:
        small = found.convert("RGB").quantize(COLOURS)
        small.save(folder / "console-doses.png", optimize=True)


if __name__ == "__main__":
    picture(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS)
