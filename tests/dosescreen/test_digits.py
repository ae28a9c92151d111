"""The classifier of digits knows every digit of the shipped fonts, and its limits are known."""

import cv2
import numpy as np
import pytest

from appliance.dosescreen.digits import features, holes, opinions
from appliance.dosescreen.digits.features import LENGTH
from appliance.dosescreen.fonts import font_names, load_font
from appliance.dosescreen.readers.shape import ShapeReader
from appliance.dosescreen.segment import Grey, lines

DIGITS = "0123456789"
FAMILIES = ("helv", "cour", "tim", "ncen", "char", "lu", "7x13", "9x15", "6x13", "10x20")
SOME_FONTS = [next(name for name in font_names() if name.startswith(family)) for family in FAMILIES]
SURE = 0.9


def grey(name: str, character: str) -> Grey:
    ink = load_font(name).glyphs[character].ink
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return cut.astype(np.uint8) * np.uint8(255)


def screen(text: str, name: str) -> Grey:
    return np.pad(load_font(name).draw(text).astype(np.uint8) * np.uint8(255), 10)


@pytest.mark.parametrize("name", SOME_FONTS)
def test_every_digit_of_a_font_is_known(name: str) -> None:
    found = opinions([features(grey(name, digit)) for digit in DIGITS])
    assert [opinion.digit for opinion in found] == list(DIGITS)


def test_digits_of_all_fonts_are_known_or_not_sure_of_and_never_confused() -> None:
    names = [name for name in font_names() if load_font(name).glyphs["0"].ink.shape[0] >= 7]
    every = [(name, digit) for name in names for digit in DIGITS]
    found = opinions([features(grey(name, digit)) for name, digit in every])
    sure = [(at, o.digit) for at, o in zip(every, found, strict=True) if o.probability >= SURE]
    assert [(at, digit) for at, digit in sure if digit is not None and digit != at[1]] == []
    assert len(sure) > 0.97 * len(every)


def test_most_letters_are_no_digits() -> None:
    letters = "ACEFHKLMNPRTUVWXYabcdefhkmnprtuvwxy"
    every = [grey(name, letter) for name in SOME_FONTS for letter in letters]
    found = opinions([features(glyph) for glyph in every])
    taken = sum(o.digit is not None and o.probability >= SURE for o in found)
    assert taken < 0.03 * len(every)


def test_a_digit_is_known_at_any_size_and_antialiased() -> None:
    for scale in (1.3, 2.0, 3.1):
        soft = [
            cv2.resize(
                np.pad(grey("helvB10-100dpi", digit), 2), None, fx=scale, fy=scale,
                interpolation=cv2.INTER_LINEAR,
            )
            for digit in DIGITS
        ]  # fmt: skip
        cut = [each[(each > 127).any(axis=1)][:, (each > 127).any(axis=0)] for each in soft]
        found = opinions([features(each.astype(np.uint8)) for each in cut])
        assert [opinion.digit for opinion in found] == list(DIGITS)


def test_features_have_one_length_and_end_with_the_proportion() -> None:
    for shape in ((5, 2), (11, 8), (40, 3), (1, 1)):
        vector = features(np.full(shape, 255, np.uint8))
        assert vector.shape == (LENGTH,)
        assert vector[-1] == pytest.approx(shape[1] / shape[0])


def test_nothing_has_no_opinion() -> None:
    assert opinions([]) == []


@pytest.mark.parametrize("name", ["helvB10-100dpi", "timR14-100dpi", "courB14-75dpi", "9x15-misc"])
def test_eight_has_two_holes_and_one_three_five_seven_have_none(name: str) -> None:
    found = {digit: holes(grey(name, digit)) for digit in DIGITS}
    assert found["8"] == 2
    assert {found[digit] for digit in "12357"} == {0}
    assert {found[digit] for digit in "69"} == {1}
    assert found["0"] in {1, 2}


def test_ink_that_touches_only_at_corners_closes_a_hole() -> None:
    ring = np.array([[0, 255, 0], [255, 0, 255], [0, 255, 0]], np.uint8)
    assert holes(ring) == 1
    assert holes(ring, threshold=255) == 0
    assert holes(np.full((3, 3), 255, np.uint8)) == 0


# As a reader


@pytest.mark.parametrize("name", ["helvR12-75dpi", "courB14-75dpi", "7x13-misc", "luBS12-75dpi"])
def test_the_reader_names_digits_and_is_silent_about_points_and_dashes(name: str) -> None:
    (line,) = lines(screen("1 2 3 4 5 6 7 8 9 0 . - 1", name))
    reading = ShapeReader().read([line])
    assert [reading.glyphs.get(w.glyphs[0], "") for w in line.words] == [
        *DIGITS[1:],
        "0",
        "",
        "",
        "1",
    ]
    assert reading.words == {}


def test_a_digit_whose_holes_do_not_fit_is_not_named() -> None:
    ink = screen("8 8 8", "helvB14-75dpi")
    (line,) = lines(ink)
    box = line.words[0].box
    filled = ink.copy()
    filled[box.top + 1 : box.top + 4, box.left + 1 : box.right - 1] = 255
    (line,) = lines(filled)
    named = [ShapeReader().read([line]).glyphs.get(word.glyphs[0]) for word in line.words]
    assert named[0] is None
    assert named[1:] == ["8", "8"]


def test_small_and_raised_ink_is_no_digit() -> None:
    small, large = load_font("helvR08-75dpi").draw("2"), load_font("helvR18-75dpi").draw("HH")
    ink = np.pad(large.astype(np.uint8) * np.uint8(255), 8)
    top = 8 + 2  # an exponent
    ink[top : top + small.shape[0], -7 : -7 + small.shape[1]] |= small[:, :7].astype(
        np.uint8
    ) * np.uint8(255)
    assert ShapeReader().read(lines(ink)).glyphs == {}
