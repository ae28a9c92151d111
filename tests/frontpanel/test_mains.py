"""A mains that is gone switches the box off, one that blinks does not."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.frontpanel.mains import Mains, Turn

HOLDS_S, OFF_AFTER_S = 2.0, 30.0
TICK_S = 0.2


def turns(stretches: list[tuple[bool, float]]) -> list[tuple[float, Turn]]:
    """What comes to be, and when, of a mains that fails or not for so many seconds each."""
    mains, now = Mains(HOLDS_S, OFF_AFTER_S), 0.0
    found: list[tuple[float, Turn]] = []
    for failing, lasts_s in stretches:
        for _ in range(round(lasts_s / TICK_S)):
            turn = mains.look(now, failing=failing)
            if turn is not None:
                found.append((round(now), turn))
            now += TICK_S
    return found


def test_a_dip_is_nothing() -> None:
    assert turns([(False, 5), (True, 1.8), (False, 60), (True, 1.8), (False, 5)]) == []


def test_a_mains_that_stays_away_switches_off_once() -> None:
    assert turns([(False, 5), (True, 300)]) == [(7, Turn.GONE), (37, Turn.OVER)]


def test_one_that_comes_back_in_time_does_not() -> None:
    found = turns([(False, 5), (True, 20), (False, 100)])
    assert found == [(7, Turn.GONE), (27, Turn.BACK)]


def test_one_that_comes_back_too_shortly_does() -> None:
    found = turns([(True, 20), (False, 1), (True, 100)])
    assert found == [(2, Turn.GONE), (32, Turn.OVER)]


def test_a_box_that_starts_without_mains_goes_off_again() -> None:
    assert turns([(True, 100)]) == [(2, Turn.GONE), (32, Turn.OVER)]


@given(st.lists(st.tuples(st.booleans(), st.floats(0.2, 60.0)), max_size=20))
def test_the_box_goes_off_only_while_the_mains_is_gone(
    stretches: list[tuple[bool, float]],
) -> None:
    gone_at = None
    for at, turn in turns(stretches):
        match turn:
            case Turn.GONE:
                assert gone_at is None
                gone_at = at
            case Turn.BACK:
                assert gone_at is not None
                gone_at = None
            case Turn.OVER:
                assert gone_at is not None
                assert at - gone_at >= OFF_AFTER_S - 1
