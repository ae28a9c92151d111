"""Whether a row is gone from a table, where no total would tell.

What a lost row leaves is a line that is none of the layout's, among the rows or right below them,
or room for one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from appliance.dose.doubt import Doubt, Reason
from appliance.dosescreen.cells import Page
from appliance.dosescreen.rows import is_remark
from appliance.dosescreen.segment import Line
from appliance.dosescreen.table import Row, Table

NEXT = 1.6
"""Lines at most so many times as far apart as the nearest are next to each other."""
CAPITALS = 2.5
"""Capital heights from line to line, at most, where there are too few lines to tell."""


def rows_lost(page: Page, table: Table, rows: Sequence[Row]) -> Iterator[Doubt]:
    """A line that is no row and no remark, where rows stand; an empty line between two of them."""
    scans = [line for row in rows for line in row.lines]
    if not scans:
        return
    last = scans[-1].baseline
    lines = [line for line in table.body if line.baseline <= last]
    below = [line for line in table.body if line.baseline > last]
    reach = NEXT * _pitch(lines)
    for before, line in pairwise((scans[-1], *below)):
        if line.baseline - before.baseline > reach:
            break
        lines.append(line)
    for line in lines:
        if line not in scans and not is_remark(page, line):
            yield _doubt(page, "a line among the rows is none that this layout knows", line)
    for before, line in pairwise(lines):
        if line.baseline - before.baseline > reach and line in scans:
            yield _doubt(page, "between two rows there is room for another", line)


def _pitch(lines: Sequence[Line]) -> float:
    steps = [line.baseline - before.baseline for before, line in pairwise(lines)]
    return min((*steps, CAPITALS * lines[0].capital_px))


def _doubt(page: Page, detail: str, line: Line) -> Doubt:
    uid = page.screen.sop_instance_uid
    return replace(Doubt(Reason.ROWS_NOT_FOUND, detail, sop_instance_uid=uid), box=line.box)
