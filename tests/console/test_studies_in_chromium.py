"""Studies as somebody sees them: a value and its place together, in both languages, for everybody.

Run as a module, the pictures of the docs are made anew: ``python -m
tests.console.test_studies_in_chromium docs/pictures``; another folder gets every picture.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from appliance.destinations.outcome import Cause, Retry
from tests.console.axe import assert_accessible
from tests.console.browsers import chromium
from tests.console.studied import Archive, archive
from tests.pipeline.studies import a_ge_study, a_siemens_study, an_unreadable_study

LANGUAGES = ("en", "ja")
DESKTOP, TABLET, PAPER = (1280, 900), (820, 1180), (794, 1123)
DOCS = {
    "list-ja": "console-studies-list.png",
    "study-ja": "console-studies-study.png",
}
COLOURS = 128


@contextmanager
def read(folder: Path) -> Iterator[Archive]:
    """A box with some studies, one of which was sent in vain."""
    studies = [a_ge_study(1), an_unreadable_study(2), a_siemens_study(3), a_ge_study(4)]
    with archive(folder, *studies) as found:
        outbox = found.box.outbox
        outbox.plan(["archive", "registry"])
        for _ in range(2):
            arrived = outbox.lease("archive", 60)
            assert arrived is not None
            outbox.delivered(arrived)
        for turn in range(9):
            failed = outbox.lease("registry", 60)
            assert failed is not None
            detail = "no route to host" if turn < 3 else "connection refused"
            outbox.failed(failed, Retry(Cause.UNREACHABLE, detail).text, 0)
        refused = outbox.lease("registry", 60)
        assert refused is not None
        outbox.refused(refused, "not-authorised (0124H). Have the box allowed. 許可を確認。")
        yield found


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with read(tmp_path_factory.mktemp("seen")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium(screen="1280x900") as context:
        yield context


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_for_everybody_and_without_fault(
    box: Archive, browser: BrowserContext, language: str
) -> None:
    page, faults = browser.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda each: faults.append(each.text))
    for path in ("/studies", "/studies/1", "/studies/2", "/studies/1/read-again"):
        page.goto(f"{box.origin}{path}?language={language}")
        assert page.locator("html").get_attribute("lang") == language
        for each in page.locator("details").all():
            each.evaluate("each => { each.open = true; }")
        assert_accessible(page)
        wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
        assert page.evaluate(wide), f"{path} is wider than a tablet"
    assert faults == []
    page.close()


def test_a_value_and_its_place_light_up_together(box: Archive, browser: BrowserContext) -> None:
    page = browser.new_page()
    page.goto(f"{box.origin}/studies/1")
    value = page.locator("table.doses a.value").last
    number = value.get_attribute("data-mark")
    mark = page.locator(f"#mark-{number}")
    assert "lit" not in (mark.get_attribute("class") or "")
    value.hover()
    page.wait_for_selector(f"#mark-{number}.lit")
    page.locator("h1").hover()
    page.wait_for_selector(f"#mark-{number}:not(.lit)")
    mark.focus()
    page.wait_for_selector(f"#mark-{number}.lit")
    page.wait_for_selector(f"table.doses a.value.lit[data-mark='{number}']")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_selector(f"#mark-{number}:not(.lit)")
    _frames_the_picture(page, f"#mark-{number}")
    page.close()


def _frames_the_picture(page: Page, mark: str) -> None:
    """The mark lies on the picture, where there is ink in it."""
    page.locator(".plate img").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.plate img').naturalWidth > 0")
    picture, box = page.locator(".plate img").bounding_box(), page.locator(mark).bounding_box()
    assert picture is not None
    assert box is not None
    assert picture["x"] <= box["x"]
    assert picture["y"] <= box["y"]
    assert box["x"] + box["width"] <= picture["x"] + picture["width"] + 1
    assert box["y"] + box["height"] <= picture["y"] + picture["height"] + 1
    with Image.open(io.BytesIO(page.locator(mark).screenshot())) as seen:
        assert np.asarray(seen.convert("L")).max() > 128


def test_a_patient_is_found_by_typing(box: Archive, browser: BrowserContext) -> None:
    page = browser.new_page()
    page.goto(f"{box.origin}/studies")
    page.fill("[name=words]", "0000002")
    page.press("[name=words]", "Enter")
    page.wait_for_url("**/studies?search=*")
    assert page.locator("tbody tr").count() == 1
    page.click("tbody th a")
    page.wait_for_url("**/studies/2")
    page.go_back()
    assert page.locator("tbody tr").count() == 1
    assert "0000002" not in page.url
    assert "0000002" not in page.title()
    page.close()


def test_a_report_is_sent_again_after_one_question(box: Archive, browser: BrowserContext) -> None:
    page = browser.new_page()
    page.goto(f"{box.origin}/studies/1?language=en")
    page.click("tr:has-text('registry') a.button")
    page.click("main form button")
    page.wait_for_selector(".flash.good")
    entries = box.journal("sending-asked")
    assert [each["destination"] for each in entries] == ["registry"]
    page.close()


def take(folder: Path) -> None:
    """Every page, wide and narrow, light and dark, and as it prints."""
    looks = {
        "": (DESKTOP, "light", "screen"),
        "-dark": (DESKTOP, "dark", "screen"),
        "-tablet": (TABLET, "light", "screen"),
        "-print": (PAPER, "light", "print"),
    }
    with tempfile.TemporaryDirectory() as data, read(Path(data)) as box, chromium() as browser:
        page = browser.new_page()
        for name, path in {"list": "/studies", "study": "/studies/1", "case": "/studies/2"}.items():
            for language in LANGUAGES:
                page.emulate_media(media="screen")
                page.goto(f"{box.origin}{path}?language={language}")
                if name == "list":
                    page.click("[name=patients]")
                if name == "study":
                    page.click("tr.tried:last-child summary")
                for look, (size, scheme, medium) in looks.items():
                    page.set_viewport_size({"width": size[0], "height": size[1]})
                    page.emulate_media(color_scheme=scheme, media=medium)  # type: ignore[arg-type]
                    _save(page, folder / f"{name}-{language}{look}.png")


def _save(page: Page, file: Path) -> None:
    for each in page.locator(".plate img").all():
        each.scroll_into_view_if_needed()
        page.wait_for_function("Array.from(document.images).every(each => each.complete)")
    with Image.open(io.BytesIO(page.screenshot(full_page=True))) as picture:
        picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    asked = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as somewhere:
        every = Path(somewhere) if asked.parent.name == "docs" else asked
        every.mkdir(exist_ok=True)
        take(every)
        for made, name in DOCS.items() if asked.parent.name == "docs" else ():
            (asked / name).write_bytes((every / f"{made}.png").read_bytes())
