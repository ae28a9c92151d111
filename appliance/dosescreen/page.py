"""One screen read with one layout: events, totals, page number, doubts."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import IrradiationEvent
from appliance.dosescreen.alignment import out_of_line
from appliance.dosescreen.cells import Page
from appliance.dosescreen.identity import NOT_NAMED, Identifiers
from appliance.dosescreen.intact import cut_off, gaps, swollen, torn
from appliance.dosescreen.layout import Holds, Layout, Section
from appliance.dosescreen.legend import read_legend
from appliance.dosescreen.lost_rows import rows_lost
from appliance.dosescreen.marks import mark
from appliance.dosescreen.native import is_two_level
from appliance.dosescreen.page_number import page_of
from appliance.dosescreen.rows import Block, read_blocks, rows_of
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.segment import Glyph, Line
from appliance.dosescreen.table import Table, find_tables
from appliance.dosescreen.totals import Totals, read_totals
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import find_phrase


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What one screen says.

    Attributes:
        layout: The layout it was read with.
        sop_instance_uid: The object it is on.
        blocks: Its tables.
        totals: Its totals.
        number: Its page number, or None where the screen prints none.
        pages: How many pages it says there are.
        doubts: What could not be read for certain.
        numbers: The glyphs of every number that was read.
        identifiers: Whose it is, by the screen and by its header.
    """

    layout: Layout
    sop_instance_uid: str
    blocks: tuple[Block, ...]
    totals: Totals
    number: int | None
    pages: int | None
    doubts: tuple[Doubt, ...]
    numbers: tuple[tuple[Glyph, ...], ...] = ()
    identifiers: Identifiers = NOT_NAMED

    @property
    def events(self) -> tuple[IrradiationEvent, ...]:
        """The rows of all tables."""
        return tuple(event for block in self.blocks for event in block.events)

    def settles(self, other: "PageRecord") -> bool:
        """Whether it says for certain all that ``other``, of the same screen, is in doubt about."""
        certain = bool(other.doubts) and not self.doubts
        totals = set(other.totals.numbers) <= set(self.totals.numbers)
        return certain and totals and other.printed <= self.printed

    @property
    def printed(self) -> Counter[tuple[str, str]]:
        """Every number in the rows as printed, by its field."""
        return Counter(
            (name, value.text)
            for event in self.events
            for name, value in event.sourced()
            if isinstance(value.value, Decimal) and value.origin.box is not None
        )


def read_page(screen: Screen, transcript: Transcript, layout: Layout) -> PageRecord | None:
    """The page on ``screen``, or None when the layout does not fit it."""
    if layout.phrases and not any(_stands(transcript, phrase) for phrase in layout.phrases):
        return None
    sections = [section for section in layout.sections if _heads(transcript, section)]
    if layout.sections and not sections:
        return None
    tables, strays = find_tables(transcript, layout)
    if not tables and not sections:
        return None
    page = Page(screen, transcript, layout, read_legend(transcript, layout))
    doubts = [_not_read(page, line) for line in strays if sections]
    doubts += [_untitled(page, table) for table in tables if sections and table.title is None]
    blocks, uncertain = read_blocks(page, tables)
    totals, unclear = read_totals(page)
    doubts += [*uncertain, *unclear, *_empty(page, sections, tables, totals)]
    lines = [line for table in tables for line in table.body]
    number, pages = _page_number(page, lines) if layout.page_foot else (None, None)
    doubts += [*_one_shape_a_digit(page), *_uneven(page, blocks)]
    doubts += [*gaps(page), *swollen(page, tables), *cut_off(page, tables)]
    for table in tables:
        rows = [*rows_of(page, table)]
        doubts += out_of_line(page, table, rows)
        doubts += [doubt for row in rows for doubt in torn(page, table, row)]
        if "total_dlp_mgy_cm" not in totals.numbers and not sections:
            doubts += rows_lost(page, table, rows)
    return PageRecord(
        layout,
        screen.sop_instance_uid,
        tuple(blocks),
        totals,
        number,
        pages,
        tuple(doubts),
        tuple(page.numbers),
    )


def _stands(transcript: Transcript, phrase: str) -> bool:
    return any(find_phrase(transcript, line, phrase) for line in transcript.lines)


def _heads(transcript: Transcript, section: Section) -> bool:
    return any(_stands(transcript, phrase) for phrase in section.phrases)


def _empty(
    page: Page, sections: Sequence[Section], tables: Sequence[Table], totals: Totals
) -> Iterator[Doubt]:
    """What a section of the screen must hold and does not."""
    holds = {section.holds for section in sections}
    if Holds.TABLES in holds and not tables:
        yield _at(page, Reason.ROWS_NOT_FOUND, "no table was found where the screen has one")
    needed = {total.name for total in page.layout.totals if total.required}
    missing = needed - totals.numbers.keys() - totals.dashed
    if Holds.TOTALS in holds and missing:
        yield _at(page, Reason.TOTAL_MISSING, f"{', '.join(sorted(missing))} was not found")


def _not_read(page: Page, line: Line) -> Doubt:
    detail = "a header is not one that this layout knows"
    return replace(_at(page, Reason.ROWS_NOT_FOUND, detail), box=line.box)


def _untitled(page: Page, table: Table) -> Doubt:
    detail = "a table stands under no number and name"
    return replace(_at(page, Reason.ROWS_NOT_FOUND, detail), box=table.header_lines[0].box)


def _page_number(page: Page, lines: Sequence[Line]) -> tuple[int | None, int | None]:
    found = (page_of(page.transcript, line) for line in reversed(lines))
    return next((numbers for numbers in found if numbers), (None, None))


def _one_shape_a_digit(page: Page) -> list[Doubt]:
    """On a screen of two levels one font draws each digit with one shape, and no two alike."""
    if not page.screen.lossless or not is_two_level(page.screen.ink):
        return []
    shapes: dict[tuple[int, str | None], set[tuple[int, bytes]]] = defaultdict(set)
    for glyph in (glyph for number in page.numbers for glyph in number):
        if mark(glyph) is None and not glyph.parted:
            digit = page.transcript.verdict(glyph).digit
            shapes[glyph.capital_px, digit].add(glyph.pixels)
    torn = sorted({str(digit) for (_, digit), keys in shapes.items() if len(keys) > 1})
    if not torn:
        return []
    detail = f"the digit {', '.join(torn)} is drawn in more than one way"
    return [_at(page, Reason.CELL_UNREADABLE, detail)]


def _uneven(page: Page, blocks: Sequence[Block]) -> Iterator[Doubt]:
    """A column that always prints as many decimals, and does not."""
    for column in page.layout.columns:
        events = [event for block in blocks for event in block.events if column.uniform]
        numbers = [getattr(event, column.name) for event in events]
        decimals = {len(n.text.partition(".")[2]) for n in numbers if n is not None}
        if len(decimals) > 1:
            detail = (
                f"{column.name} is printed with {' and '.join(map(str, sorted(decimals)))} decimals"
            )
            yield _at(page, Reason.CELL_UNREADABLE, detail)


def _at(page: Page, reason: Reason, detail: str) -> Doubt:
    return Doubt(reason, detail, sop_instance_uid=page.screen.sop_instance_uid)
