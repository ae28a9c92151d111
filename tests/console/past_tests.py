"""What was tested in the last years: a display that fades, and one that nobody calibrated."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from appliance.clock import Clock
from appliance.displayqa.meters.dialogue import luminance_xyz
from appliance.displayqa.meters.measuring import Measuring
from appliance.displayqa.meters.reading import Failure, Reading
from appliance.displayqa.patterns import Panel
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.conducting import Complete
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import LightTold, MeterUsed, Placed, Seen
from appliance.displayqa.sessions.step import Light, Look, Place, Way
from appliance.displays.display import Display
from appliance.services.display_tests import DisplayTests
from appliance.simulators.monitor import Detector, Gamma, Gsdf, Monitor
from appliance.simulators.screen import SimulatedScreen

YEARS = 4
GOOD = Monitor(curve=Gsdf(1.0, 420.0), falloff_percent=12)
FADES_PERCENT = (0, 5, 8, 13)
METER = MeterUsed(
    name="m-1", model="M", accuracy_percent=Decimal(2), repeatability_percent=Decimal("0.2")
)


def past(tests: DisplayTests, fading: Display, faulty: Display) -> None:
    """``fading`` is in the register already; both are tested."""
    for year, percent in enumerate(FADES_PERCENT):
        days = 365 * (YEARS - year) - 100
        occasion = Occasion.CONSTANCY if year else Occasion.ACCEPTANCE
        tested(tests, fading, replace(GOOD, faded_percent=percent), occasion, days)
    tests.register.enter(faulty, "tanaka")
    wrong = replace(GOOD, curve=Gamma(1.0, 420.0))
    tested(tests, faulty, wrong, Occasion.ACCEPTANCE, 240)


def tested(
    tests: DisplayTests, display: Display, monitor: Monitor, occasion: Occasion, days: int
) -> None:
    """Once, so many days ago."""
    then = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    tests = replace(tests, clock=Clock(wall=lambda: then))
    panel = Panel(display.width_px, display.height_px)
    screen = SimulatedScreen(monitor, panel, Detector(repeatability_percent=0.2))

    def read() -> Reading | Failure:
        x, y, z = screen.light().tristimulus
        return luminance_xyz(f"{x:.6f}", f"{y:.6f}", f"{z:.6f}")

    gauge = Gauge(METER, Measuring(read).measure)
    test = tests.begin(display.name, occasion, Way.SIMULATED, operator="tanaka").identifier
    while not isinstance(
        stop := tests.conductor(test, screen, gauge, lambda _: None).go_on(), Complete
    ):
        match stop:
            case Look(check):
                tests.submit(test, Seen(check=check.identifier, is_fulfilled=True))
            case Light():
                tests.submit(test, LightTold(ambient_cd_m2=Decimal("0.05")))
            case Place(place):
                screen.place = place
                tests.submit(test, Placed(place=place))
            case _:
                raise AssertionError(stop)
