"""An engineer sets up the box in Chromium, in both languages; a second one is told of it.

``python -m tests.console.test_settings_in_chromium FOLDER`` makes the pictures of the docs.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from appliance.provisioning.credentials import new_certificate
from tests.console.axe import assert_accessible
from tests.console.seeing import Chromium, chromium
from tests.console.settings_world import World, world

LONG_MS = 120_000
TABLET, DESKTOP = (820, 1180), (1280, 900)
PAGES = (
    "",
    "/table/receiver",
    "/table/scanner",
    "/table/scanner.0",
    "/table/destination.0",
    "/add/scanner",
    "/text",
    "/difference",
    "/versions",
    "/versions/1",
    "/secrets",
    "/certificates",
    "/backups",
    "/exports",
    "/updates",
    "/course",
    *(f"/table/{each}" for each in ("site", "console", "displayqa", "retention", "preservation")),
    *(f"/add/{each}" for each in ("destination", "scanner.0.rule", "meter", "dose_alert")),
)
COLOURS = 128


@contextmanager
def opened(folder: Path) -> Iterator[tuple[World, Chromium, str]]:
    made = world(folder)
    with made.served() as origin, chromium("1280x900") as browser:
        yield made, browser, origin


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Chromium, str]]:
    with opened(tmp_path_factory.mktemp("site")) as everything:
        yield everything


def page_of(browser: Chromium, work: "partial[None]") -> None:
    def done(context: object) -> None:
        page = context.new_page()  # type: ignore[attr-defined] # a BrowserContext
        page.set_default_timeout(LONG_MS)
        try:
            work(page)
        finally:
            page.close()

    browser.do(done)


def change_port(page: Page, origin: str, port: str) -> None:
    page.goto(f"{origin}/settings/table/receiver")
    page.fill('[name="receiver.port"]', port)
    page.click("form.form button:not([name])")


def apply(page: Page, origin: str, reason: str) -> None:
    page.goto(f"{origin}/settings/difference")
    page.fill("#reason", reason)
    page.click('form[action="/settings/apply"] button')
    page.wait_for_selector("#course .big.good, #course .big.bad, #course .big.doubt")


def test_a_setting_is_changed_seen_applied_and_taken_back(
    site: tuple[World, Chromium, str],
) -> None:
    made, browser, origin = site
    before = made.file.read_text()

    def work(page: Page) -> None:
        page.goto(f"{origin}/settings/table/receiver")
        page.fill('[name="receiver.port"]', "70000")
        page.press('[name="receiver.port"]', "Tab")
        expect(page.locator("#beside")).to_contain_text("From 1 to 65535", timeout=LONG_MS)
        page.fill('[name="receiver.port"]', "11114")
        page.press('[name="receiver.port"]', "Tab")
        expect(page.locator("#beside")).to_contain_text("port = 11114", timeout=LONG_MS)
        assert "11112" in made.file.read_text()
        page.fill('[name="receiver.bind"]', "here")
        page.click("form.form button:not([name])")
        expect(page.locator(".wrong .complaint").first).to_contain_text("must be an IP address")
        page.fill('[name="receiver.bind"]', "127.0.0.1")
        page.click("form.form button:not([name])")
        page.goto(f"{origin}/settings/difference")
        assert page.inner_text("ins").strip() == "port = 11114"
        apply(page, origin, "the old CT <cannot>")
        assert page.locator(".big.good").count() == 1
        page.goto(f"{origin}/settings/versions")
        assert "the old CT <cannot>" in page.inner_text("tbody")
        page.goto(f"{origin}/settings/versions/1")
        page.fill("#reason", "it can")
        page.click("form.form button")
        page.wait_for_selector("#course .big.good")

    page_of(browser, partial(work))
    assert made.file.read_text() == before
    assert "as on the door" in before


def test_the_second_of_two_engineers_is_told(site: tuple[World, Chromium, str]) -> None:
    made, browser, origin = site

    def work(page: Page) -> None:
        change_port(page, origin, "11115")
        made.access.name = "sato"
        page.goto(f"{origin}/settings")
        assert "tanaka" in page.inner_text("main")
        change_port(page, origin, "11116")
        apply(page, origin, "mine")
        made.access.name = "tanaka"
        page.goto(f"{origin}/settings/difference")
        assert page.locator('form[action="/settings/apply"]').count() == 0
        theirs = page.inner_text(".card.doubt .diff")
        assert "11116" in theirs
        page.click('form[action="/settings/rest"] button')
        apply(page, origin, "mine all the same")

    try:
        page_of(browser, partial(work))
    finally:
        made.access.name = "tanaka"
    assert "port = 11115" in made.file.read_text()


def test_entries_are_added_and_removed(site: tuple[World, Chromium, str]) -> None:
    _, browser, origin = site

    def work(page: Page) -> None:
        page.goto(f"{origin}/settings/add/scanner")
        page.fill('[name="scanner.name"]', "not a name")
        page.click("form.form button")
        assert page.locator(".complaint").count() == 1
        page.fill('[name="scanner.name"]', "ct2")
        page.click("form.form button")
        page.goto(f"{origin}/settings/table/scanner")
        assert page.locator("tbody tr").count() == 2
        page.goto(f"{origin}/settings/add/scanner.1.rule")
        page.click("form.form button")
        expect(page.locator("form.form").first).to_contain_text("the rule sets nothing")
        page.goto(f"{origin}/settings/table/scanner")
        page.click("tbody tr:nth-child(2) button")
        assert page.locator("tbody tr").count() == 1
        page.goto(f"{origin}/settings/difference")
        assert page.locator(".empty").count() == 1

    page_of(browser, partial(work))


def test_a_text_that_is_none_is_said_with_its_line_and_kept_for_the_writer(
    site: tuple[World, Chromium, str],
) -> None:
    _, browser, origin = site

    def work(page: Page) -> None:
        page.goto(f"{origin}/settings/text")
        page.fill("#main", '[receiver]\nport = "<script>alert(1)</script>"\n')
        page.click("form.form button")
        said = page.inner_text(".flash.bad")
        assert "appliance.toml:2 receiver.port" in said
        assert "<script>" in page.input_value("#main")

    page_of(browser, partial(work))


def test_a_certificate_is_asked_for_and_shown(site: tuple[World, Chromium, str]) -> None:
    made, browser, origin = site
    pair = new_certificate("dosebox")
    stranger = new_certificate("dosebox")

    def take(page: Page, chain: bytes, key: bytes) -> str:
        page.goto(f"{origin}/settings/certificates")
        page.fill("#chain", chain.decode())
        page.fill("#key", key.decode())
        page.click('form[action$="take-certificate"] button')
        page.wait_for_selector(".big.bad, .card.doubt form button")
        return page.inner_text("main")

    def work(page: Page) -> None:
        assert "another certificate" in take(page, pair.public, stranger.private)
        assert "not a certificate" in take(page, b"-----BEGIN", pair.private)
        take(page, pair.public, pair.private)
        page.click('form[action="/settings/keep"] button')
        page.wait_for_selector("#course .big.good")

    page_of(browser, partial(work))
    assert (made.folder / "secrets/console.key").read_bytes() == pair.private
    assert "console.pem" in made.file.read_text()
    assert pair.private.decode() not in made.file.read_text()


@pytest.fixture(scope="module")
def lived_in(site: tuple[World, Chromium, str]) -> tuple[Chromium, str]:
    """One version is kept, and something is changed."""
    _, browser, origin = site

    def work(page: Page) -> None:
        change_port(page, origin, "11121")
        apply(page, origin, "CT 2")
        change_port(page, origin, "11122")

    page_of(browser, partial(work))
    return browser, origin


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_pages(
    lived_in: tuple[Chromium, str], language: str, scheme: str
) -> None:
    browser, origin = lived_in

    def work(page: Page) -> None:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of two
        page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
        for path in PAGES:
            answer = page.goto(f"{origin}/settings{path}?language={language}")
            assert answer
            assert answer.ok, path
            assert_accessible(page)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, path

    page_of(browser, partial(work))


def take_pictures(folder: Path) -> None:
    """Every page in both languages; dark on a tablet too."""
    with tempfile.TemporaryDirectory() as data, opened(Path(data)) as (_, browser, origin):

        def work(page: Page) -> None:
            change_port(page, origin, "11114")
            for name, path in PICTURES.items():
                for language in ("en", "ja"):
                    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
                    page.goto(f"{origin}/settings{path}?language={language}")
                    _save(page, folder / f"console-settings-{name}-{language}.png")
            page.emulate_media(color_scheme="dark")
            page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
            for name in ("table", "difference"):
                page.goto(f"{origin}/settings{PICTURES[name]}?language=ja")
                _save(page, folder / f"console-settings-{name}-tablet-dark-ja.png")
            page.emulate_media(color_scheme="light")
            apply(page, origin, "CT2")
            _save(page, folder / "console-settings-course-ja.png")
            for name, path in {"versions": "/versions", "version": "/versions/1"}.items():
                page.goto(f"{origin}/settings{path}?language=ja")
                _save(page, folder / f"console-settings-{name}-ja.png")

        page_of(browser, partial(work))


PICTURES = {
    "home": "",
    "table": "/table/receiver",
    "difference": "/difference",
    "text": "/text",
    "certificates": "/certificates",
    "backups": "/backups",
    "secrets": "/secrets",
    "updates": "/updates",
    "scanner": "/table/scanner.0",
}


def _save(page: Page, file: Path) -> None:
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]))
