"""A workstation with two displays, and tests of them, as a Display System is told of them."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from pydicom import Dataset

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.display_system import Subsystem, Test, Workstation, display_system
from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.measurement import Method
from appliance.displayqa.qa_results import qa_results
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.happening import Ended, Happening, LightTold, MeterUsed, Seen
from appliance.displayqa.sessions.step import Look, Measure
from appliance.displays.display import Display
from tests.displayqa.sessions.tests_of_displays import BEGUN, LIGHT, read, session, steps

WORKSTATION = Workstation(
    name="reading-1",
    manufacturer="Acme",
    model="Tower 9",
    serial_number="W-1",
    institution="施設病院",
    address="Bunkyo-ku, Tokyo",
    department="Radiology",
)
LEFT = Display(
    name="reading-1-left",
    workstation="reading-1",
    ruleset="jesra-x0093-1a",
    width_px=2048,
    height_px=2560,
    position="左",
    make="Panels Ltd",
    model="P5",
    serial_number="D-1",
    use="mammography",
)
RIGHT = replace(LEFT, name="reading-1-right", position="右", serial_number="D-2")
METER = MeterUsed(name="ls-100-77", model="LS-100", serial_number="77")
WHITE = Chromaticity(Fraction("0.19783"), Fraction("0.46833"))
"""D65: x 0.3127, y 0.3290."""


def luminance(ddl: int) -> Decimal:
    return Decimal(ddl) + Decimal("0.5")


def measured(*, is_coloured: bool = False) -> Iterable[Happening]:
    for step in steps():
        if isinstance(step, Measure):
            each = read(step, luminance(step.ddl))
            yield replace(each, chromaticities=(WHITE,)) if is_coloured else each


def seen(*, is_fulfilled: bool = True) -> Iterable[Happening]:
    for step in steps():
        if isinstance(step, Look):
            yield Seen(check=step.check.identifier, is_fulfilled=is_fulfilled)


def a_test(
    *happened: Happening,
    verdict: Verdict = Verdict.PASS,
    method: Method = Method.CONTACT,
    occasion: Occasion = Occasion.ACCEPTANCE,
    manufacturer: str = "Konica Minolta",
) -> Test:
    begun = replace(BEGUN, method=method, occasion=occasion)
    one = session(METER, *happened, Ended(verdict=verdict), begun=begun)
    return Test(session=one, measured=one.measured, verdict=verdict, manufacturer=manufacturer)


def whole_test(light: LightTold = LIGHT, *, is_coloured: bool = False, **more: object) -> Test:
    return a_test(light, *seen(), *measured(is_coloured=is_coloured), **more)  # type: ignore[arg-type] # of a_test


def system(*tests: Test) -> Dataset:
    """Of the left display these tests, of the right one none."""
    subsystems = (
        Subsystem(number=3, display=LEFT, tests=tests),
        Subsystem(number=8, display=RIGHT),
    )
    told = display_system(WORKSTATION, subsystems)
    told.update(qa_results(subsystems))
    return told


def results(*tests: Test) -> Dataset:
    """Of the left display."""
    (of_configuration,) = system(*tests).QAResultsSequence[0].DisplaySubsystemQAResultsSequence
    found: Dataset = of_configuration.ConfigurationQAResultsSequence[0]
    return found
