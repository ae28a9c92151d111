"""A 1 that is drawn as an l, and read as one, belongs to its number all the same."""

import numpy as np

from appliance.dosescreen.cells import Page
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.headings import Heading
from appliance.dosescreen.intact import torn
from appliance.dosescreen.jury import Jury
from appliance.dosescreen.layout import layouts
from appliance.dosescreen.legend import Legend
from appliance.dosescreen.numerals import whole
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.segment import Glyph, Grey, Line, Word, lines
from appliance.dosescreen.table import Table
from appliance.dosescreen.transcript import Transcript

FONT = load_font("courB12-75dpi")
LEFT, PITCH = 20, FONT.width("0")
LAYOUT = next(layout for layout in layouts() if layout.name == "dose-info")


def written(text: str) -> Line:
    """A line of one font that keeps its pitch."""
    screen: Grey = np.zeros((60, 400), np.uint8)
    ink = FONT.draw(text).astype(np.uint8) * np.uint8(255)
    screen[20 : 20 + ink.shape[0], LEFT : LEFT + ink.shape[1]] = ink
    (line,) = lines(screen)
    return line


def parted(line: Line, *sizes: int) -> Line:
    """The line in words of so many glyphs."""
    glyphs = [glyph for word in line.words for glyph in word.glyphs]
    starts = np.cumsum([0, *sizes])
    words = tuple(
        Word(tuple(glyphs[start : start + size]))
        for start, size in zip(starts, sizes, strict=False)
    )
    return Line(words, line.baseline, line.capital_px, line.picture)


def texts(line: Line) -> list[int]:
    return [len(word.glyphs) for word in line.words]


def test_an_l_that_is_no_word_goes_on_in_a_number() -> None:
    line = parted(written("145 207"), 1, 2, 3)
    first = line.words[0].glyphs[0]
    (joined,) = whole([line], lambda glyph: glyph is not first, lambda _: True)
    assert texts(joined) == [3, 3]


def test_the_last_letter_of_a_word_goes_on_in_no_number() -> None:
    line = parted(written("145 207"), 2, 1, 3)
    letters = line.words[0].glyphs
    (left,) = whole(
        [line],
        lambda glyph: glyph not in letters,
        lambda glyph: glyph is not letters[0],
    )
    assert texts(left) == [2, 1, 3]


def page_of(line: Line) -> tuple[Page, Table]:
    """A screen of one row, ``mAs`` over all of its first number but the first digit."""
    digits = dict(zip([g for word in line.words for g in word.glyphs], "145207", strict=True))
    readings = [Readings(name, glyphs=digits) for name in ("one", "other")]
    screen = Screen("1.2.3", 0, line.picture, lossless=True)
    page = Page(screen, Transcript((line,), Jury(tuple(readings))), LAYOUT, Legend())
    page.numbers.extend(_long(line))
    columns = {column.name: column for column in LAYOUT.columns}
    mas, kvp = columns["exposure_mas"], columns["kvp"]
    tier = (
        Heading(None, LEFT - 10, LEFT + PITCH - 1),
        Heading(mas, LEFT + PITCH, LEFT + 3 * PITCH),
        Heading(kvp, LEFT + 4 * PITCH, LEFT + 7 * PITCH),
    )
    return page, Table(None, (tier,), (mas, kvp), (), (line,))


def _long(line: Line) -> list[tuple[Glyph, ...]]:
    return [word.glyphs for word in line.words if len(word.glyphs) > 1]


def test_a_number_with_its_first_digit_under_another_heading_is_doubted() -> None:
    page, table = page_of(parted(written("145 207"), 1, 2, 3))
    assert [doubt for row in table.rows() for doubt in torn(page, table, row)]


def test_numbers_of_two_columns_are_not() -> None:
    page, table = page_of(parted(written("145 207"), 3, 3))
    assert not [doubt for row in table.rows() for doubt in torn(page, table, row)]
