"""The rows of a screen's tables: which lines are rows, and what each says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import IrradiationEvent
from appliance.dosescreen.cells import Page, Values, glyphs_of, read_cell, sourced
from appliance.dosescreen.intact import crowded
from appliance.dosescreen.jury import readers_of
from appliance.dosescreen.layout import CellKind, Column
from appliance.dosescreen.page_number import page_of
from appliance.dosescreen.segment import Line
from appliance.dosescreen.table import Row, Table
from appliance.dosescreen.titles import Title
from appliance.dosescreen.wording import says


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one table; its number where the screen numbers its tables."""

    number: str | None
    events: tuple[IrradiationEvent, ...]


def read_blocks(page: Page, tables: Sequence[Table]) -> tuple[list[Block], list[Doubt]]:
    """The tables' rows, and what is not certain about them."""
    blocks: list[Block] = []
    doubts: list[Doubt] = []
    count = 0
    for table in tables:
        events: list[IrradiationEvent] = []
        for row in rows_of(page, table):
            values, found = _row(page, table, row)
            at = f"events[{count}]."
            doubts += [replace(doubt, field=f"{at}{doubt.field}") for doubt in found]
            fields: dict[str, Any] = dict(values)
            events.append(IrradiationEvent(**fields))
            count += 1
        blocks.append(Block(table.title.number if table.title else None, tuple(events)))
    if tables and not count:
        doubts.append(_doubt(page, "no row stands below the header"))
    return blocks, doubts


def rows_of(page: Page, table: Table) -> Iterator[Row]:
    """The rows of a table that are scans."""
    return (
        row for row in table.rows() if table.has_dose(row) and not is_remark(page, row.lines[0])
    )


def is_remark(page: Page, line: Line) -> bool:
    """Whether it is a total, a legend, a page number or another line that is no scan."""
    layout = page.layout
    other = (*layout.skip, *(phrase for total in layout.totals for phrase in total.phrases))
    if line in page.legend.lines or any(says(page.transcript, line, phrase) for phrase in other):
        return True
    return layout.page_foot and page_of(page.transcript, line) is not None


def _row(page: Page, table: Table, row: Row) -> tuple[Values, list[Doubt]]:
    values: dict[str, Any] = dict(_titled(page, table.title))
    doubts = [*crowded(page, table, row)]
    for column in table.columns:
        words = row.cells.get(column.name)
        if column.kind is CellKind.IGNORED:
            continue
        if words is None:
            if column.required:
                doubts.append(_missing(page, column, row.lines[0]))
            continue
        found = read_cell(page, column, words)
        if isinstance(found, Doubt):
            doubts += [] if column.dispensable else [found]
            continue
        if any(values[name].value != found[name].value for name in values.keys() & found.keys()):
            doubts.append(_missing(page, column, row.lines[0], "says two different things"))
        values |= found
    if ("ctdi_vol_mgy" in values) != ("dlp_mgy_cm" in values) and not doubts:
        detail = "a row prints only one of CTDIvol and DLP"
        doubts.append(replace(_doubt(page, detail), box=row.lines[0].box))
    return values, doubts


def _titled(page: Page, title: Title | None) -> Values:
    """The number and the name that stand above a table, for each of its rows."""
    if title is None:
        return {}
    words = title.line.words[:1]
    digits = glyphs_of(words)[: len(title.number)]
    readers = readers_of(map(page.transcript.verdict, digits))
    values = {"series": sourced(page, title.number, title.number, words, readers)}
    if title.name is not None:
        values["label"] = sourced(page, title.name, title.name, title.name_words, "word")
    return values


def _missing(page: Page, column: Column, line: Line, detail: str = "has nothing") -> Doubt:
    doubt = _doubt(page, f"a row {detail} in its column {column.name}")
    return replace(doubt, field=column.name, box=line.box)


def _doubt(page: Page, detail: str) -> Doubt:
    uid = page.screen.sop_instance_uid
    return Doubt(Reason.ROWS_NOT_FOUND, detail, sop_instance_uid=uid)
