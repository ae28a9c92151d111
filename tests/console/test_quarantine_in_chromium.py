"""Quarantine by keys and fingers, in Chromium: how many presses, and who can use it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from appliance.accounts import Role
from appliance.dose.doubt import Doubt, Reason
from tests.console.axe import assert_accessible
from tests.console.browsers import chromium
from tests.console.persons import Room
from tests.console.waiting_studies import CONSOLES, kept

MOST_PRESSES = 4
STUDY = "1.2.3"


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium("1280x900") as context:
        yield context


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with Room(tmp_path) as room:
        yield room


@pytest.fixture
def page(browser: BrowserContext, room: Room) -> Iterator[Page]:
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{room.served.origin}/quarantine?language=en")
    yield page
    page.close()
    assert faults == []


class Keyboard:
    """Counts what is pressed; after each the page is as it will be."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, key: str) -> None:
        self.presses += 1
        self.page.keyboard.press(key)

    def go(self, key: str) -> None:
        """A press that leads to another page, once the browser has set the focus of this one."""
        self.page.wait_for_function("document.activeElement !== document.body")
        with self.page.expect_navigation():
            self.press(key)


@pytest.mark.parametrize("console", CONSOLES)
def test_a_right_screen_takes_no_more_than_four_presses(
    room: Room, page: Page, console: str
) -> None:
    case = kept(console).opened(room.quarantine, STUDY)
    page.reload()
    keys = Keyboard(page)
    keys.go("Enter")
    assert page.url.endswith(f"/quarantine/{case.id}")
    keys.go("Enter")
    keys.go("Enter")
    assert "was kept" in page.inner_text("main")
    assert room.quarantine.settlement(case.id)
    assert keys.presses <= MOST_PRESSES


def test_a_key_that_is_held_down_accepts_nothing(room: Room, page: Page) -> None:
    case = kept("ge").opened(room.quarantine, STUDY)
    page.reload()
    page.wait_for_function("document.activeElement !== document.body")
    with page.expect_navigation():
        page.keyboard.down("Enter")
    for _ in range(20):
        page.keyboard.down("Enter")
    assert page.url.endswith(f"/quarantine/{case.id}")
    assert room.quarantine.settlement(case.id) is None
    page.keyboard.up("Enter")


def test_one_doubted_value_is_confirmed_by_one_press_more(room: Room, page: Page) -> None:
    doubt = Doubt(Reason.SOURCES_DISAGREE, "the image says 12.0", "events[1].ctdi_vol_mgy")
    case = kept("ge").opened(room.quarantine, STUDY, doubt)
    page.reload()
    keys = Keyboard(page)
    keys.go("Enter")
    assert page.evaluate("document.activeElement.name") == "value:events[1].ctdi_vol_mgy"
    keys.press("Enter")
    page.wait_for_function("document.activeElement.id === 'accept'")
    keys.go("Enter")
    keys.go("Enter")
    assert room.quarantine.settlement(case.id)
    assert keys.presses <= MOST_PRESSES


def test_the_arithmetic_follows_what_is_typed(room: Room, page: Page) -> None:
    case = kept("ge").opened(room.quarantine, STUDY)
    page.goto(f"{room.served.origin}/quarantine/{case.id}")
    field = page.locator("[name='value:events[1].dlp_mgy_cm']")
    right = field.input_value()
    field.fill("1.00")
    page.wait_for_selector("#arithmetic .badge.bad")
    state = page.wait_for_selector("#state-events-1-dlp-mgy-cm[data-open=yes] .confirm")
    assert state
    field.fill(right)
    page.wait_for_selector("#state-events-1-dlp-mgy-cm[data-open=no]")
    page.wait_for_selector("#arithmetic .ready .badge.good")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [820, 1280])
def test_everybody_can_use_it(room: Room, page: Page, language: str, width: int) -> None:
    doubt = Doubt(Reason.SOURCES_DISAGREE, "the image says 12.0", "events[1].ctdi_vol_mgy")
    case = kept("ge").opened(room.quarantine, STUDY, doubt)
    page.set_viewport_size({"width": width, "height": 1180})
    for path in ("", f"/{case.id}"):
        page.goto(f"{room.served.origin}/quarantine{path}?language={language}")
        assert_accessible(page)
        overflow = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not overflow
    page.click("[data-key=w]")
    page.wait_for_selector("form[action$=sign]")
    assert_accessible(page)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [820, 1280])
def test_everybody_can_teach(room: Room, page: Page, language: str, width: int) -> None:
    """Of a screen that no layout knows: the empty form, one with what is wrong, what came of it."""
    room.staff.role = Role.ENGINEER
    case = kept("ge").opened(room.quarantine, STUDY, record=None)
    page.set_viewport_size({"width": width, "height": 1180})
    path = f"{room.served.origin}/quarantine/{case.id}/teach?language={language}"

    def fits() -> None:
        assert_accessible(page)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    page.goto(path)
    fits()
    page.fill("[name='value:events[0].dlp_mgy_cm']", "many")
    page.click("form.decision button:not([name])")
    page.wait_for_selector(".complaint")
    fits()
    page.fill("[name='value:events[0].dlp_mgy_cm']", "12.00")
    page.fill("[name=name]", "No Name")
    page.evaluate("document.querySelector('form.decision').noValidate = true")
    page.click("form.decision button:not([name])")
    page.wait_for_selector("#badly-named")
    assert page.input_value("[name='value:events[0].dlp_mgy_cm']") == "12.00"
    fits()
    page.fill("[name=name]", "site-dose")
    page.click("form.decision button:not([name])")
    page.wait_for_selector("#lesson .flash.bad")
    fits()
