"""``appliance displayqa demo``: two acceptance tests from the first question to the report."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.report import write
from appliance.cli.texts import texts_for
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, Site
from appliance.config.meter import Meter
from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.meters.discovery import Port
from appliance.displayqa.meters.registry import registry
from appliance.displayqa.patterns.panel import Panel
from appliance.displayqa.report.curves import max_luminance_cd_m2
from appliance.displayqa.report.forms import Form, default_name
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Language
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.conducting import Complete, Stop
from appliance.displayqa.sessions.gauge import Gauge
from appliance.displayqa.sessions.happening import Happening, Hindered, LightTold, Placed, Seen
from appliance.displayqa.sessions.step import Light, Look, Place, Way
from appliance.displays.display import Display
from appliance.errors import EXIT_OK, ApplianceError, StateError
from appliance.ledger import open_ledger
from appliance.services.display_meters import DisplayMeters
from appliance.services.display_reports import subject
from appliance.services.display_tests import DisplayTests
from appliance.simulators.meters import BODIES
from appliance.simulators.meters.terminal import plugged
from appliance.simulators.monitor import Detector, Gamma, Gsdf, Monitor
from appliance.simulators.screen import SimulatedScreen

AMBIENT_CD_M2, ILLUMINANCE_LX = Decimal("0.2"), Decimal(40)
BLACK_CD_M2, WHITE_CD_M2 = 0.8, 420.0
KIND, METER_NAME = "colorcal", "colorcal-mkii-00012345"
REMARK = "simulated answer / 模擬回答"
OPERATOR = "demo"


@dataclass(frozen=True)
class Show:
    """A display to test, the monitor behind it, and what must come of it."""

    display: Display
    monitor: Monitor
    expected: Verdict


def _display(name: str, model: str) -> Display:
    return Display(
        name=name,
        workstation=f"{name}-workstation",
        ruleset="jesra-x0093-1a",
        width_px=2048,
        height_px=2560,
        room="demo room / デモ室",
        make="(simulated / 模擬)",
        model=model,
        use="demonstration / デモ",
        size_inch=Decimal("21.3"),
    )


SHOWN = (
    Show(
        _display("gsdf-monitor", "GSDF"),
        Monitor(
            curve=Gsdf(BLACK_CD_M2, WHITE_CD_M2, float(AMBIENT_CD_M2)),
            falloff_percent=12,
            turn=(0.004, 0.003),
        ),
        Verdict.PASS,
    ),
    Show(
        _display("gamma-monitor", "gamma 2.2"),
        Monitor(curve=Gamma(BLACK_CD_M2, WHITE_CD_M2), falloff_percent=12, turn=(0.004, 0.003)),
        Verdict.FAIL,
    ),
)


def run(context: Context) -> int:
    """Show it. Raises ApplianceError when a verdict is another one than it must be."""
    folder, language = context.arguments.out, context.arguments.language
    context.say("display_demo.begin")
    with tempfile.TemporaryDirectory(prefix="dose-appliance-") as data:
        configuration = _configuration(Path(data))
        of = [_tested(configuration, each) for each in SHOWN]
    _tell(of)
    for each in of:
        file = folder / default_name(each, Form.PDF)
        write(context, each, Form.PDF, Language(language or context.texts.language), file)
    wrong = [
        found.display.name
        for found, shown in zip(of, SHOWN, strict=True)
        if found.evaluation.verdict is not shown.expected
    ]
    if wrong:
        raise ApplianceError(context.texts.say("display_demo.wrong", names=", ".join(wrong)))
    return EXIT_OK


def _configuration(data: Path) -> Configuration:
    until = datetime.fromtimestamp(SYSTEM_CLOCK.wall(), UTC) + timedelta(days=365)
    meter = Meter(
        name=METER_NAME,
        calibrated_until=f"{until:%Y-%m-%d}",
        accuracy_percent="2",
        repeatability_percent="0.2",
    )
    site = Site(institution_name="Demonstration / デモ病院")
    return Configuration(data_dir=data, site=site, meter=(meter,))


def _tested(configuration: Configuration, show: Show) -> Subject:
    """A whole acceptance test of a display, by a meter at a line and over a ledger."""
    display = show.display
    panel = Panel(display.width_px, display.height_px, display.bits)
    screen = SimulatedScreen(show.monitor, panel, Detector(repeatability_percent=0.2))
    ledger = open_ledger(configuration.ledger_path)
    try:
        tests = DisplayTests(configuration, ledger, SYSTEM_CLOCK)
        tests.register.enter(display, OPERATOR)
        begun = tests.begin(display.name, Occasion.ACCEPTANCE, Way.SIMULATED, operator=OPERATOR)
        with _gauge(configuration, screen) as gauge:
            _conduct(tests, begun.identifier, screen, gauge)
        return subject(tests, begun.identifier)
    finally:
        ledger.close()


@contextmanager
def _gauge(configuration: Configuration, screen: SimulatedScreen) -> Iterator[Gauge]:
    """A meter at the end of a line that sees the screen, found as any meter."""
    with plugged(BODIES[KIND](screen.light)) as device:
        port = Port(device, min(registry().kinds[KIND].usb))
        meters = DisplayMeters(configuration, SYSTEM_CLOCK, ports=lambda: [port])
        meter = meters.found()[0]
        attached = meters.attached(meter)
        try:
            yield meters.gauge(meter, attached)
        finally:
            attached.close()


def _conduct(tests: DisplayTests, test: int, screen: SimulatedScreen, gauge: Gauge) -> None:
    """To its end, with a person who does what is asked. Raises StateError for a hindrance."""
    conductor = tests.conductor(test, screen, gauge, lambda _: None)
    while not isinstance(stop := conductor.go_on(), Complete):
        if isinstance(stop, Place):
            screen.place = stop.name
        tests.submit(test, _done(stop))


def _done(stop: Stop) -> Happening:
    match stop:
        case Look():
            return Seen(check=stop.check.identifier, is_fulfilled=True, remark=REMARK)
        case Light():
            return LightTold(illuminance_lx=ILLUMINANCE_LX, ambient_cd_m2=AMBIENT_CD_M2)
        case Place():
            return Placed(place=stop.name)
        case Hindered() | Complete():
            raise StateError(f"the test does not go on: {stop}")


def _tell(of: list[Subject]) -> None:
    """A short account in both languages."""
    for texts in map(texts_for, ("en", "ja")):
        heads = [texts.say(f"display_demo.{key}") for key in ("display", "verdict", "kappa", "max")]
        rows = [
            [
                each.display.name,
                texts.pick(each.evaluation.verdict.meaning),
                _figure(_k_delta_percent(each)),
                _figure(max_luminance_cd_m2(each.measured)),
            ]
            for each in of
        ]
        print(f"{texts.say('display_demo.told')}\n{columns([heads, *rows])}\n")  # noqa: T201 - the show


def _k_delta_percent(of: Subject) -> float | None:
    response = of.evaluation.response
    return response.k_delta_percent if response else None


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
