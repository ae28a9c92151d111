"""The display's page in Chromium: every pixel as it was meant, or the reason why not."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext

from appliance.clock import SYSTEM_CLOCK
from appliance.console import Attempts
from appliance.console.screen import Caution
from appliance.displayqa.patterns import found
from appliance.displayqa.sessions.screen import NotShown, Shown
from appliance.displays.display import Display
from tests.console.browsers import Window, chromium, meant
from tests.console.served import LEFT, Served

UPRIGHT = Display(
    name="upright", workstation="reading-1", ruleset="jesra-x0093-1a", width_px=700, height_px=900
)
WHITE = found("colour-white")[0]
HIDE = """() => {
  Object.defineProperty(document, "visibilityState", { get: () => "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
UNHIDE = """() => {
  delete document.visibilityState;
  document.dispatchEvent(new Event("visibilitychange"));
}"""
DRAW_OTHERWISE = """() => {
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...given) {
    draw.apply(this, given);
    this.fillStyle = "rgb(254, 255, 255)";
    this.fillRect(450, 350, 1, 1);
  };
}"""
DECODE_NOTHING = "() => { window.createImageBitmap = () => Promise.reject(new Error()); }"
ASK_FROM_ELSEWHERE = """(box) => new Promise((resolve) => {
  const socket = new WebSocket(box.replace("http", "ws") + "/display/channel");
  socket.onopen = () => resolve("open");
  socket.onerror = () => resolve("refused");
})"""
SEND_FORM_FROM_ELSEWHERE = """async (box) => {
  const body = new URLSearchParams({ code: "00000000", display: "reading-1-left" });
  await fetch(box + "/pairing", { method: "POST", mode: "no-cors", body }).catch(() => null);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as context:
        yield context


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served(tmp_path, LEFT, UPRIGHT) as box:
        yield box


@pytest.fixture
def window(browser: BrowserContext, served: Served) -> Iterator[Window]:
    """Paired with LEFT, and filling the screen."""
    opened = Window(browser, served).pair().fill()
    yield opened
    opened.bounds("normal")
    opened.close()


def reason(outcome: Shown | NotShown) -> str:
    assert isinstance(outcome, NotShown)
    assert all(outcome.sentences)
    return outcome.by


def lasts(outcome: Shown | NotShown) -> bool:
    assert isinstance(outcome, Shown)
    return outcome.lasts()


def test_every_pixel_is_as_it_was_meant(served: Served, window: Window) -> None:
    screen = served.screen()
    for name in ("tg18-qc", "colour-steps", "jira-bn-07", "flicker-dot"):
        shown = screen.show(found(name)[0])
        assert shown == Shown()
        assert np.array_equal(window.pixels(), meant(name, 900, 700)), name
        assert lasts(shown)
    assert window.page.evaluate("getComputedStyle(document.body).cursor") == "none"
    assert window.faults == []


def test_a_mark_says_where_the_meter_goes_and_is_gone_when_it_measures(
    served: Served, window: Window
) -> None:
    screen, level = served.screen(), found("tg18-un80")[0]
    assert screen.show(level, "top-left") == Shown()
    marked = window.pixels()
    changed = np.argwhere((marked != 204).any(axis=2))
    assert np.abs(changed.mean(axis=0) - (700 / 6, 900 / 6)).max() < 2
    assert {0, 255} <= set(marked[changed[:, 0], changed[:, 1]].ravel())
    assert screen.show(level) == Shown()
    assert (window.pixels() == 204).all()


def test_nothing_is_shown_in_a_part_of_the_screen(served: Served, window: Window) -> None:
    shown = served.screen().show(WHITE)
    assert lasts(shown)
    window.page.evaluate("document.exitFullscreen()")
    window.bounds("normal")
    served.until(Caution.NOT_FULL_SCREEN)
    assert reason(served.screen(patience_s=1.0).show(WHITE)) == "not-full-screen"
    assert not lasts(shown)
    assert "fill the screen" in window.page.inner_text("#advice .bad")
    window.fill()
    assert served.screen().show(WHITE) == Shown()


def test_a_screen_of_another_size_than_registered_is_refused(
    browser: BrowserContext, served: Served
) -> None:
    window = Window(browser, served).pair(UPRIGHT).fill()
    served.until(Caution.WRONG_SIZE, UPRIGHT.name)
    outcome = served.screen(UPRIGHT.name, patience_s=1.0).show(WHITE)
    assert reason(outcome) == "wrong-size"
    assert isinstance(outcome, NotShown)
    assert outcome.detail == "900 x 700 px"
    window.bounds("normal")
    window.close()


def test_a_hidden_page_shows_nothing(served: Served, window: Window) -> None:
    shown = served.screen().show(WHITE)
    assert lasts(shown)
    window.page.evaluate(HIDE)
    served.until(Caution.TAB_HIDDEN)
    assert reason(served.screen(patience_s=1.0).show(WHITE)) == "tab-hidden"
    assert not lasts(shown)
    window.page.evaluate(UNHIDE)
    assert served.screen().show(WHITE) == Shown()


def test_a_page_that_stands_still_is_not_waited_for_forever(served: Served, window: Window) -> None:
    assert served.screen().show(WHITE) == Shown()
    window.pause()
    assert reason(served.screen(patience_s=1.0).show(WHITE)) == "no-acknowledgment"
    window.go_on()
    assert served.screen().show(WHITE) == Shown()


@pytest.mark.parametrize(
    ("fault", "by"), [(DRAW_OTHERWISE, "altered"), (DECODE_NOTHING, "not-decoded")]
)
def test_what_was_not_drawn_as_meant_is_not_shown(
    served: Served, window: Window, fault: str, by: str
) -> None:
    window.page.evaluate(fault)
    assert reason(served.screen().show(found("tg18-qc")[0])) == by


def test_a_page_that_is_closed_shows_nothing(served: Served, window: Window) -> None:
    shown = served.screen().show(WHITE)
    assert lasts(shown)
    window.page.goto("about:blank")
    served.until(None)
    assert reason(served.screen(patience_s=1.0).show(WHITE)) == "page-closed"
    assert not lasts(shown)


def test_it_comes_back_after_a_reload(served: Served, window: Window) -> None:
    assert served.screen().show(WHITE) == Shown()
    window.page.reload()
    assert served.screen().show(found("tg18-qc")[0]) == Shown()
    assert np.array_equal(window.pixels(), meant("tg18-qc", 900, 700))


def test_it_comes_back_when_the_box_does(served: Served, window: Window) -> None:
    assert served.screen().show(WHITE) == Shown()
    served.stop()
    assert (window.pixels() == 255).all()
    served.start()
    assert served.screen().show(found("tg18-qc")[0]) == Shown()
    assert np.array_equal(window.pixels(), meant("tg18-qc", 900, 700))


def test_it_comes_back_while_it_is_waited_for(served: Served, window: Window) -> None:
    window.page.reload(wait_until="commit")
    assert served.screen().show(WHITE) == Shown()


def test_the_newest_page_of_a_display_counts_and_the_other_is_told(
    browser: BrowserContext, served: Served, window: Window
) -> None:
    token = window.page.evaluate("sessionStorage.getItem('token')")
    second = Window(browser, served)
    second.see("code")
    second.page.evaluate("(token) => sessionStorage.setItem('token', token)", token)
    second.page.reload()
    second.see("paired")
    window.see("replaced")
    window.page.click("[data-view=replaced] button")
    window.see("paired")
    second.see("replaced")
    second.close()


def test_a_page_whose_pairing_ends_is_told(served: Served, window: Window) -> None:
    served.pages.unpair(LEFT.name)
    window.see("unpaired")
    assert window.page.evaluate("sessionStorage.getItem('token')") == ""
    window.page.click("[data-view=unpaired] button")
    window.see("code")


def test_when_the_test_is_over_the_card_is_back(served: Served, window: Window) -> None:
    assert served.screen().show(WHITE) == Shown()
    served.pages.rest(LEFT.name)
    window.page.wait_for_selector("#ready", state="visible")


def test_it_speaks_japanese(browser: BrowserContext, served: Served) -> None:
    window = Window(browser, served)
    window.page.goto(f"{served.origin}/display?language=ja")
    window.pair()
    assert "全画面表示" in window.page.inner_text("#advice")
    browser.clear_cookies()
    window.close()


class Elsewhere(BaseHTTPRequestHandler):
    """An empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_from_elsewhere_reaches_nothing(
    browser: BrowserContext, served: Served, elsewhere: str
) -> None:
    page = browser.new_page()
    page.goto(elsewhere)
    assert page.evaluate(ASK_FROM_ELSEWHERE, served.origin) == "refused"
    for _ in range(Attempts(SYSTEM_CLOCK).most_in_all):
        page.evaluate(SEND_FORM_FROM_ELSEWHERE, served.origin)
    assert served.type_code("0000 0000") == 409, "nobody used up the attempts"
    page.close()
