"""Persons as they come to the pages: from the first account to a log-out, in a real browser.

Run as a module, the pictures of the docs are made anew: ``python -m
tests.console.test_people_in_chromium docs/pictures``; another folder gets every picture.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from appliance.accounts import Role
from appliance.services.setup_code import offered_code
from tests.console.axe import assert_accessible
from tests.console.browsers import chromium
from tests.console.entering import PASSWORD
from tests.console.entrance import House, house

LANGUAGES = ("en", "ja")
DESKTOP, TABLET = (1280, 900), (820, 1180)
DOCS = {
    "setup-en": "console-people-setup.png",
    "users-en": "console-people-users.png",
    "users-ja": "console-people-users.ja.png",
    "one-time-ja": "console-people-one-time.ja.png",
}
COLOURS = 128
OTHER = "quiet rivers under old bridges"
SUBMIT = "main form button"
IS_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium(screen="1280x900") as context:
        yield context


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    browser.clear_cookies()
    made = browser.new_page()
    yield made
    made.close()


def found_box(page: Page, box: House) -> None:
    """The first account, as whoever sets the box up makes it."""
    page.goto(f"{box.origin}/people")
    page.fill("#code", offered_code(box.configuration))
    page.fill("#name", "sakura")
    for field in ("#password", "#again"):
        page.fill(field, PASSWORD)
    page.click(SUBMIT)
    page.wait_for_url(lambda url: "/setup" not in url)


def add(page: Page, box: House, name: str, role: Role) -> str:
    """Another account; its one-time password."""
    page.goto(f"{box.origin}/people")
    page.fill("#name", name)
    page.check(f"[name=role][value={role}]")
    page.click(SUBMIT)
    return page.inner_text("#one-time")


def enter(page: Page, box: House, name: str, password: str, then: str) -> None:
    """Asks for a page, logs in, and is led to it or elsewhere."""
    page.goto(f"{box.origin}{then}")
    assert page.url.startswith(f"{box.origin}/login?then=")
    page.fill("#name", name)
    page.fill("#password", password)
    page.click(SUBMIT)
    page.wait_for_url(lambda url: "/login" not in url)


def leave(page: Page, box: House) -> None:
    page.goto(f"{box.origin}/account")
    page.click("form.person button")
    page.wait_for_selector("#password")


def choose(page: Page) -> None:
    for field in ("#password", "#again"):
        page.fill(field, OTHER)
    page.click(SUBMIT)
    page.wait_for_url(lambda url: "/account" not in url)


def test_from_the_first_account_to_a_log_out(box: House, page: Page) -> None:
    found_box(page, box)
    one_time = add(page, box, "田中", Role.TECHNOLOGIST)
    leave(page, box)
    enter(page, box, "田中", one_time, "/ward")
    assert page.url == f"{box.origin}/account"
    choose(page)
    page.goto(f"{box.origin}/ward")
    assert page.inner_text("body") == "seen by 田中"
    page.goto(f"{box.origin}/people")
    assert page.locator("[role=alert]").count() == 1
    leave(page, box)
    enter(page, box, "田中", OTHER, "/ward")
    assert page.url == f"{box.origin}/ward"


def test_going_back_after_the_log_out_shows_nothing(box: House, page: Page) -> None:
    box.person()
    enter(page, box, "tanaka", PASSWORD, "/account")
    leave(page, box)
    page.go_back()
    page.wait_for_selector("#password")
    assert page.locator("form.person").count() == 0


class Elsewhere(BaseHTTPRequestHandler):
    """Another site's page, with a link to the box and a form for it."""

    origin = ""

    def do_GET(self) -> None:
        html = (
            f'<a href="{self.origin}/ward">report</a>'
            f'<form method="post" action="{self.origin}/logout"><button>win</button></form>'
            f'<form method="post" action="{self.origin}/people"><input name="name" value="evil">'
            '<input name="role" value="administrator"><button id="make">make</button></form>'
        )
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, *_: object) -> None:
        pass


def test_a_link_elsewhere_leads_in_and_a_form_elsewhere_does_not(box: House, page: Page) -> None:
    box.person("sakura", Role.ADMINISTRATOR)
    enter(page, box, "sakura", PASSWORD, "/account")
    handler = type("Bound", (Elsewhere,), {"origin": box.origin})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as other:
        thread = Thread(target=other.serve_forever)
        thread.start()
        there = f"http://localhost:{other.server_port}/"
        page.goto(there)
        page.click("a")
        assert page.inner_text("body") == "seen by sakura"
        for button in ("form button", "#make"):
            page.goto(there)
            with page.expect_response("**/*") as answered:
                page.click(button)
            assert answered.value.status == 403
        other.shutdown()
        thread.join()
    page.goto(f"{box.origin}/ward")
    assert page.inner_text("body") == "seen by sakura"
    assert [each.name for each in box.desk.accounts()] == ["sakura"]


def visits(box: House, page: Page, language: str) -> Iterator[str]:
    """Every page once, by the name of its picture."""
    page.goto(f"{box.origin}/setup?language={language}")
    yield "setup"
    found_box(page, box)
    add(page, box, "yamada", Role.VIEWER)
    with box.register() as register:
        register.lock("yamada", "sakura")
    box.person("suzuki", Role.ENGINEER)
    one_time = add(page, box, "田中", Role.TECHNOLOGIST)
    yield "one-time"
    for name, path in (("users", "/people"), ("user", "/people/suzuki"), ("account", "/account")):
        page.goto(f"{box.origin}{path}")
        yield name
    leave(page, box)
    yield "login"
    page.fill("#name", "suzuki")
    page.fill("#password", "wrong")
    page.click(SUBMIT)
    page.wait_for_selector("[role=alert]")
    yield "refused"
    enter(page, box, "田中", one_time, "/account")
    yield "choose"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_for_everybody_and_without_fault(
    box: House, page: Page, language: str
) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    for name in visits(box, page, language):
        assert page.locator("html").get_attribute("lang") == language
        for width, height in (DESKTOP, TABLET):
            page.set_viewport_size({"width": width, "height": height})
            assert not page.evaluate(IS_WIDER), f"{name} is wider than its window"
        assert_accessible(page)
    assert faults == []


def take(folder: Path, names: dict[str, str]) -> None:
    """A picture of every page: in both languages, light on a desk and dark on a tablet."""
    with chromium(screen="1280x900") as context:
        for language in LANGUAGES:
            with tempfile.TemporaryDirectory() as data, house(Path(data)) as made:
                context.clear_cookies()
                page = context.new_page()
                for name in visits(made, page, language):
                    for size, scheme, suffix in ((DESKTOP, "light", ""), (TABLET, "dark", "-dark")):
                        page.set_viewport_size({"width": size[0], "height": size[1]})
                        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                        key = f"{name}-{language}{suffix}"
                        file = names.get(key, "" if names is DOCS else f"{key}.png")
                        if file:
                            _save(page.screenshot(full_page=True), folder / file)
                page.close()


def _save(taken: bytes, file: Path) -> None:
    with Image.open(io.BytesIO(taken)) as picture:
        picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    asked = Path(sys.argv[1])
    asked.mkdir(exist_ok=True)
    take(asked, DOCS if asked.name == "pictures" else {})
