"""A number is doubted where somebody saw another character than geometry has ink for."""

import numpy as np
import pytest

from appliance.dosescreen.characters import SPACE, Placed
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.jury import Jury
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.segment import Glyph, Line, lines
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.witness import witnessed


def written(text: str) -> Line:
    ink = load_font("9x15-misc").draw(text).astype(np.uint8) * np.uint8(255)
    (line,) = lines(np.pad(ink, 10))
    return line


LINE = written("22.40")
NUMBER = tuple(glyph for word in LINE.words for glyph in word.glyphs)


def seen(text: str) -> tuple[Placed, ...]:
    """The characters of ``text`` in the middle of each glyph; a space is one nobody saw."""
    middles = [(glyph.box.left + glyph.box.right) / 2 for glyph in NUMBER]
    pairs = zip(text, middles, strict=True)
    return tuple(Placed(character, x, 0.99) for character, x in pairs if character != SPACE)


def stands(*saw: tuple[Placed, ...], number: tuple[Glyph, ...] = NUMBER) -> bool:
    readings = tuple(Readings(f"reader{at}", places=(each,)) for at, each in enumerate(saw))
    return witnessed(Transcript((LINE,), Jury(readings)), number)


def test_a_number_stands_that_everybody_sees_as_geometry_does() -> None:
    assert stands(seen("22.40"), seen("22.40"))


def test_a_number_stands_where_nobody_looked() -> None:
    assert stands()
    assert stands((), ())


def test_one_may_miss_a_character_and_not_all() -> None:
    assert stands(seen("2 .40"), seen("22.40"))
    assert not stands(seen("2 .40"), seen("2 .40"))


def test_what_an_exact_reader_knows_needs_no_other() -> None:
    font = Readings("fonts", {NUMBER[1]: "2"}, exact=True)
    saw = tuple(Readings(name, places=(seen("2 .40"),)) for name in ("one", "other"))
    assert witnessed(Transcript((LINE,), Jury((font, *saw))), NUMBER)


@pytest.mark.parametrize("saw", ["22 40", "22540"])
def test_a_point_is_no_point_where_nobody_sees_one(saw: str) -> None:
    assert not stands(seen(saw), seen(saw))


@pytest.mark.parametrize("character", [".", ",", "1", "-"])
@pytest.mark.parametrize("after", [0, 3])
def test_a_character_between_two_digits_is_doubted_where_there_is_no_ink(
    character: str, after: int
) -> None:
    edges = NUMBER[after].box.right, NUMBER[after + 1].box.left
    between = Placed(character, sum(edges) / 2, 0.6)
    assert not stands((*seen("22.40"), between), seen("22.40"))


def test_a_point_seen_on_a_digit_is_doubted() -> None:
    assert not stands(seen("2..40"), seen("22.40"))


def test_a_character_that_fell_into_two_pieces_is_not_two() -> None:
    upper, lower = NUMBER[1], Glyph(NUMBER[1].box, NUMBER[1].grey, 0, NUMBER[1].capital_px)
    assert not stands(seen("22.40"), seen("22.40"), number=(NUMBER[0], upper, lower, *NUMBER[2:]))
