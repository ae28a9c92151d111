"""A workstation, a technologist and a box: the real process, Chromium, and a meter that sees.

The technologist is a browser's page too, and does what the page asks, as somebody does who reads
it: answers what is asked, moves the meter where he is told.
"""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from playwright.sync_api import BrowserContext, Error, Page

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, parse_configuration
from appliance.displayqa.sessions.session import Session
from appliance.displays.display import Display
from appliance.ledger import open_ledger
from appliance.services.display_tests import DisplayTests
from appliance.simulators.meters import BODIES
from appliance.simulators.meters.terminal import plugged
from appliance.simulators.monitor import Detector, Gsdf, Monitor
from tests.console.browsers import Window
from tests.console.entering import account, log_in
from tests.console.seeing import Chromium, Eye, chromium
from tests.console.typing_by_ime import wide

if TYPE_CHECKING:
    from tests.console.served import Served

LEFT = Display(
    name="reading1-left",
    workstation="reading1",
    position="左",
    room="第1読影室",
    use="CT・MR",
    ruleset="jesra-x0093-1a",
    make="Example",
    model="MX-21",
    serial_number="21-0044",
    width_px=900,
    height_px=700,
)
GOOD = Monitor(curve=Gsdf(1.0, 420.0), falloff_percent=12)
METER = "ca-410"
SETTINGS = """
data_dir = "{folder}"
[site]
language = "en"
[console]
enabled = true
port = {port}
[displayqa]
ports = {ports}
[[meter]]
name = "ca-vp427a-80001234"
calibrated_until = "2099-03-31"
accuracy_percent = "2"
repeatability_percent = "0.2"
"""
LONG_MS = 120_000
LOADING = "Execution context was destroyed"
"""What Chromium says of a page that is just being loaded anew."""
ASKED = """() => {
  if (document.querySelector(".overall")) return "ended";
  if (document.querySelector(".card.hindered")) return "hindered";
  if (document.querySelector(".card.idle")) return "idle";
  const step = document.querySelector(".card.step");
  const key = step ? step.dataset.key : "";
  return key.startsWith("measure") ? "" : key;
}"""


def _tell_light(page: Page) -> None:
    page.fill("#ambient_cd_m2", wide("0.02"))
    page.click(".card.step form:has([name=key]) button")


ANSWERS: dict[str, Callable[[Page], None]] = {
    "look": lambda page: page.click("button[value=yes]"),
    "light": _tell_light,
    "place": lambda page: page.click(".card.step form:has([name=key]) button"),
}


@dataclass
class Workbench:
    """``box`` is the process; ``eye`` the meter's; ``person`` the technologist's page."""

    folder: Path
    browser: Chromium
    eye: Eye
    port: int
    meter: str
    box: "subprocess.Popen[bytes] | None" = None
    person: Page = field(init=False)
    window: Window = field(init=False)
    _unplug: ExitStack = field(default_factory=ExitStack)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def configuration(self) -> Configuration:
        link = str(self.folder / "meter")
        ports = f'["{self.meter}@{link}"]'
        return parse_configuration(
            SETTINGS.format(folder=self.folder / "data", port=self.port, ports=ports)
        )

    def plug(self) -> None:
        """The meter into the box, at whichever terminal is free; its name stays."""
        path = self._unplug.enter_context(plugged(BODIES[self.meter](self.eye.light)))
        link = self.folder / "meter"
        link.unlink(missing_ok=True)
        link.symlink_to(path)

    def unplug(self) -> None:
        """It is gone, with whatever was asked of it."""
        (self.folder / "meter").unlink()
        self._unplug.close()

    def start(self) -> None:
        link = str(self.folder / "meter")
        settings = SETTINGS.format(
            folder=self.folder / "data", port=self.port, ports=f'["{self.meter}@{link}"]'
        )
        file = self.folder / "appliance.toml"
        file.write_text(settings, "utf-8")
        command = [sys.executable, "-m", "appliance", "--config", str(file), "console"]
        self.box = subprocess.Popen(command)
        self._await_port()

    def stop(self) -> None:
        if self.box:
            self.box.terminate()
            self.box.wait()
            self.box = None

    def open(self) -> None:
        """The technologist's page, and the one on the display."""

        def opened(context: BrowserContext) -> None:
            self.person = context.new_page()
            self.person.set_default_timeout(LONG_MS)
            log_in(self.person, self.origin)
            self.person.goto(f"{self.origin}/displayqa")
            self.open_window(context)

        self.browser.do(opened)

    def open_window(self, context: BrowserContext) -> None:
        self.window = Window(context, cast("Served", self))
        self.eye.page = self.window.page

    def does(self, work: Callable[[Page], object]) -> None:
        """Something on the technologist's page."""
        self.browser.do(lambda _: work(self.person))

    def code(self) -> str:
        def read(_: BrowserContext) -> str:
            self.window.see("code")
            return self.window.page.inner_text("#code")

        return self.browser.do(read)

    def fill(self) -> None:
        """The page on the display, once it is paired; a window may have filled it already."""

        def filled(_: BrowserContext) -> None:
            page = self.window.page
            page.wait_for_selector("[data-view=paired]:not([hidden])", state="attached")
            if page.is_visible("#fill"):
                page.click("#fill")
            self.window.bounds("fullscreen")

        self.browser.do(filled)

    def begin(self) -> None:
        """From the display's page to the first step: begun, paired, the meter chosen."""

        def begun(page: Page) -> None:
            page.goto(f"{self.origin}/displayqa/displays/{LEFT.name}/begin")
            page.check("[name=occasion][value=acceptance]")
            page.click("form.form button")
            page.wait_for_selector("#meter-heading")

        self.does(begun)
        self.pair()

    def pair(self) -> None:
        """The code that the display's page shows, typed where the technologist is asked for it."""
        code = self.code()

        def typed(page: Page) -> None:
            page.fill("#code", code)
            page.click("form.form button")
            page.wait_for_selector("#now")

        self.does(typed)
        self.fill()

    def asked(self) -> str:
        """What the page asks of a person next; ``hindered``, ``idle`` or ``ended`` otherwise."""
        for _ in range(12_000):
            found = self.asked_now()
            if found:
                return found
        raise AssertionError("nothing is asked, and it does not end")

    def asked_now(self) -> str:
        """The same; empty while it goes on by itself. Leaves the meter time to look."""
        SYSTEM_CLOCK.sleep(0.05)
        try:
            return self.browser.do(lambda _: str(self.person.evaluate(ASKED)))
        except Error as failure:
            if LOADING not in str(failure):
                raise
            return ""

    def answer(self, asked: str) -> None:
        """As somebody does who is content with what he sees."""
        kind, _, name = asked.partition("-")
        if kind == "place":
            self.eye.place = name
        self.does(ANSWERS[kind])

    def go_on(self, until: Callable[[str], bool]) -> str:
        """Answer until something is asked that ``until`` holds for; it is not answered."""
        while True:
            asked = self.asked()
            if until(asked):
                return asked
            if asked != "hindered":  # that is over by itself
                self.answer(asked)

    def verdict(self) -> str:
        """What the page of a test that has ended says of all of it."""
        return self.browser.do(lambda _: self.person.inner_text(".overall"))

    @contextmanager
    def tests(self) -> Iterator[DisplayTests]:
        """What is on record."""
        configuration = self.configuration
        configuration.data_dir.mkdir(exist_ok=True)
        ledger = open_ledger(configuration.ledger_path)
        try:
            yield DisplayTests(configuration, ledger, SYSTEM_CLOCK)
        finally:
            ledger.close()

    def session(self, identifier: int = 1) -> Session:
        with self.tests() as tests:
            return tests.session(identifier)

    def _await_port(self) -> None:
        for _ in range(1200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self.box
                assert self.box.poll() is None, "the process ended"
                SYSTEM_CLOCK.sleep(0.1)
            else:
                return
        raise AssertionError("the process does not serve")


@contextmanager
def workbench(
    folder: Path,
    monitor: Monitor = GOOD,
    display: Display = LEFT,
    meter: str = METER,
    detector: Detector | None = None,
) -> Iterator[Workbench]:
    """Everything stands ready: the display is registered, the page open, the meter plugged in."""
    with chromium(f"{display.width_px}x{display.height_px}") as browser:
        eye = Eye(browser, monitor, detector or Detector(repeatability_percent=0.2))
        bench = Workbench(folder, browser, eye, _free_port(), meter)
        with bench.tests() as tests:
            tests.register.enter(display, "tanaka")
        account(bench.configuration.ledger_path)
        bench.plug()
        bench.start()
        try:
            bench.open()
            yield bench
        finally:
            bench.stop()
            bench.unplug()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
