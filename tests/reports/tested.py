"""Tests of displays that never were, with every kind of happening in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import numpy as np

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.evaluation import Verdict, evaluate
from appliance.displayqa.measurement import Method
from appliance.displayqa.report.subject import Past, Subject
from appliance.displayqa.ruleset import Occasion, Ruleset
from appliance.displayqa.ruleset_file import shipped
from appliance.displayqa.sessions.happening import (
    Begun,
    Ended,
    Entry,
    Happening,
    Hindered,
    LightTold,
    Measured,
    MeterUsed,
    Placed,
    Remarked,
    Repeated,
    Seen,
    Tried,
)
from appliance.displayqa.sessions.places import MIDDLE, PLACES
from appliance.displayqa.sessions.plan import Conditions, plan
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Light, Look, Measure, Place, Step, Way
from appliance.displays.display import Display
from appliance.simulators.meters import Light as Lit
from appliance.simulators.monitor import Gamma, Gsdf, Monitor

JAPAN = timezone(timedelta(hours=9), "JST")
BEGAN = datetime(2026, 4, 7, 9, 30, tzinfo=JAPAN)
GOOD = Monitor(curve=Gsdf(0.6, 420.0, 0.2), falloff_percent=9, turn=(0.004, 0.003))
UNCALIBRATED = Monitor(curve=Gamma(0.6, 420.0), falloff_percent=35, turn=(0.012, 0.008))
AMBIENT_CD_M2 = Decimal("0.2")
METER = MeterUsed(
    name="cs-100a-20387",
    model="CS-100A",
    serial_number="20387",
    calibrated_until="2027-03-31",
    accuracy_percent=Decimal(2),
    repeatability_percent=Decimal("0.2"),
)
DISPLAY = Display(
    name="reading-1-left",
    workstation="reading-1",
    ruleset="jesra-x0093-1a",
    width_px=2048,
    height_px=2560,
    position="left",
    room="Reading room 2 / 第2読影室",
    make="Example",
    model="EX-520",
    serial_number="A1234567",
    use="CT, MR / CT・MR読影",
    size_inch=Decimal("21.3"),
    target_cd_m2=Decimal(400),
    reflection_cd_m2_lx=Decimal("0.005"),
)
LONG = replace(
    DISPLAY,
    name="radiology-second-reading-room-workstation-of-the-night-shift-3",
    workstation="radiology-second-reading-room-workstation-of-the-night-shift",
    position="left of the window, " * 4,
    room="放射線科棟地下一階第二読影室北側ブース" * 4,
    make="Very Long Name Of A Maker Of Medical Displays Incorporated " * 2,
    model="EX-520-LONGMODELNAMEWITHOUTANYSPACETHATMUSTBREAKSOMEWHERE" * 2,
    serial_number="1234567890" * 8,
    use="CT・MR・CR・マンモグラフィ・超音波の読影、カンファレンスでの参照、" * 4,
)


@dataclass(frozen=True)
class Performance:
    """How a test goes: by whom, with what answers, and what comes between."""

    monitor: Monitor = GOOD
    display: Display = DISPLAY
    occasion: Occasion = Occasion.ACCEPTANCE
    method: Method = Method.CONTACT
    way: Way = Way.SIMULATED
    operator: str = "山田 太郎 (RT-0042)"
    meter: MeterUsed = METER
    reads: int = 3
    answers: Callable[[str], bool] = lambda _: True
    steps: int = 1000
    is_ended: bool = True
    incidents: tuple[Happening, ...] = ()


def ruleset_of(display: Display) -> Ruleset:
    return shipped()[display.ruleset]


def performed(how: Performance = Performance(), identifier: int = 17) -> Subject:
    """The subject of a report of such a test."""
    by = ruleset_of(how.display)
    conditions = Conditions(bits=how.display.bits, is_monochrome=how.display.is_monochrome)
    steps = plan(by, how.occasion, conditions)
    happenings = list(_happenings(how, by, steps[: how.steps]))
    entries = tuple(
        Entry(BEGAN + timedelta(seconds=21 * at), each) for at, each in enumerate(happenings)
    )
    session = Session(identifier, how.display.name, steps, entries, how.display.bits)
    return judged(session, how.display, by)


def judged(session: Session, display: Display, by: Ruleset) -> Subject:
    """As the service judges it."""
    measured = replace(
        session.measured,
        is_monochrome=display.is_monochrome,
        target_cd_m2=None if display.target_cd_m2 is None else Fraction(display.target_cd_m2),
    )
    found = evaluate(measured, by, session.begun.occasion)
    if session.ended and not session.ended.is_given_up:
        last = Entry(session.entries[-1].at, Ended(verdict=found.verdict))
        session = replace(session, entries=(*session.entries[:-1], last))
    return Subject(
        display=display,
        session=session,
        measured=measured,
        evaluation=found,
        site="Example Hospital / 例示病院 放射線科",
        software="dose-appliance 0.0.0",
    )


def with_history(of: Subject, count: int) -> Subject:
    """The same, with tests before it."""
    past = [
        Past(
            session=number,
            at=BEGAN - timedelta(days=183 * (count - number + 1)),
            occasion=Occasion.ACCEPTANCE if number == 1 else Occasion.CONSTANCY,
            verdict=Verdict.PASS,
            max_luminance_cd_m2=430.0 - 2.1 * number,
            k_delta_percent=4 + 0.3 * number,
            is_baseline=number == 1,
        )
        for number in range(1, count + 1)
    ]
    return replace(of, history=tuple(past))


def _happenings(how: Performance, by: Ruleset, steps: tuple[Step, ...]) -> Iterator[Happening]:
    yield Begun(
        occasion=how.occasion,
        way=how.way,
        method=how.method,
        operator=how.operator,
        ruleset=by.identifier,
    )
    yield how.meter
    yield Tried(
        darkest_cd_m2=Decimal("0.60"), middle_cd_m2=Decimal("42.10"), brightest_cd_m2=Decimal(420)
    )
    for step in steps:
        yield from _done(how, step)
    yield from how.incidents
    if how.is_ended:
        yield Ended(verdict="pass")


def _done(how: Performance, step: Step) -> Iterator[Happening]:
    match step:
        case Look():
            fulfilled = how.answers(step.check.identifier)
            remark = "" if fulfilled else "5%のパッチが見えない / the 5 % patch cannot be seen"
            yield Seen(check=step.check.identifier, is_fulfilled=fulfilled, remark=remark)
        case Light():
            yield LightTold(illuminance_lx=Decimal(40), ambient_cd_m2=AMBIENT_CD_M2)
        case Place():
            yield Placed(place=step.name)
        case Measure():
            yield read(how, step)


def read(how: Performance, step: Measure) -> Measured:
    """What the meter says of a level at a place."""
    at = PLACES[step.place or MIDDLE]
    xyz = how.monitor.xyz(np.full((2, 2), step.ddl, np.uint16), at)
    whole = sum(xyz)
    lit = Lit(Decimal(str(xyz[1])), Decimal(str(xyz[0] / whole)), Decimal(str(xyz[1] / whole)))
    u_prime, v_prime = (round(Fraction(each), 5) for each in lit.uniform)
    wobble = (0, 1, -1, 2)
    luminances = tuple(
        round(lit.luminance_cd_m2 * (1 + Decimal(wobble[at % 4]) / 2000), 3)
        for at in range(how.reads)
    )
    return Measured(
        pattern=step.pattern,
        ddl=step.ddl,
        place=step.place,
        luminances_cd_m2=luminances,
        chromaticities=(Chromaticity(u_prime, v_prime),) * how.reads,
        exchanges=how.reads + 1,
        damaged=1 if step.ddl == 30 else 0,
    )


TROUBLED = (
    Hindered(
        by="unplugged",
        sentences=("the meter was unplugged", "測定器が外されました。再接続すると続行できます"),
        detail="/dev/ttyUSB0",
    ),
    Repeated(pattern="jira-bn-05"),
    Measured(
        pattern="jira-bn-05", ddl=60, luminances_cd_m2=(Decimal("11.5"),), exchanges=9, damaged=4
    ),
    Remarked(text="窓のブラインドを閉めた。 <b>not markup</b> & the lamp was off"),
)
