"""Points, dashes, strokes and brackets are told by place and size."""

import numpy as np
import pytest

from appliance.dose.record import Box
from appliance.dosescreen.fonts import font_names, load_font
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph, lines

FONTS = [
    "helvB10-100dpi",
    "helvR10-75dpi",
    "helvR12-75dpi",
    "courR12-75dpi",
    "timR14-75dpi",
    "luBS12-75dpi",
    "ncenR12-75dpi",
    "7x14-misc",
    "9x15-misc",
]
MARKS = {".": {"."}, "-": {"-"}, ":": {":"}, "/": {"/"}, "(": {"("}, ")": {")"}}


def glyphs(text: str, name: str) -> list[Glyph]:
    ink = load_font(name).draw(text).astype(np.uint8) * np.uint8(255)
    return [
        glyph for line in lines(np.pad(ink, 10)) for word in line.words for glyph in word.glyphs
    ]


@pytest.mark.parametrize("name", FONTS)
@pytest.mark.parametrize("character", MARKS)
def test_a_mark_between_capitals_is_itself(name: str, character: str) -> None:
    _, found, _ = glyphs(f"H {character} H", name)
    assert mark(found) in MARKS[character]


@pytest.mark.parametrize("digit", "0123456789")
def test_no_digit_of_any_font_is_a_point_a_comma_or_a_dash(digit: str) -> None:
    for name in font_names():
        _, found, _ = glyphs(f"H {digit} H", name)
        assert mark(found) not in {".", ",", "-", ":", "="}, name


@pytest.mark.parametrize("name", FONTS)
def test_no_digit_is_a_mark_at_all(name: str) -> None:
    for digit in "0123456789":
        _, found, _ = glyphs(f"H {digit} H", name)
        assert mark(found) is None, digit


def test_a_point_is_a_matter_of_place() -> None:
    dot = np.full((2, 2), 255, np.uint8)
    box = glyphs("H . H", "helvR12-75dpi")[1].box

    def at(rise: int) -> str | None:
        return mark(Glyph(box, dot, rise, 9))

    assert at(0) == "."
    assert at(4) != "."
    assert at(-3) != "."


def test_specks_above_each_other_are_no_bracket() -> None:
    grey = np.zeros((16, 3), np.uint8)
    grey[[0, 2, 14]] = 255
    assert mark(Glyph(Box(0, 0, 3, 16), grey, -3, 12)) is None


@pytest.mark.parametrize(("shape", "seen"), [((1, 2), "-"), ((2, 2), None), ((1, 1), None)])
def test_a_short_dash_is_wider_than_high(shape: tuple[int, int], seen: str | None) -> None:
    high, wide = shape
    ink = np.full(shape, 255, np.uint8)
    assert mark(Glyph(Box(0, 7 - high, wide, 7), ink, 4, 11)) == seen


def test_a_point_that_blur_drew_out_is_a_point() -> None:
    assert mark(Glyph(Box(0, 14, 4, 16), np.full((2, 4), 255, np.uint8), 0, 16)) == "."


def test_a_steep_stroke_leans_where_it_has_three_columns() -> None:
    steep = np.zeros((12, 5), np.uint8)
    steep[:2, 3:], steep[2:9, 2], steep[9, 1:3], steep[10:, :2] = 255, 255, 255, 255
    assert mark(Glyph(Box(0, 0, 5, 12), steep, 0, 12)) == "/"
    slanted = np.zeros((12, 2), np.uint8)
    slanted[:6, 1], slanted[6:, 0] = 255, 255
    assert mark(Glyph(Box(0, 0, 2, 12), slanted, 0, 12)) is None
