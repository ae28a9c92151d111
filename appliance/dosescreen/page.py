"""One screen read with one layout: events, totals, page number, doubts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import IrradiationEvent, Number
from appliance.dosescreen.cells import Page, Values, glyphs_of, read_cell, read_numeral, sourced
from appliance.dosescreen.layout import Column, Layout, Total
from appliance.dosescreen.legend import read_legend
from appliance.dosescreen.marks import mark
from appliance.dosescreen.native import is_two_level
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.segment import Glyph, Line, Word
from appliance.dosescreen.table import Table, find_table
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import find_phrase, folded, says


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What one screen says.

    Attributes:
        layout: The layout it was read with.
        sop_instance_uid: The object it is on.
        events: Its rows.
        totals: Printed totals by record field.
        alone: Totals that stand on a line of their own.
        number: Its page number, or None where the screen prints none.
        pages: How many pages it says there are.
        doubts: What could not be read for certain.
    """

    layout: Layout
    sop_instance_uid: str
    events: tuple[IrradiationEvent, ...]
    totals: dict[str, Number]
    alone: frozenset[str]
    number: int | None
    pages: int | None
    doubts: tuple[Doubt, ...]


def read_page(screen: Screen, transcript: Transcript, layout: Layout) -> PageRecord | None:
    """The page on ``screen``, or None when the layout does not fit it."""
    if not all(_stands(transcript, phrase) for phrase in layout.phrases):
        return None
    table = find_table(transcript, layout)
    if table is None:
        return None
    page = Page(screen, transcript, layout, read_legend(transcript, layout))
    events, doubts = _events(page, table)
    totals: dict[str, Number] = {}
    alone: set[str] = set()
    for total in layout.totals:
        for found, is_alone in _totals(page, total):
            if isinstance(found, Doubt):
                doubts.append(found)
            elif totals.setdefault(total.name, found).value != found.value:
                doubts.append(_two_totals(page, total, totals[total.name], found))
            alone |= {total.name} if is_alone else set()
    number, pages = _page_number(page, table) if layout.page_foot else (None, None)
    doubts += [*_one_shape_a_digit(page), *_cut_off(page, table)]
    return PageRecord(
        layout,
        screen.sop_instance_uid,
        tuple(events),
        totals,
        frozenset(alone),
        number,
        pages,
        tuple(doubts),
    )


def _stands(transcript: Transcript, phrase: str) -> bool:
    return any(find_phrase(transcript, line, phrase) for line in transcript.lines)


def _events(page: Page, table: Table) -> tuple[list[IrradiationEvent], list[Doubt]]:
    events: list[IrradiationEvent] = []
    doubts: list[Doubt] = []
    for line in table.body:
        if not _is_row(page, table, line):
            continue
        values, found = _row(page, table, line)
        doubts += [replace(doubt, field=f"events[{len(events)}].{doubt.field}") for doubt in found]
        fields: dict[str, Any] = dict(values)
        events.append(IrradiationEvent(**fields))
    if not events:
        doubts.append(_at(page, Reason.ROWS_NOT_FOUND, "no row stands below the header"))
    return events, doubts


def _is_row(page: Page, table: Table, line: Line) -> bool:
    """A line is a row when something stands under the series, CTDIvol or DLP header."""
    layout = page.layout
    other = (*layout.skip, *(phrase for total in layout.totals for phrase in total.phrases))
    if line in page.legend.lines or any(says(page.transcript, line, phrase) for phrase in other):
        return False
    if layout.page_foot and _page_of(page.transcript, line) is not None:
        return False
    telling = [h for h in table.headings if h.column.anchor or h.column.kind == "series"]
    return any(
        word.box.left < heading.right and word.box.right > heading.left
        for word in line.words
        for heading in telling
    )


def _row(page: Page, table: Table, line: Line) -> tuple[Values, list[Doubt]]:
    cells = table.cells(line)
    values: dict[str, Any] = {}
    doubts: list[Doubt] = []
    for column in page.layout.columns:
        words = cells.get(column.name)
        if words is None:
            if column.required:
                doubts.append(_missing(page, column, line))
            continue
        found = read_cell(page, column, words)
        if isinstance(found, Doubt):
            doubts.append(found)
        else:
            values |= found
    if ("ctdi_vol_mgy" in values) != ("dlp_mgy_cm" in values) and not doubts:
        detail = "a row prints only one of CTDIvol and DLP"
        doubts.append(replace(_at(page, Reason.ROWS_NOT_FOUND, detail), box=line.box))
    return values, doubts


def _missing(page: Page, column: Column, line: Line) -> Doubt:
    doubt = _at(page, Reason.ROWS_NOT_FOUND, f"a row has nothing in its column {column.name}")
    return replace(doubt, field=column.name, box=line.box)


def _totals(page: Page, total: Total) -> Iterator[tuple[Number | Doubt, bool]]:
    """Every print of a total, and whether it has its line to itself."""
    for line in page.transcript.lines:
        for phrase in total.phrases:
            run = find_phrase(page.transcript, line, phrase)
            after = [word for word in line.words if run and word.box.left >= run[-1].box.right]
            if run and after:
                found = _total(page, total, after)
                is_alone = (
                    not isinstance(found, Doubt)
                    and run[0] is line.words[0]
                    and found.origin.box is not None
                    and found.origin.box.right == line.box.right
                )
                yield found, is_alone
                break


def _total(page: Page, total: Total, words: Sequence[Word]) -> Number | Doubt:
    """The number that ``words`` begin with; a unit may follow as a word of its own."""
    glyphs = glyphs_of(words)
    numeral = read_numeral(page, glyphs, total.decimals, total.name)
    if isinstance(numeral, Doubt):
        return numeral
    if numeral.rest and not _begins_a_unit(page, numeral.rest[0], words):
        return _at(page, Reason.CELL_UNREADABLE, f"{total.name} has more characters")
    digits = [Word(tuple(glyphs[: len(glyphs) - len(numeral.rest)]))]
    found: Any = sourced(page, Decimal(numeral.text), numeral.text, digits, numeral.readers)
    number: Number = found
    return number


def _begins_a_unit(page: Page, glyph: Glyph, words: Sequence[Word]) -> bool:
    """Whether what follows a number is a word of its own, or a unit written close to it."""
    word = next(word for word in words if glyph in word.glyphs)
    texts = [folded(text) for text in page.transcript.texts(word)]
    units = [folded(unit) for unit in page.layout.unit_words]
    return word.glyphs[0] is glyph or any(
        text.endswith(unit) for text in texts for unit in units if len(unit) > 1
    )


def _two_totals(page: Page, total: Total, one: Number, other: Number) -> Doubt:
    detail = f"{total.name} is printed as {one.text} and as {other.text}"
    return replace(_at(page, Reason.TOTAL_MISMATCH, detail), field=total.name)


def _page_number(page: Page, table: Table) -> tuple[int | None, int | None]:
    found = (_page_of(page.transcript, line) for line in reversed(table.body))
    return next((numbers for numbers in found if numbers), (None, None))


def _page_of(transcript: Transcript, line: Line) -> tuple[int, int] | None:
    """``1/2`` alone on a line."""
    glyphs = glyphs_of(line.words)
    strokes = [at for at, glyph in enumerate(glyphs) if mark(glyph) == "/"]
    if len(strokes) != 1:
        return None
    number = _digits(transcript, glyphs[: strokes[0]])
    pages = _digits(transcript, glyphs[strokes[0] + 1 :])
    return (int(number), int(pages)) if number and pages else None


def _digits(transcript: Transcript, glyphs: Sequence[Glyph]) -> str:
    verdicts = [transcript.verdict(glyph) for glyph in glyphs]
    if not all(verdict.sure for verdict in verdicts):
        return ""
    return "".join(verdict.digit or "" for verdict in verdicts)


def _one_shape_a_digit(page: Page) -> list[Doubt]:
    """On a screen of two levels one font draws each digit with one shape, and no two alike."""
    if not page.screen.lossless or not is_two_level(page.screen.ink):
        return []
    shapes: dict[tuple[int, str | None], set[tuple[int, int, bytes]]] = defaultdict(set)
    for glyph in page.used:
        digit = page.transcript.verdict(glyph).digit
        shapes[glyph.capital_px, digit].add(glyph.shape_key)
    torn = sorted({str(digit) for (_, digit), keys in shapes.items() if len(keys) > 1})
    if not torn:
        return []
    detail = f"the digit {', '.join(torn)} is drawn in more than one way"
    return [_at(page, Reason.CELL_UNREADABLE, detail)]


def _cut_off(page: Page, table: Table) -> Iterator[Doubt]:
    """Ink at the edge of the picture may go on beyond it."""
    width = page.screen.ink.shape[1]
    for line in (*table.header_lines, *table.body):
        if line.box.left <= 0 or line.box.right >= width:
            detail = "the table runs over the edge of the picture"
            yield replace(_at(page, Reason.ROWS_NOT_FOUND, detail), box=line.box)


def _at(page: Page, reason: Reason, detail: str) -> Doubt:
    return Doubt(reason, detail, sop_instance_uid=page.screen.sop_instance_uid)
