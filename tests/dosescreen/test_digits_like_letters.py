"""A console whose 1 is drawn as its l and its 0 as its O becomes known like any other."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from unittest.mock import patch

import pytest

from appliance.dosescreen.fonts import BitmapFont
from appliance.dosescreen.learning import LearntAtlas, learn
from appliance.dosescreen.learning.contradiction import contradictions
from appliance.dosescreen.learning.learnt import are_alike
from appliance.simulators.secondary_capture import GE, SIEMENS
from tests.dosescreen import scholars as learned
from tests.dosescreen.scholars import grown, protocol, read_with, report, scholars
from tests.dosescreen.schools import lesson, scanner, shapes, taught, unknown_font
from tests.dosescreen.world import dlps

DRAWN_AS = {"O": "0", "l": "1"}


@cache
def font() -> BitmapFont:
    """One that draws l as 1 and O as 0, as the small font of a console does."""
    plain = unknown_font()
    same = {letter: plain.glyphs[digit] for letter, digit in DRAWN_AS.items()}
    return replace(plain, name=f"{plain.name}-alike", glyphs=plain.glyphs | same)


@contextmanager
def drawn_so() -> Iterator[None]:
    """Screens and their readers use that font."""
    with patch.object(learned, "unknown_font", font):
        yield


def five_lessons() -> LearntAtlas:
    atlas = LearntAtlas(scanner(GE))
    for at, dlp in enumerate(["137.00", "289.46", "650.13", "472.98", "731.05"]):
        atlas = grown(atlas, read_with(atlas, report(dlp, series=str(at + 2)), *scholars()))
    return atlas


@pytest.mark.parametrize("alike", ["1l", "1Il", "0O", "Il"])
def test_what_fonts_draw_alike_shares_a_shape(alike: str) -> None:
    assert are_alike(alike)


@pytest.mark.parametrize("other", ["10", "5S", "8B", "1lB", "0Ol", "2Z"])
def test_nothing_else_does(other: str) -> None:
    assert not are_alike(other)


def test_five_screens_teach_it_every_digit_and_the_sixth_needs_nobody() -> None:
    with drawn_so():
        atlas = five_lessons()
        one, other = scholars()
        found = read_with(atlas, report("901.10", series="7"), one, other)
    assert atlas.is_settled
    assert dlps(found) == ["901.10"]
    assert one.asked == other.asked == []
    assert {digit for _, digit in found.experiences[0].rests_on} >= {"0", "1", "9"}


def test_readers_that_see_the_digit_say_nothing_against_the_letter() -> None:
    with drawn_so():
        found = read_with(LearntAtlas(scanner(GE)), report("110.00"), *scholars())
        (sighting,) = found.sightings
        numbers = sighting.finding.numbers  # type: ignore[union-attr]
        known = taught(GE, font())
    assert contradictions(known, sighting.transcript, numbers) == ()


def test_a_letter_alone_is_contradicted_by_the_digit() -> None:
    shape = shapes(font())["1"]
    mistaken = learn(LearntAtlas(scanner(GE)), [lesson(shape, "l")])
    with drawn_so():
        found = read_with(LearntAtlas(scanner(GE)), report("110.00"), *scholars())
    (sighting,) = found.sightings
    against = contradictions(mistaken, sighting.transcript, sighting.finding.numbers)  # type: ignore[union-attr]
    assert [(each.held, each.digit) for each in against] == [("l", "1")]


@pytest.mark.parametrize("label", ["Pelvis", "Scalp", "L1", "C10", "BODY"])
def test_a_label_has_letters_among_letters_and_digits_where_they_may_be(label: str) -> None:
    with drawn_so(), patch.object(learned, "LABEL", label):
        found = read_with(taught(SIEMENS, font()), protocol("137"), *scholars())
    assert found.record is not None
    assert [event.label.value for event in found.record.dose_events if event.label] == [label]
