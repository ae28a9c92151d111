"""Whether the numbers of a column line up.

A console sets the numbers of a column below each other by one edge, by their middle or by their
points. One number that does not, where all others do, has lost a digit at its end.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from statistics import median

from appliance.dose.doubt import Doubt, Reason
from appliance.dosescreen.cells import Page, glyphs_of
from appliance.dosescreen.intact import usual_step
from appliance.dosescreen.layout import CellKind
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph
from appliance.dosescreen.table import Row, Table

LEAST_ROWS = 3
EDGE, MIDDLE = 0.4, 0.3
"""How far a number may be off its column, in steps from digit to digit: a 1 has more paper beside
it than other digits."""
FEW = 3
"""At least so many times as many numbers line up as do not."""


def out_of_line(page: Page, table: Table, rows: Sequence[Row]) -> Iterator[Doubt]:
    """A column in which a number stands off the line that the others keep."""
    step = usual_step(page)
    for column in table.columns if step else ():
        if column.kind is not CellKind.NUMBER:
            continue
        cells = [glyphs_of(row.cells.get(column.name, ())) for row in rows]
        numbers = [cell for cell in cells if any(mark(glyph) is None for glyph in cell)]
        off = _off(numbers, step) if len(numbers) >= LEAST_ROWS else []
        for number in off:
            detail = f"a number does not line up with the others in {column.name}"
            doubt = Doubt(Reason.CELL_UNREADABLE, detail, column.name, box=number[0].box)
            yield replace(doubt, sop_instance_uid=page.screen.sop_instance_uid)


def _off(numbers: Sequence[Sequence[Glyph]], step: float) -> list[Sequence[Glyph]]:
    """The numbers that stand apart in the way of lining up which most of them keep."""
    ways = [_off_one_way(numbers, place, reach * step) for place, reach in _WAYS]
    fewest = min(ways, key=len)
    return fewest if FEW * len(fewest) <= len(numbers) else []


def _off_one_way(
    numbers: Sequence[Sequence[Glyph]], place: Callable[[Sequence[Glyph]], float], reach: float
) -> list[Sequence[Glyph]]:
    usual = median(place(number) for number in numbers)
    return [number for number in numbers if abs(place(number) - usual) > reach]


def _left(number: Sequence[Glyph]) -> float:
    return number[0].box.left


def _right(number: Sequence[Glyph]) -> float:
    return number[-1].box.right


def _centre(number: Sequence[Glyph]) -> float:
    return (_left(number) + _right(number)) / 2


def _point(number: Sequence[Glyph]) -> float:
    """Where the decimal point stands, or would."""
    points = [glyph for glyph in number if mark(glyph) in (".", ",")]
    return points[0].box.left if points else _right(number)


_WAYS = ((_right, EDGE), (_left, EDGE), (_point, EDGE), (_centre, MIDDLE))
