"""``1/2`` at the foot of a screen, whole or with a stroke that fell into pieces."""

import numpy as np
import pytest

from appliance.dosescreen.jury import Jury
from appliance.dosescreen.page_number import page_of
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.segment import Grey, Ink, Line, lines
from appliance.dosescreen.touching import Shape, apart
from appliance.dosescreen.transcript import Transcript

ONE: Ink = np.ones((10, 2), bool)
TWO: Ink = np.kron(np.ones((2, 1)), np.array([[1] * 5, *([[0] * 4 + [1]] * 4)])).astype(bool)
STROKE: Ink = np.kron(np.eye(5)[::-1], np.ones((2, 1))).astype(bool)
LOWER, UPPER = STROKE[6:, :2], STROKE[:6, 2:]


def foot(*inks: Ink) -> Line:
    """The line of such ink; pieces of a stroke with no paper between them."""
    screen: Grey = np.zeros((60, 100), np.uint8)
    for at, ink in enumerate(inks):
        rows, columns = ink.shape
        screen[30 - rows : 30, 20 + 9 * at : 20 + 9 * at + columns][ink] = 255
    pieces = [Shape(LOWER, 0), Shape(UPPER, 4)]
    (line,) = apart(lines(screen), pieces)
    return line


def read(line: Line, *texts: str) -> Transcript:
    """What each reader takes the glyphs for, ``?`` for nothing."""
    glyphs = line.glyphs
    readings = [
        Readings(f"reader{at}", {g: c for g, c in zip(glyphs, text, strict=True) if c != "?"})
        for at, text in enumerate(texts)
    ]
    return Transcript((line,), Jury(tuple(readings)))


@pytest.mark.parametrize("texts", [("1?/2", "1?/2"), ("1/?2", "1/?2")])
def test_a_stroke_in_pieces_is_one_where_two_readers_see_it(texts: tuple[str, str]) -> None:
    line = foot(ONE, STROKE, TWO)
    assert len(line.glyphs) == 4
    assert page_of(read(line, *texts), line) == (1, 2)


@pytest.mark.parametrize(
    "texts",
    [("1??2", "1??2"), ("1?/2", "1?l2"), ("?1/2", "?1/2"), ("1?/?", "1?/2"), ("1O/2", "1?/2")],
)
def test_anything_less_is_no_page_number(texts: tuple[str, str]) -> None:
    line = foot(ONE, STROKE, TWO)
    assert page_of(read(line, *texts), line) is None


def test_a_stroke_alone_on_its_line_is_none() -> None:
    line = foot(STROKE)
    assert page_of(read(line, "//", "//"), line) is None
