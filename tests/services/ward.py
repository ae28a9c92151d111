"""A workstation with displays, a meter that sees what they show, and persons who do their part."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from appliance.clock import Clock
from appliance.config import Configuration, parse_configuration
from appliance.displayqa.meters.measuring import Measuring
from appliance.displayqa.meters.reading import Failure, Reading
from appliance.displayqa.patterns.catalogue import Member
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.conducting import Complete, Stop
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import (
    Happening,
    Hindered,
    LightTold,
    MeterUsed,
    Placed,
    Seen,
)
from appliance.displayqa.sessions.screen import NotShown, Shown
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Light, Look, Place, Way
from appliance.displays.display import Display
from appliance.ledger import Ledger, open_ledger
from appliance.services.display_tests import DisplayTests
from appliance.simulators.monitor import Gsdf

MIDDLE_LEVEL = {"tg18-un80": 204, "tg18-un10": 26}
METER = MeterUsed(
    name="m-1", model="M", accuracy_percent=Decimal(2), repeatability_percent=Decimal("0.2")
)
LEFT = Display(
    name="left",
    workstation="reading-1",
    ruleset="jesra-x0093-1a",
    width_px=2048,
    height_px=2560,
    is_monochrome=True,
)


@dataclass
class Wall:
    """A screen that shows what it is told, with light that a meter sees."""

    curve: Callable[[float], float] = field(default_factory=lambda: Gsdf(0.8, 450))
    showing: Member | None = None
    place: str = ""
    shown: list[tuple[str, str]] = field(default_factory=list)
    closed: NotShown | None = None
    way: Way = Way.SIMULATED

    def show(self, member: Member, place: str = "") -> Shown | NotShown:
        self.shown.append((member.name, place))
        if self.closed:
            return self.closed
        self.showing = member
        return Shown(0.5)

    @property
    def level(self) -> int:
        if self.showing is None:
            return 0
        return MIDDLE_LEVEL.get(self.showing.name, self.showing.level)

    @property
    def luminance_cd_m2(self) -> Decimal:
        return Decimal(str(round(self.curve(self.level / 255), 4)))


@dataclass
class Ward:
    """One box; ``tests`` is what a process opens, anew after each that died."""

    folder: Path
    settings: str = ""
    now: float = 1.8e9
    waited: list[float] = field(default_factory=list)
    wall: Wall = field(default_factory=Wall)
    fault: Failure | None = None
    configuration: Configuration = field(init=False)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.configuration = replace(parse_configuration(self.settings), data_dir=self.folder)
        self.ledger = open_ledger(self.configuration.ledger_path)
        self.tests.register.enter(LEFT, "tanaka")

    @property
    def clock(self) -> Clock:
        return Clock(wall=lambda: self.now, monotonic=lambda: self.now)

    @property
    def tests(self) -> DisplayTests:
        return DisplayTests(self.configuration, self.ledger, self.clock)

    def enter(self, name: str, **more: object) -> None:
        self.tests.register.enter(replace(LEFT, name=name, **more), "tanaka")  # type: ignore[arg-type]

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds

    def read(self) -> Reading | Failure:
        light = self.wall.luminance_cd_m2
        return self.fault or Reading(luminance_cd_m2=light, resolution=Decimal("0.0001"))

    @property
    def gauge(self) -> Gauge:
        return Gauge(METER, Measuring(self.read).measure)

    def begin(self, display: str = "left", occasion: Occasion = Occasion.ACCEPTANCE) -> Session:
        return self.tests.begin(display, occasion, Way.SIMULATED, operator="yamada")

    def go_on(self, session: int, gauge: Gauge | None = None) -> Stop:
        conductor = self.tests.conductor(session, self.wall, gauge or self.gauge, self.wait)
        return conductor.go_on()

    def run(self, session: int, light: LightTold | None = None) -> Session:
        """To its end, with a person who does what is asked and is content with what is seen."""
        for _ in range(100):
            stop = self.go_on(session)
            if isinstance(stop, Complete):
                return self.tests.session(session)
            assert not isinstance(stop, Hindered), stop
            self.tests.submit(session, done(stop, light))
        raise AssertionError("it does not end")

    def tested(
        self,
        display: str = "left",
        occasion: Occasion = Occasion.ACCEPTANCE,
        curve: Callable[[float], float] | None = None,
    ) -> Session:
        """A whole test, of a display with that curve."""
        self.wall.curve = curve or Gsdf(0.8, 450)
        return self.run(self.begin(display, occasion).identifier)


def done(step: Light | Look | Place, light: LightTold | None = None) -> Happening:
    """What a content person does about a step."""
    match step:
        case Light():
            return light or LightTold(illuminance_lx=Decimal(30), ambient_cd_m2=Decimal("0.1"))
        case Look():
            return Seen(check=step.check.identifier, is_fulfilled=True)
        case Place():
            return Placed(place=step.name)


@contextmanager
def ward(folder: Path, settings: str = "") -> Iterator[Ward]:
    made = Ward(folder, settings)
    try:
        yield made
    finally:
        made.ledger.close()
