"""A technologist without a script: fetches pages, sends forms; behind them the real desk.

The meter is at a pseudo-terminal and sees a simulated screen.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration
from appliance.console import Access
from appliance.console.displayqa import displayqa_section
from appliance.console.screen import Pages
from appliance.displayqa.meters.discovery import Port
from appliance.displayqa.patterns import Panel
from appliance.displays.display import Display
from appliance.displays.pairings import Pairings
from appliance.ledger import open_ledger
from appliance.services.display_desk import DisplayDesk
from appliance.services.display_meters import DisplayMeters
from appliance.simulators.meters import BODIES
from appliance.simulators.meters.terminal import plugged
from appliance.simulators.monitor import Detector, Gsdf, Monitor
from appliance.simulators.screen import SimulatedScreen
from tests.console.served import Served

LEFT = Display(
    name="reading1-left",
    workstation="reading1",
    position="left",
    ruleset="jesra-x0093-1a",
    width_px=600,
    height_px=600,
)
GOOD = Monitor(curve=Gsdf(1.0, 420.0), falloff_percent=12)
METER, USB, NAME = "ca-410", "132b:210d", "ca-vp427a-80001234"


@dataclass(frozen=True)
class Shown:
    """A page: its status, where it is, its text with tags."""

    status: int
    path: str
    html: str

    @property
    def text(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    @property
    def key(self) -> str:
        found = re.search(r'name="key" value="([^"]*)"', self.html)
        return found[1] if found else ""


@dataclass
class Technologist:
    """``language`` is asked for with every page; cookies are kept."""

    served: Served
    desk: DisplayDesk
    screen: SimulatedScreen
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Shown:
        return self._ask("GET", path, None)

    def send(self, path: str, **answers: str) -> Shown:
        """A form; the page that follows it."""
        return self._ask("POST", path, urlencode(answers))

    def wait(self, test: int, *states: str) -> Shown:
        """The page of a test, once it is conducted so."""
        for _ in range(12_000):
            page = self.get(f"/displayqa/tests/{test}")
            if self.desk.conducted(test).state in states or 'class="overall' in page.html:
                return self.get(f"/displayqa/tests/{test}")
            SYSTEM_CLOCK.sleep(0.01)
        raise AssertionError("nothing more happens")

    def do(self, test: int, act: str, **answers: str) -> Shown:
        return self.send(f"/displayqa/tests/{test}/do/{act}", **answers)

    def begin(self, occasion: str = "acceptance", way: str = "browser", **more: str) -> Shown:
        answers = {"occasion": occasion, "way": way, "method": "contact"}
        return self.send(f"/displayqa/displays/{LEFT.name}/begin", **answers | more)

    def finish(self, test: int, *, is_fine: bool = True) -> Shown:
        """Everything that is asked is answered, until it has ended."""
        while True:
            page = self.wait(test, "waiting")
            if 'class="overall' in page.html:
                return page
            kind, _, name = page.key.partition("-")
            if kind == "place":
                self.screen.place = name
            told = {"answer": "yes" if is_fine else "no", "ambient_cd_m2": "0.05"}
            self.do(test, "step", key=page.key, **told)

    def _ask(self, method: str, path: str, body: str | None) -> Shown:
        head = {
            "accept-language": self.language,
            "origin": self.served.origin,
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        link = HTTPConnection("127.0.0.1", self.served.port, timeout=120)
        link.request(method, path, body, head)
        answer = link.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, kept = value.split(";")[0].partition("=")
                self.cookies[key] = kept
        html = answer.read().decode("utf-8", "replace")
        link.close()
        if answer.status in {303, 307}:
            return self._ask("GET", answer.getheader("location") or "", None)
        return Shown(answer.status, path, html)


@contextmanager
def technologist(
    folder: Path,
    monitor: Monitor = GOOD,
    display: Display | None = LEFT,
    meter: str = METER,
    access: Access | None = None,
) -> Iterator[Technologist]:
    """At a box with a display, unless ``display`` is None, and a meter."""
    screen = SimulatedScreen(
        monitor, Panel(LEFT.width_px, LEFT.height_px), Detector(repeatability_percent=0.2)
    )
    configuration = replace(Configuration(), data_dir=folder)
    ledger = open_ledger(configuration.ledger_path)
    with plugged(BODIES[meter](screen.light)) as path:
        pages = Pages(Pairings(ledger, SYSTEM_CLOCK), lambda: {LEFT.name: LEFT}, SYSTEM_CLOCK)
        meters = DisplayMeters(configuration, SYSTEM_CLOCK, lambda: [Port(path, USB)])
        desk = DisplayDesk(configuration, SYSTEM_CLOCK, pages, meters, lambda _: screen)
        if display:
            with desk.tests() as tests:
                tests.register.enter(display, "tanaka")
        with Served(folder, extra=displayqa_section(desk), access=access) as served:
            try:
                yield Technologist(served, desk, screen)
            finally:
                desk.end()
    ledger.close()
