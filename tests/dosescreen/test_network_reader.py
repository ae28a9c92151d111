"""What a network's reading of a line gives each word and each piece of ink."""

import numpy as np

from appliance.dosescreen.characters import Placed
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.readers.network import CERTAIN, placed_on
from appliance.dosescreen.segment import Grey, Line, lines


def stems(*lefts: int) -> Line:
    """Strokes of a capital's height and three columns each."""
    screen: Grey = np.zeros((40, 120), np.uint8)
    for left in lefts:
        screen[10:20, left : left + 3] = 255
    (line,) = lines(screen)
    return line


def seen(line: Line, *placed: Placed) -> list[str | None]:
    reading = placed_on(Readings("network", places=(placed,)), (line,))
    return [reading.glyphs.get(glyph) for word in line.words for glyph in word.glyphs]


def test_a_glyph_is_the_character_that_has_its_middle_there() -> None:
    line = stems(20, 26)
    assert seen(line, Placed("1", 21.5, 0.9), Placed("7", 27.5, 0.9)) == ["1", "7"]


def test_a_glyph_of_two_characters_or_none_is_not_read() -> None:
    line = stems(20, 26)
    assert seen(line, Placed("1", 21, 0.9), Placed("1", 22, 0.9)) == [None, None]


def test_an_uncertain_character_is_no_vote() -> None:
    assert seen(stems(20), Placed("1", 21.5, CERTAIN - 0.01)) == [None]


def test_one_character_is_never_two_pieces_of_ink() -> None:
    screen: Grey = np.zeros((40, 120), np.uint8)
    screen[10:17, 20:26] = screen[18:20, 23:25] = 255  # a point under what leans over it
    screen[10:20, 40:43] = screen[10:20, 60:63] = 255
    (line,) = lines(screen)
    first = [glyph.box for word in line.words for glyph in word.glyphs][:2]
    assert all(box.left <= 23.5 < box.right for box in first)
    assert seen(line, Placed("2", 23.5, 0.99))[:2] == [None, None]
