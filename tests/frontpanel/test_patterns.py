"""Every message of a light can be told from its others, by whoever sees no colours."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.alarms import Severity
from appliance.frontpanel.patterns import Light, Message, Pattern, table
from appliance.frontpanel.telling import WORDS

OTHERS = {"box=runs", "button=shutdown", "objects=arriving", *(f"alarm={s}" for s in Severity)}
TOLD = {f"{subject}={word}" for subject, words in WORDS.items() for word in words}
TICK_MS = 50
EVERYTHING = sorted({each.when for each in table().messages})


def seen(pattern: Pattern) -> list[bool]:
    """Four seconds of a light, twenty times a second."""
    return [pattern.is_lit(at / 20) for at in range(80)]


def test_everything_that_can_be_told_has_one_message() -> None:
    assert sorted(each.when for each in table().messages) == sorted(TOLD | OTHERS)


def test_no_two_patterns_look_alike() -> None:
    for one, other in combinations(table().patterns.values(), 2):
        assert seen(one) != seen(other)


def test_a_light_says_different_things_differently_unless_the_same_is_to_be_done() -> None:
    alike = {
        frozenset({"stick=working", "backup=working"}),
        frozenset({"stick=done", "backup=done"}),
        frozenset({"stick=failed", "backup=failed"}),
        frozenset({"stick=failed", "update=failed"}),
        frozenset({"backup=failed", "update=failed"}),
    }
    for one, other in combinations(table().messages, 2):
        if one.light is other.light and one.pattern == other.pattern:
            assert frozenset({one.when, other.when}) in alike


@pytest.mark.parametrize("message", table().messages, ids=lambda each: each.when)
def test_every_message_is_shown_when_it_alone_holds(message: Message) -> None:
    shown = table().shown({message.when})
    assert shown[message.light] == table().patterns[message.pattern]
    dark = {light for light, pattern in shown.items() if pattern is table().patterns["dark"]}
    assert dark == set(Light) - {message.light}
    assert all(message.meaning)


@given(st.sets(st.sampled_from(EVERYTHING)))
def test_of_several_the_first_of_each_light_is_shown(holding: set[str]) -> None:
    shown = table().shown(holding)
    for light in Light:
        first = [m for m in table().messages if m.light is light and m.when in holding][:1]
        name = first[0].pattern if first else "dark"
        assert shown[light] is table().patterns[name]


@pytest.mark.parametrize("name", table().patterns)
def test_no_change_is_shorter_than_two_ticks(name: str) -> None:
    assert all(each == 0 or each >= 2 * TICK_MS for each in table().patterns[name].lit_dark_ms)
