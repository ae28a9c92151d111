"""A press asks for what it says, and a button that is stuck for nothing that cannot be undone."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.frontpanel.button import Asked, Button

TICK_S = 0.05
Presses = list[tuple[bool, float]]


def asked(presses: Presses, button: Button | None = None) -> list[Asked]:
    """What is asked for by a button that is down or up for so many seconds each."""
    button = button or Button()
    found: list[Asked | None] = []
    now = 100.0
    for is_down, lasts_s in presses:
        for _ in range(round(lasts_s / TICK_S)):
            found.append(button.look(now, is_down=is_down))
            now += TICK_S
    found.append(button.look(now, is_down=False))
    return [each for each in found if each is not None]


UP = (False, 1.0)
ARMING = [(True, 11.0), UP]


def test_a_short_press_lights_the_lamps() -> None:
    assert asked([UP, (True, 0.3), UP, (True, 1.5), UP]) == [Asked.LAMPS, Asked.LAMPS]


def test_a_press_that_is_neither_short_nor_long_asks_for_nothing() -> None:
    assert asked([UP, (True, 3.0), UP]) == []


def test_five_seconds_shut_the_box_down_once() -> None:
    assert asked([UP, (True, 60.0), UP]) == [Asked.SHUTDOWN]


def test_a_press_from_before_the_start_arms_the_reset_and_a_second_one_asks_for_it() -> None:
    assert asked([*ARMING, (True, 5.5), UP]) == [Asked.ARM, Asked.RESET]


def test_what_is_armed_is_disarmed_by_time_or_by_a_short_press() -> None:
    assert asked([*ARMING, (False, 70.0), (True, 0.3), UP]) == [
        Asked.ARM,
        Asked.DISARM,
        Asked.LAMPS,
    ]
    assert asked([*ARMING, (True, 0.3), UP]) == [Asked.ARM, Asked.DISARM]
    assert asked([*ARMING, (False, 56.5), (True, 8.0), UP]) == [Asked.ARM, Asked.DISARM]


def test_a_button_let_go_soon_after_the_start_asks_for_nothing() -> None:
    assert asked([(True, 9.0), UP]) == []
    assert asked([(True, 1.0), UP]) == []


def test_a_button_that_is_stuck_from_the_start_does_no_harm() -> None:
    assert asked([(True, 7200.0)]) == [Asked.ARM, Asked.DISARM]


SOMETIMES = st.lists(st.tuples(st.booleans(), st.floats(0.05, 20.0)), max_size=20)


@given(SOMETIMES)
def test_a_reset_takes_two_long_presses_the_first_from_the_start(presses: Presses) -> None:
    found = asked(presses)
    if Asked.RESET in found:
        at = found.index(Asked.RESET)
        assert found[at - 1] is Asked.ARM
        assert found.count(Asked.RESET) == found.count(Asked.ARM) == 1
        held = [lasts for is_down, lasts in presses if is_down]
        assert presses[0][0]
        assert sum(held) >= 15.0 - 2 * TICK_S


@given(SOMETIMES)
def test_a_box_that_was_not_pressed_at_the_start_is_never_reset(presses: Presses) -> None:
    assert not {Asked.ARM, Asked.RESET} & set(asked([UP, *presses]))
