"""Characters that touch, taken apart by shapes that stand alone, and what only looks like it."""

from collections.abc import Sequence

import numpy as np

from appliance.dosescreen.segment import Grey, Ink, lines
from appliance.dosescreen.touching import Shape, apart

STEM: Ink = np.ones((9, 1), bool)
POINT: Ink = np.ones((1, 1), bool)
SEVEN: Ink = np.array([[1] * 5, *([[0] * 4 + [1]] * 8)], bool)
FOOT: Ink = np.array([*([[1] + [0] * 5] * 8), [1] * 6], bool)
"""An L whose foot is as high as a point."""
SHAPES = tuple(Shape(ink, 0) for ink in (STEM, POINT, SEVEN))


def widths(*inks: Ink) -> Sequence[int]:
    """Of the glyphs that ink on one line is taken apart into; wide paper between."""
    screen: Grey = np.zeros((60, 300), np.uint8)
    for at, ink in enumerate(inks):
        rows, columns = ink.shape
        screen[30 - rows : 30, 20 + 20 * at : 20 + 20 * at + columns][ink] = 255
    (line,) = apart(lines(screen), SHAPES)
    return [glyph.box.width for glyph in line.glyphs]


def beside(*inks: Ink) -> Ink:
    """One touching the other, all on the baseline."""
    high = max(ink.shape[0] for ink in inks)
    return np.hstack([np.pad(ink, ((high - ink.shape[0], 0), (0, 0))) for ink in inks])


def test_two_digits_and_a_point_that_touch_are_taken_apart() -> None:
    assert widths(beside(SEVEN, SEVEN), beside(SEVEN, POINT, SEVEN)) == [5, 5, 5, 1, 5]


def test_the_foot_of_a_letter_is_no_row_of_points() -> None:
    assert widths(FOOT, STEM, SEVEN) == [6, 1, 5]
