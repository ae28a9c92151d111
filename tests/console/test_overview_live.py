"""The first page in a browser: it follows a real forwarder, and says when the box is gone."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK
from appliance.config import parse_configuration
from appliance.console.overview import pages
from appliance.ledger import open_ledger
from appliance.services import overview_desk
from tests.console.axe import assert_accessible
from tests.console.browsers import chromium
from tests.console.overview_box import Looked, a_day, configured, looked
from tests.destinations.archives import a_free_port, storescp, wait_until
from tests.services.forwarding import Forwarding

LOOKS = [
    ("en", "light", 390, 844),
    ("ja", "dark", 390, 844),
    ("ja", "light", 1024, 768),
    ("en", "dark", 1920, 1080),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as context:
        yield context


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, at a pace for tests."""
    monkeypatch.setattr(pages, "EVERY_S", 1)
    monkeypatch.setattr(overview_desk, "HOLDS_S", 0.2)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Looked]:
    configuration = configured(tmp_path)
    a_day(configuration)
    with looked(configuration) as served:
        yield served


def faults_of(page: Page) -> list[str]:
    """What the browser complains of from now on: a policy that was broken, a script that failed."""
    found: list[str] = []
    page.on("console", lambda each: found.append(each.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def card(page: Page, state: str) -> None:
    page.wait_for_selector(f".card.{state}[data-destination=archive]")


@pytest.mark.usefixtures("quick")
def test_a_destination_that_is_down_and_comes_back_is_seen_as_it_happens(
    tmp_path: Path, page: Page
) -> None:
    port = a_free_port()
    forwarding = Forwarding(tmp_path, {"archive": port})
    forwarding.start()
    configuration = parse_configuration((tmp_path / "box.toml").read_text("utf-8"))
    try:
        with looked(configuration) as served:
            faults = faults_of(page)
            page.goto(served.origin)
            card(page, "idle")
            assert page.locator(".alarm").count() == 0
            forwarding.put("1.1", "1.2")
            card(page, "bad")
            failing = page.locator(".alarm").inner_text()
            assert "A destination does not take reports" in failing
            assert "What to do" in failing
            shown = page.locator("[data-destination=archive]").inner_text()
            assert "No connection comes about" in shown
            assert page.locator(".big.doubt").count() == 1
            with storescp(tmp_path / "archive", port):
                card(page, "good")
                page.wait_for_selector(".big.good")
                assert page.locator(".alarm").count() == 0
                wait_until(lambda: forwarding.delivered("archive") == 2)
            assert faults == []
    finally:
        forwarding.kill()
        forwarding.ledger.close()


@pytest.mark.usefixtures("quick")
def test_a_box_that_is_gone_is_said_and_what_is_old_is_grey(box: Looked, page: Page) -> None:
    page.goto(box.origin)
    assert page.locator("#away").is_hidden()
    box.stop()
    page.wait_for_selector("#away:not([hidden])")
    assert "No connection to the box" in page.inner_text("#away")
    assert "stale" in str(page.get_attribute("#now", "class"))
    box.start()
    page.wait_for_selector("#away", state="hidden")
    assert "stale" not in str(page.get_attribute("#now", "class"))


@pytest.mark.usefixtures("quick")
def test_a_box_that_gives_no_answer_is_gone_when_the_last_one_is_too_old(
    box: Looked, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "VALID_S", 2.0)
    page.route("**/overview/now", lambda _: None)
    page.goto(box.origin)
    page.wait_for_selector("#away:not([hidden])")


@pytest.mark.usefixtures("quick")
def test_what_did_not_change_is_left_as_it_stands(box: Looked, page: Page) -> None:
    page.goto(box.origin)
    answers: list[str] = []
    page.on("response", lambda each: answers.append(each.url))
    seen = "() => document.querySelector('.big').dataset.seen = 'yes'"
    page.wait_for_function("document.querySelector('[data-live]').childElementCount > 0")
    wait_for_answers(page, answers, 1)
    page.evaluate(seen)
    taken = page.inner_text("[data-taken] >> nth=-1")
    wait_for_answers(page, answers, 4)
    assert page.get_attribute(".big", "data-seen") == "yes"
    assert page.inner_text("[data-taken] >> nth=-1") != taken


def wait_for_answers(page: Page, answers: list[str], count: int) -> None:
    while len(answers) < count:
        page.wait_for_timeout(50)


@pytest.mark.usefixtures("quick")
def test_who_is_logged_out_is_led_to_log_in(box: Looked, page: Page) -> None:
    page.goto(box.origin)
    box.access.is_logged_in = False
    page.wait_for_url("**/login?then=%2F")


@pytest.mark.parametrize("view", ["", "wall"])
def test_everybody_can_use_it_everywhere(box: Looked, page: Page, view: str) -> None:
    faults = faults_of(page)
    for language, scheme, width, height in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a list of both
        page.goto(f"{box.origin}/?view={view}&language={language}")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert small(page) == []
    assert faults == []


SMALL = """() => [...document.querySelectorAll("header a, button, .button")]
  .filter((each) => each.offsetHeight && each.offsetHeight < 36).map((each) => each.outerHTML)"""


def small(page: Page) -> list[str]:
    """What a finger would miss; .small buttons are 36 px."""
    return list(page.evaluate(SMALL))


@pytest.mark.parametrize("more", [0, 20])
def test_the_wall_shows_all_of_it_on_one_screen(box: Looked, page: Page, more: int) -> None:
    with closing(open_ledger(box.configuration.ledger_path)) as ledger:
        for number in range(more):
            Alarms(ledger, SYSTEM_CLOCK).raise_(AlarmCode.CERTIFICATE_EXPIRING, f"ct{number}", "-")
    for width, height in [(1920, 1080), (2560, 1440)]:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{box.origin}/?view=wall")
        assert page.evaluate("document.documentElement.scrollHeight") <= height
        size = "parseFloat(getComputedStyle(document.querySelector('.big')).fontSize)"
        assert page.evaluate(size) >= height / 18
        seen = page.locator(".alarm").filter(visible=True).count()
        told = page.get_by_text("more on the overview").filter(visible=True)
        assert told.all_inner_texts() == ([f"{3 + more - seen} more on the overview."] * bool(more))
