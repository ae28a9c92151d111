"""How far a test is, as a person is told."""

from datetime import timedelta
from decimal import Decimal

from appliance.console.displayqa.progress import (
    Task,
    hindrance,
    key,
    progress,
    readings,
    task,
)
from appliance.displayqa.sessions.happening import (
    Ended,
    Happening,
    Hindered,
    LightTold,
    Measured,
    Placed,
    Remarked,
    Seen,
)
from appliance.displayqa.sessions.step import Look, Measure, Place
from tests.displayqa.sessions.tests_of_displays import read, session, steps

LOOKS = tuple(
    Seen(check=each.check.identifier, is_fulfilled=True)
    for each in steps()
    if isinstance(each, Look)
)
SCALE = tuple(read(each, each.ddl + 1) for each in steps() if isinstance(each, Measure))[:18]
READY: tuple[Happening, ...] = (*LOOKS, LightTold(), Placed(place="middle"))


def test_a_test_goes_from_looking_to_measuring_to_its_end() -> None:
    whole: list[Happening] = []
    tasks, keys = [], []
    while True:
        now = session(*whole)
        tasks.append(task(now))
        keys.append(key(now))
        if not now.remaining:
            break
        match now.remaining[0]:
            case Look(check):
                whole.append(Seen(check=check.identifier, is_fulfilled=True))
            case Place(name):
                whole.append(Placed(place=name))
            case Measure() as step:
                whole.append(read(step))
            case _:
                whole.append(LightTold())
    assert list(dict.fromkeys(tasks)) == [
        *(Task.LOOK, Task.LIGHT, Task.PLACE, Task.MEASURE, Task.NOTHING)
    ]
    assert len(set(keys)) == len(keys)
    assert progress(session(*whole)).percent == 100
    assert task(session(*whole, Ended(verdict="pass"))) is Task.ENDED


def test_moving_the_meter_counts_for_nothing() -> None:
    before, after = progress(session(*LOOKS)), progress(session(*READY))
    assert after.done == before.done + 1
    assert after.total == before.total == len(LOOKS) + 1 + 18 + 5


def test_the_time_that_is_left_is_told_when_the_pace_is_known() -> None:
    assert progress(session(*READY, *SCALE[:3])).left is None
    left = progress(session(*READY, *SCALE[:8])).left
    assert left == timedelta(seconds=15)


def test_what_stands_in_the_way_is_told_until_something_goes_on() -> None:
    gone = Hindered(by="unplugged", detail="/dev/x")
    assert hindrance(session(*READY, gone)) == gone
    assert hindrance(session(*READY, gone, SCALE[0])) is None
    assert hindrance(session(*READY, gone, Ended(verdict="incomplete", is_given_up=True))) is None


def test_the_readings_are_told_in_order_and_with_their_spread() -> None:
    corner = Measured(
        pattern="tg18-un80",
        ddl=204,
        place="top-left",
        luminances_cd_m2=(Decimal("200.0"), Decimal("203.0")),
    )
    scale, screen = readings(session(*READY, *reversed(SCALE), corner))
    assert [each.ddl for each in scale] == list(range(0, 256, 15))
    (read_there,) = screen
    assert read_there.luminance_cd_m2 == Decimal("201.5")
    assert read_there.spread_cd_m2 == Decimal("3.0")
    assert read_there.place_name == ("top left", "左上")


def test_a_remark_is_no_progress() -> None:
    assert progress(session(*READY, Remarked(text="x"))) == progress(session(*READY))
