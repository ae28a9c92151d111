"""What the happenings of a test amount to."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.displayqa.sessions.happening import (
    Ended,
    Happening,
    LightTold,
    MeterUsed,
    Placed,
    Remarked,
    Repeated,
    Seen,
    Tried,
)
from appliance.displayqa.sessions.places import CORNERS
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Light, Look, Measure, Place
from tests.displayqa.sessions.tests_of_displays import LIGHT, any_happening, read, session, steps

LOOKS = [each for each in steps() if isinstance(each, Look)]
GREYS = [each for each in steps() if isinstance(each, Measure) and not each.place]
SEEN = tuple(Seen(check=each.check.identifier, is_fulfilled=True) for each in LOOKS)
BRIGHT = [each for each in steps() if isinstance(each, Measure) and each.place]


def test_nothing_done_leaves_the_whole_plan() -> None:
    assert session().remaining == steps()


def test_a_test_begins_with_its_beginning() -> None:
    with pytest.raises(ValueError, match="session 7 does not begin"):
        Session(7, "left", steps(), ())


def test_what_was_answered_and_told_is_not_asked_again() -> None:
    done = session(*SEEN, LIGHT)

    assert done.remaining == steps()[len(LOOKS) + 1 :]
    assert not any(isinstance(each, Look | Light) for each in done.remaining)


def test_a_level_after_the_other_is_done() -> None:
    done = session(*SEEN, LIGHT, Placed(place="middle"), *map(read, GREYS[:5]))

    assert done.remaining[:2] == (GREYS[5], GREYS[6])


def test_what_can_be_measured_where_the_meter_is_comes_first() -> None:
    done = session(
        *SEEN, LIGHT, Placed(place="middle"), *map(read, GREYS), Placed(place="bottom-left")
    )

    assert done.remaining[0] == next(each for each in BRIGHT if each.place == "bottom-left")
    assert done.remaining[1] == Place("middle")


def test_after_the_last_step_nothing_remains() -> None:
    done = session(*SEEN, LIGHT, *map(read, GREYS), *map(read, BRIGHT))

    assert done.remaining == ()


def test_nothing_remains_of_a_test_that_was_given_up() -> None:
    ended = Ended(verdict="", is_given_up=True, by="yamada")

    assert session(ended).remaining == ()
    assert session(ended).ended == ended


def test_a_repeated_level_is_measured_again_and_its_last_reading_counts() -> None:
    first: tuple[Happening, ...] = (
        *SEEN,
        LIGHT,
        *(read(each, 10) for each in GREYS),
        *map(read, BRIGHT),
    )
    again = Repeated(pattern=GREYS[3].pattern)

    assert session(*first, again).remaining == (Place("middle"), GREYS[3])
    done = session(*first, again, Placed(place="middle"), read(GREYS[3], 30))
    assert done.remaining == ()
    assert done.measured.scale[GREYS[3].ddl].luminances_cd_m2 == (Decimal(30),)


@pytest.mark.parametrize(
    ("again", "left"),
    [
        (Repeated(), [*GREYS, *BRIGHT]),
        (Repeated(pattern="jira-bn"), GREYS),
        (Repeated(place="top-left"), [each for each in BRIGHT if each.place == "top-left"]),
        (Repeated(pattern="tg18-un80"), BRIGHT),
        (Repeated(check="flicker"), [each for each in LOOKS if each.check.identifier == "flicker"]),
    ],
)
def test_what_is_repeated(again: Repeated, left: list[object]) -> None:
    done = session(*SEEN, LIGHT, *map(read, GREYS), *map(read, BRIGHT), again)

    remaining = [each for each in done.remaining if not isinstance(each, Place)]
    assert sorted(map(repr, remaining)) == sorted(map(repr, left))


def test_what_was_measured_is_what_was_read() -> None:
    done = session(
        *SEEN[:-1],
        Seen(check=SEEN[-1].check, is_fulfilled=False),
        LIGHT,
        MeterUsed(name="a", model="A", accuracy_percent=Decimal(2)),
        *(read(each, 10 + number) for number, each in enumerate(GREYS)),
        *(read(each, 200) for each in BRIGHT),
    ).measured

    assert [float(done.scale[each.ddl].mean_cd_m2) for each in GREYS] == list(range(10, 28))
    assert set(done.screen[204]) == {"middle", *CORNERS}
    assert done.seen[SEEN[0].check]
    assert not done.seen[SEEN[-1].check]
    assert done.ambient_cd_m2 == Fraction("0.3")
    assert done.illuminance_lx == Decimal(30)
    assert done.accuracy_percent == 2
    assert done.repeatability_percent is None


def test_of_two_meters_the_worse_counts_and_one_that_is_not_known_makes_it_unknown() -> None:
    good = MeterUsed(name="a", model="A", accuracy_percent=Decimal(2))
    worse = MeterUsed(name="b", model="B", accuracy_percent=Decimal(5))
    unknown = MeterUsed(name="c", model="C")

    both = session(good, read(GREYS[0]), worse, read(GREYS[1]))
    assert both.measured.accuracy_percent == 5
    assert both.meter == worse
    assert session(good, read(GREYS[0]), unknown, read(GREYS[1])).measured.accuracy_percent is None
    assert session(unknown, good, read(GREYS[0]), worse).measured.accuracy_percent == 2
    assert session(read(GREYS[0])).measured.accuracy_percent is None


def test_a_display_is_tried_anew_with_another_meter() -> None:
    meter = MeterUsed(name="a", model="A")
    tried = Tried(darkest_cd_m2=Decimal(1), middle_cd_m2=Decimal(9), brightest_cd_m2=Decimal(99))

    assert session(meter, tried).trials == (tried,)
    assert session(meter, tried, meter).trials == ()
    assert session().trials == ()


def test_a_display_that_warms_up_is_told_of() -> None:
    tried = Tried(darkest_cd_m2=Decimal(1), middle_cd_m2=Decimal(9), brightest_cd_m2=Decimal(200))

    assert session(tried, read(GREYS[0], 1), read(GREYS[-1], 210)).drift_percent == 5
    assert session(tried).drift_percent is None
    assert session(read(GREYS[-1], 210)).drift_percent is None


def test_of_the_light_the_last_word_counts() -> None:
    done = session(LIGHT, LightTold(illuminance_lx=Decimal(50)))

    assert done.measured.illuminance_lx == 50
    assert done.measured.ambient_cd_m2 is None


@given(st.lists(any_happening, max_size=20))
def test_whatever_happens_amounts_to_something(happened: list[Happening]) -> None:
    amounts = session(*happened)

    assert set(amounts.remaining) <= {*steps(), Place("middle"), *map(Place, CORNERS)}
    assert (amounts.ended is None) is bool(amounts.remaining)
    assert amounts.measured.bits == 8


@given(st.permutations([*GREYS, *BRIGHT]), st.integers(0, 23))
def test_in_any_order_each_measurement_is_done_once(order: list[Measure], done: int) -> None:
    part = session(*SEEN, LIGHT, *map(read, order[:done]), Remarked(text="an interruption"))

    left = [each for each in part.remaining if isinstance(each, Measure)]
    assert sorted(map(repr, left)) == sorted(map(repr, order[done:]))
