"""Ink cut into the characters that every reader sees in it, and joined to words."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from appliance.dosescreen.characters import SPACE, Placed
from appliance.dosescreen.cutting import recut
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.segment import Grey, Line, lines
from appliance.dosescreen.touching import Shape, apart

FONT = load_font("helvB12-75dpi")


def written(text: str, *, closer_px: int = 0) -> Line:
    """One line of text, its characters so much closer to each other than the font has them."""
    screen: Grey = np.zeros((60, 300), np.uint8)
    pen = 20
    for character in text:
        ink = FONT.draw(character)
        spot = screen[20 : 20 + ink.shape[0], pen : pen + ink.shape[1]]
        np.maximum(spot, ink.astype(np.uint8) * np.uint8(255), out=spot)
        pen += ink.shape[1] - closer_px
    (line,) = lines(screen)
    return line


def middles(text: str, *, closer_px: int = 0) -> list[Placed]:
    """Where the characters of ``text`` are, and the spaces."""
    placed: list[Placed] = []
    pen = 20
    for character in text:
        ink = FONT.draw(character)
        columns = np.flatnonzero(ink.any(axis=0))
        middle = (columns[0] + columns[-1] + 1) / 2 if columns.size else ink.shape[1] / 2
        placed.append(Placed(character, pen + float(middle), 0.99))
        pen += ink.shape[1] - closer_px
    return placed


def cut(line: Line, *seen: Sequence[Placed]) -> list[list[int]]:
    """The widths of the glyphs, word by word."""
    readings = [Readings(f"reader{at}", places=(placed,)) for at, placed in enumerate(seen)]
    (found,) = recut((line,), readings)
    return [[glyph.box.width for glyph in word.glyphs] for word in found.words]


def widths(line: Line) -> list[list[int]]:
    return [[glyph.box.width for glyph in word.glyphs] for word in line.words]


def test_touching_digits_are_cut_where_all_readers_see_them() -> None:
    line = written("445", closer_px=2)
    seen = middles("445", closer_px=2)
    assert [len(word) for word in widths(line)] == [1]
    assert [len(word) for word in cut(line, seen, seen)] == [3]


def test_cut_digits_know_that_their_edges_are_not_their_own() -> None:
    line = written("445", closer_px=2)
    reading = Readings("reader", places=(middles("445", closer_px=2),))
    (found,) = recut((line,), [reading])
    assert [glyph.parted for word in found.words for glyph in word.glyphs] == [True] * 3


def test_touching_digits_stay_one_where_readers_differ() -> None:
    line = written("445", closer_px=2)
    seen = middles("445", closer_px=2)
    assert cut(line, seen, seen[1:]) == widths(line)
    moved = [Placed(each.character, each.x + 7, each.certainty) for each in seen]
    assert cut(line, seen, moved) == widths(line)


def test_what_no_reader_places_stays_as_it_is() -> None:
    line = written("445", closer_px=2)
    (found,) = recut((line,), [Readings("words only")])
    assert found is line
    assert cut(line, middles("445"), ()) == widths(line)


def test_words_part_where_all_readers_see_a_space() -> None:
    line = written("DLP 22", closer_px=1)
    seen = middles("DLP 22", closer_px=1)
    assert [len(word) for word in cut(line, seen, seen)] == [3, 2]
    blind = [each for each in seen if each.character != SPACE]
    assert [len(word) for word in cut(line, blind, blind)] == [3, 2]  # digits behind letters


def test_a_number_parts_from_the_word_before_it_without_a_space() -> None:
    line = written("DLP 22", closer_px=1)
    blind = [each for each in middles("DLP 22", closer_px=1) if each.character != SPACE]
    assert [len(word) for word in cut(line, blind, blind)] == [3, 2]


def test_two_digits_are_never_joined_because_one_was_overlooked() -> None:
    line = written("10")
    overlooked = middles("10")[1:]
    assert cut(line, overlooked, overlooked) == widths(line)


def broken(fragment_px: int) -> tuple[Line, list[Placed]]:
    """Three stems; left of the second, one column away, a fragment of that height."""
    screen: Grey = np.zeros((40, 100), np.uint8)
    for left in (20, 40, 60):
        screen[10:20, left : left + 3] = 255
    screen[20 - fragment_px : 20, 37:39] = 255
    (line,) = lines(screen)
    return line, [
        Placed(character, x, 0.9) for character, x in zip("H4H", (21, 41, 61), strict=True)
    ]


def test_a_fragment_is_joined_to_the_character_it_broke_off() -> None:
    line, seen = broken(5)
    assert [*chain(*widths(line))] == [3, 2, 3, 3]
    assert [*chain(*cut(line, seen, seen))] == [3, 6, 3]


def test_what_is_as_high_as_a_character_is_no_fragment() -> None:
    line, seen = broken(10)
    assert [*chain(*cut(line, seen, seen))] == [3, 2, 3, 3]


def footed(character: str) -> tuple[Line, list[Placed]]:
    """Two stems and between them an L, taken apart as if its foot were a point beside a stem."""
    screen: Grey = np.zeros((40, 100), np.uint8)
    for left in (20, 30, 40):
        screen[10:20, left : left + 3] = 255
    screen[18:20, 33:35] = 255
    shapes = Shape(np.ones((10, 3), bool), 0), Shape(np.ones((2, 2), bool), 0)
    (line,) = apart(lines(screen), shapes)
    marks = f"H{character}H"
    return line, [Placed(each, x, 0.9) for each, x in zip(marks, (21, 31, 41), strict=True)]


def test_the_foot_of_a_letter_that_all_readers_see_is_part_of_it() -> None:
    line, seen = footed("L")
    assert [*chain(*widths(line))] == [3, 3, 2, 3]
    assert [*chain(*cut(line, seen, seen))] == [3, 5, 3]
    line, seen = footed("1")
    assert [*chain(*cut(line, seen, seen))] == [3, 3, 2, 3], "a point behind a digit stays one"


def test_words_that_run_together_are_parted_at_a_colon_and_before_a_bracket() -> None:
    line = written("DLP[mm]:18")
    seen = middles("DLP[mm]:18")
    assert [len(word) for word in widths(line)] == [10]
    assert [len(word) for word in cut(line, seen, seen)] == [3, 5, 2]


def test_a_bracket_behind_a_number_parts_nothing() -> None:
    line = written("5.40(Body)")
    seen = middles("5.40(Body)")
    assert len(cut(line, seen, seen)) == 1


def test_a_bracket_that_opens_behind_one_that_closes_begins_a_word() -> None:
    line = written("DLP(mm)(Head):18")
    seen = middles("DLP(mm)(Head):18")
    assert [len(word) for word in cut(line, seen, seen)] == [3, 4, 7, 2]
