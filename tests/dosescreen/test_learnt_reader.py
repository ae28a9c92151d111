"""The reader that knows a scanner: the exact drawing, or nothing."""

import numpy as np
import pytest

from appliance.dose.record import Box
from appliance.dosescreen.learning import LearntAtlas, learn
from appliance.dosescreen.learning.drawn import drawn
from appliance.dosescreen.readers.learnt import LearntReader
from appliance.dosescreen.segment import Glyph, Grey, Line, Word
from appliance.simulators.secondary_capture import GE
from tests.dosescreen.schools import lesson, scanner

EIGHT: Grey = np.array(
    [[0, 255, 255, 0], [200, 0, 0, 255], [0, 255, 255, 0], [200, 0, 0, 255], [0, 255, 255, 0]],
    np.uint8,
)
"""Antialiased; its strokes on the left are fainter than those of the right."""


def glyph(grey: Grey, left: int = 0) -> Glyph:
    return Glyph(Box(left, 0, left + grey.shape[1], grey.shape[0]), grey, 0, grey.shape[0])


def faint(level: int) -> Grey:
    """The same with strokes on the left of another grey."""
    return np.where(EIGHT == 200, level, EIGHT).astype(np.uint8)


def read(*greys: Grey) -> str:
    """What one who was taught the 8 reads on a line."""
    glyphs = tuple(glyph(grey, 10 * at) for at, grey in enumerate(greys))
    line = Line((Word(glyphs),), 5, 5, np.zeros((5, 10 * len(greys)), np.uint8))
    atlas = learn(LearntAtlas(scanner(GE)), [lesson(drawn(glyph(EIGHT)), "8")])
    found = LearntReader(atlas).read([line])
    return "".join(found.glyphs.get(each, "?") for each in glyphs)


def test_what_is_drawn_alike_is_known() -> None:
    assert read(EIGHT, EIGHT) == "88"
    assert read(faint(210)) == "8"  # the same level of eight


def test_the_same_bits_in_other_greys_are_not() -> None:
    assert glyph(EIGHT).shape_key == glyph(faint(140)).shape_key
    assert read(faint(140)) == "?"


def test_glyphs_of_the_same_bits_are_known_together_or_not_at_all() -> None:
    assert read(EIGHT, faint(140), EIGHT) == "???"


def test_a_line_that_is_hardly_known_is_not_read() -> None:
    other = np.ascontiguousarray(EIGHT.T)
    assert read(EIGHT, other) == "8?"
    assert read(EIGHT, other, other) == "???"


@pytest.mark.parametrize(("grey", "empty"), [(EIGHT, False), (np.minimum(EIGHT, 1) * 255, True)])
def test_only_antialiased_ink_has_levels(grey: Grey, *, empty: bool) -> None:
    assert (drawn(glyph(np.asarray(grey, np.uint8)))[3] == b"") is empty
