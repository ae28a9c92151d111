"""Whether a picture is whole: no digit lost from a number, nothing cut off at an edge.

A digit that is gone leaves a gap, because consoles set digits evenly; a cut goes through ink, or
stands closer to a number than anything else would.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from appliance.dose.doubt import Doubt, Reason
from appliance.dosescreen.cells import Page
from appliance.dosescreen.layout import CellKind
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import MAX_GLYPH_PX, THRESHOLD, Glyph, around
from appliance.dosescreen.table import Row, Table

UNEVEN = 1.4
"""A step this many times the usual one has lost a digit."""
EVEN = 1.3
"""Digits no farther apart than this many usual steps are of one number."""
MARGIN = 0.5
"""Capital heights between a number and the picture's edge, more than between two digits."""
CROWDED = 0.75
"""Capital heights between a text and the number behind it; a 1 has less paper around it."""
SWOLLEN = 0.2
"""Capital heights that a digit may be wider than the same digit elsewhere; a dash is wider."""
TEXTS = (CellKind.TEXT, CellKind.TYPE)
NUMBERS = (CellKind.NUMBER, CellKind.EXPOSURE)


def gaps(page: Page) -> Iterator[Doubt]:
    """Numbers on ``page`` in which something between two digits is missing."""
    steps = [
        (index, step / number[0].capital_px, pointed)
        for index, number in enumerate(page.numbers)
        for step, pointed in _steps(number)
    ]
    for over_point in (False, True):
        alike = [(index, step) for index, step, pointed in steps if pointed is over_point]
        usual = median(step for _, step in alike) if alike else 0
        for index in sorted({index for index, step in alike if step > UNEVEN * usual}):
            box = around(glyph.box for glyph in page.numbers[index])
            uid = page.screen.sop_instance_uid
            detail = "a number has a gap between its digits"
            yield Doubt(Reason.CELL_UNREADABLE, detail, sop_instance_uid=uid, box=box)


def usual_step(page: Page) -> float:
    """From digit to digit within the numbers of ``page`` in pixels; 0 where none has two."""
    steps = [step for number in page.numbers for step, pointed in _steps(number) if not pointed]
    return median(steps) if steps else 0


def _steps(number: Sequence[Glyph]) -> Iterator[tuple[float, bool]]:
    """From digit to digit, in pixels between their middles, and whether a point is between."""
    digits = [at for at, glyph in enumerate(number) if mark(glyph) is None]
    for left, right in pairwise(digits):
        yield _middle(number[right]) - _middle(number[left]), right - left > 1


def _middle(glyph: Glyph) -> float:
    return (glyph.box.left + glyph.box.right) / 2


def swollen(page: Page, tables: Sequence[Table]) -> Iterator[Doubt]:
    """Series whose digit is wider than it is elsewhere: a dash may touch it that nobody saw."""
    series = [*_series(tables)]
    widths: dict[str, dict[Glyph, float]] = defaultdict(dict)
    for glyph in (*series, *(glyph for number in page.numbers for glyph in number)):
        verdict = page.transcript.verdict(glyph)
        if verdict.sure and verdict.digit and not glyph.parted:
            widths[verdict.digit][glyph] = _width(glyph)
    for glyph in series:
        digit = page.transcript.verdict(glyph).digit
        alike = [width for other, width in widths.get(digit or "", {}).items() if other != glyph]
        others = [median(found.values()) for other, found in widths.items() if other != digit]
        usual = min(median(alike or [_width(glyph)]), max(others, default=_width(glyph)))
        if digit and _width(glyph) > usual + SWOLLEN:
            detail = "a digit of a series is wider than it is elsewhere"
            uid = page.screen.sop_instance_uid
            yield Doubt(Reason.CELL_UNREADABLE, detail, sop_instance_uid=uid, box=glyph.box)


def _width(glyph: Glyph) -> float:
    return glyph.box.width / glyph.capital_px


def _series(tables: Sequence[Table]) -> Iterator[Glyph]:
    """The glyphs of every cell that may hold a series or a range of them."""
    for table in tables:
        names = [column.name for column in table.columns if column.kind is CellKind.SERIES]
        for row in table.rows():
            for word in (word for name in names for word in row.cells.get(name, ())):
                yield from word.glyphs


def crowded(page: Page, table: Table, row: Row) -> Iterator[Doubt]:
    """A row whose number may have lost its first digit to the text that stands before it."""
    text = next((c.name for c in table.columns if not c.headers and c.kind in TEXTS), None)
    before = row.cells.get(text, ()) if text else ()
    after = next((word for word in row.lines[0].words if word not in before), None)
    near = CROWDED * row.lines[0].capital_px
    if before and after and after.box.left - before[-1].box.right < near:
        detail = "text and number stand too close to be told apart"
        doubt = Doubt(Reason.CELL_UNREADABLE, detail, text or "", box=row.lines[0].box)
        yield replace(doubt, sop_instance_uid=page.screen.sop_instance_uid)


def torn(page: Page, table: Table, row: Row) -> Iterator[Doubt]:
    """A number of a row that a digit of another word stands beside as if it were of the number."""
    reach = EVEN * usual_step(page)
    cells = {column.name: row.cells.get(column.name, ()) for column in table.columns}
    numbers = [cells[column.name] for column in table.columns if column.kind in NUMBERS]
    for line in row.lines:
        for left, right in pairwise(line.words):
            ends = left.glyphs[-1], right.glyphs[0]
            apart = any((left in cell) != (right in cell) for cell in numbers)
            digits = all(page.transcript.verdict(glyph).sure for glyph in ends)
            if apart and digits and _middle(ends[1]) - _middle(ends[0]) <= reach:
                detail = "a digit stands beside a number as if it were part of it"
                box = around((left.box, right.box))
                uid = page.screen.sop_instance_uid
                yield Doubt(Reason.CELL_UNREADABLE, detail, sop_instance_uid=uid, box=box)


def cut_off(page: Page, tables: Sequence[Table]) -> Iterator[Doubt]:
    """Tables that may go on beyond the picture."""
    ink = page.screen.ink
    width = ink.shape[1]
    for table in tables:
        lines = (*table.header_lines, *table.body)
        span = around(line.box for line in lines)
        near = [
            word
            for row in table.rows()
            for column in table.columns
            if column.kind in NUMBERS
            for word in row.cells.get(column.name, ())
            if min(word.box.left, width - word.box.right) < MARGIN * row.lines[0].capital_px
        ]
        edges = (ink[0, span.left : span.right], ink[-1, span.left : span.right])
        if near or span.left <= 0 or span.right >= width or any(map(_is_cut, edges)):
            doubt = Doubt(Reason.ROWS_NOT_FOUND, "the table runs over the edge of the picture")
            yield replace(doubt, sop_instance_uid=page.screen.sop_instance_uid, box=span)


def _is_cut(edge: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> bool:
    """Whether ink of characters, not a frame, stands at an edge of the picture."""
    inked = np.flatnonzero(edge > THRESHOLD)
    runs = np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1)
    return any(0 < len(run) <= MAX_GLYPH_PX for run in runs)
