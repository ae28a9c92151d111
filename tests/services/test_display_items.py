"""Every item that a ruleset asks for, passed by a good display and failed by one with that fault.

The same conductor as on a page, with a simulated screen and a meter that sees it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration
from appliance.displayqa.evaluation import Evaluation, Verdict
from appliance.displayqa.measurement import Method
from appliance.displayqa.meters.dialogue import luminance_xyz
from appliance.displayqa.meters.measuring import Measuring
from appliance.displayqa.meters.reading import Failure, Reading
from appliance.displayqa.patterns import Panel
from appliance.displayqa.quantity import Quantity
from appliance.displayqa.ruleset import Kind, Occasion
from appliance.displayqa.sessions.conducting import Complete
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import Hindered, LightTold, MeterUsed, Placed, Seen
from appliance.displayqa.sessions.step import Light, Look, Place, Way
from appliance.displays.display import Display
from appliance.ledger import open_ledger
from appliance.services.display_tests import DisplayTests
from appliance.simulators.monitor import Detector, Gamma, Gsdf, Monitor
from appliance.simulators.screen import SimulatedScreen

PANEL = Panel(600, 600)
GOOD = Monitor(curve=Gsdf(1.3, 452.0), falloff_percent=10)
METER = MeterUsed(
    name="m-1", model="M", accuracy_percent=Decimal(1), repeatability_percent=Decimal("0.2")
)
DISPLAY = Display(
    name="left",
    workstation="ws",
    ruleset="",
    width_px=600,
    height_px=600,
    target_cd_m2=Decimal(450),
)
BLUE = (0.24, 0.24)
JESRA, IEC = "jesra-x0093-1a", "iec62563-1"
TG270, TG18 = "tg270-diagnostic", "tg18-primary"


@dataclass(frozen=True)
class Case:
    """A fault, and which items it must fail: those alone, of all that count."""

    ruleset: str
    monitor: Monitor
    fails: frozenset[str]
    ambient_cd_m2: str = "0.05"
    occasion: Occasion = Occasion.ACCEPTANCE
    beside: Monitor | None = None
    before: Monitor | None = None
    unseen: str = ""


def case(ruleset: str, monitor: Monitor, *fails: str, **more: object) -> Case:
    return Case(ruleset, monitor, frozenset(fails), **more)  # type: ignore[arg-type]


DIM = replace(GOOD, curve=Gsdf(0.7, 300.0))
CASES = {
    "max-luminance": case(JESRA, DIM, "max-luminance"),
    "min-luminance": case(TG270, replace(GOOD, curve=Gsdf(0.9, 452.0)), "min-luminance"),
    "luminance-ratio": case(JESRA, replace(GOOD, curve=Gsdf(2.2, 452.0)), "luminance-ratio"),
    "contrast-response": case(JESRA, replace(GOOD, curve=Gamma(1.3, 452.0)), "contrast-response"),
    "ambient-ratio": case(
        TG270, replace(GOOD, curve=Gsdf(1.3, 800.0, 1.0)), "ambient-ratio", ambient_cd_m2="1.0"
    ),
    "target-deviation": case(IEC, replace(GOOD, faded_percent=8), "target-deviation"),
    "uniformity": case(JESRA, replace(GOOD, falloff_percent=70), "uniformity-204"),
    "median-deviation": case(
        TG270,
        replace(GOOD, falloff_percent=110),
        *(f"median-deviation-{level}" for level in (30, 120, 210)),
    ),
    "screen-chromaticity": case(JESRA, replace(GOOD, turn=(0.04, 0.0)), "screen-chromaticity-204"),
    "grey-chromaticity": case(IEC, replace(GOOD, leak=BLUE), "grey-chromaticity"),
    "white-point": case(TG270, replace(GOOD, white=(0.29, 0.30), leak=(0.29, 0.30)), "white-point"),
    "displays-luminance": case(
        JESRA, GOOD, "displays-luminance", beside=replace(GOOD, faded_percent=14)
    ),
    "displays-chromaticity": case(
        JESRA,
        GOOD,
        "displays-chromaticity",
        beside=replace(GOOD, white=(0.29, 0.30), leak=(0.29, 0.30)),
    ),
    "max-luminance-drift": case(
        JESRA,
        replace(GOOD, faded_percent=15),
        "max-luminance-drift",
        occasion=Occasion.CONSTANCY,
        before=GOOD,
    ),
    "a visual check": case(JESRA, GOOD, "flicker", unseen="flicker"),
}
"""By the quantity that is at fault."""


class Room:
    """A workstation and its tests."""

    def __init__(self, tests: DisplayTests) -> None:
        self.tests = tests

    def tested(self, name: str, monitor: Monitor, of: Case, occasion: Occasion) -> int:
        screen = SimulatedScreen(monitor, PANEL, Detector(repeatability_percent=0.2))

        def read() -> Reading | Failure:
            x, y, z = screen.light().tristimulus
            return luminance_xyz(f"{x:.6f}", f"{y:.6f}", f"{z:.6f}")

        gauge = Gauge(METER, Measuring(read).measure)
        test = self.tests.begin(
            name, occasion, Way.SIMULATED, operator="yamada", method=Method.CONTACT
        ).identifier
        while True:
            stop = self.tests.conductor(test, screen, gauge, lambda _: None).go_on()
            match stop:
                case Complete():
                    return test
                case Hindered():
                    raise AssertionError(stop)
                case Look(check):
                    is_seen = check.identifier != of.unseen
                    self.tests.submit(test, Seen(check=check.identifier, is_fulfilled=is_seen))
                case Light():
                    told = LightTold(ambient_cd_m2=Decimal(of.ambient_cd_m2))
                    self.tests.submit(test, told)
                case Place(place):
                    screen.place = place
                    self.tests.submit(test, Placed(place=place))


@contextmanager
def room(folder: Path, of: Case) -> Iterator[Room]:
    configuration = Configuration(data_dir=folder)
    ledger = open_ledger(configuration.ledger_path)
    tests = DisplayTests(configuration, ledger, SYSTEM_CLOCK)
    names = ("left", "right") if of.beside else ("left",)
    for name in names:
        tests.register.enter(replace(DISPLAY, name=name, ruleset=of.ruleset), "tanaka")
    try:
        yield Room(tests)
    finally:
        ledger.close()


def evaluated(folder: Path, of: Case) -> Evaluation:
    with room(folder, of) as made:
        if of.before:
            made.tested("left", of.before, of, Occasion.ACCEPTANCE)
        if of.beside:
            made.tested("right", of.beside, of, of.occasion)
        test = made.tested("left", of.monitor, of, of.occasion)
        return made.tests.judged(test).evaluation


def verdicts(found: Evaluation) -> dict[str, Verdict]:
    counted = {
        each.limit.identifier: each.verdict
        for each in found.items
        if each.limit.kind is not Kind.RECOMMENDED
    }
    return counted | {each.check.identifier: each.verdict for each in found.seen}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_fails_its_item_and_no_other(name: str, tmp_path: Path) -> None:
    of = CASES[name]
    found = evaluated(tmp_path, of)
    failed = {item for item, verdict in verdicts(found).items() if verdict is Verdict.FAIL}
    assert failed == of.fails
    assert found.verdict is Verdict.FAIL


@pytest.mark.parametrize("ruleset", [JESRA, TG270, TG18, IEC])
def test_a_good_display_passes_every_item(ruleset: str, tmp_path: Path) -> None:
    of = case(ruleset, GOOD, beside=GOOD)
    found = evaluated(tmp_path, of)
    assert set(verdicts(found).values()) == {Verdict.PASS}
    assert found.verdict is Verdict.PASS


def test_a_good_display_passes_its_constancy_test(tmp_path: Path) -> None:
    of = case(JESRA, GOOD, occasion=Occasion.CONSTANCY, before=GOOD)
    found = evaluated(tmp_path, of)
    assert "max-luminance-drift" in verdicts(found)
    assert found.verdict is Verdict.PASS


def test_every_quantity_has_its_fault() -> None:
    assert {str(each) for each in Quantity} <= set(CASES)
