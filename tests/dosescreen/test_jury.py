"""Whom of its readers a screen believes."""

import numpy as np

from appliance.dose.record import Box
from appliance.dosescreen.jury import Jury, Verdict
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.segment import Glyph

SHAPE = np.array([[1, 1, 1], [0, 0, 1], [0, 1, 0], [0, 1, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0]])
GLYPH = Glyph(Box(0, 0, 3, 7), (SHAPE * 255).astype(np.uint8), 0, 7)


def judged(*readings: Readings) -> Verdict:
    return Jury(readings).verdict(GLYPH)


def says(reader: str, characters: str, *, exact: bool = False, settled: bool = False) -> Readings:
    return Readings(reader, {GLYPH: characters}, exact=exact, settled=settled)


def test_two_readers_are_needed_for_a_digit() -> None:
    assert not judged(says("one", "7")).sure
    assert judged(says("one", "7"), says("other", "7")) == Verdict(
        "7", "one+other", sure=True, readings=(("one", "7"), ("other", "7"))
    )


def test_a_digit_settled_before_needs_no_second_reader() -> None:
    assert judged(says("learnt", "7", exact=True, settled=True)).sure


def test_another_reader_still_contradicts_what_was_settled() -> None:
    learnt = says("learnt", "7", exact=True, settled=True)
    assert not judged(learnt, says("fine", "1")).sure
    assert not judged(learnt, says("fonts", "Z", exact=True)).sure


def test_what_a_settled_reader_calls_a_letter_is_no_digit() -> None:
    learnt = says("learnt", "Z", exact=True, settled=True)
    assert judged(learnt, says("one", "2"), says("other", "2")).digit is None
