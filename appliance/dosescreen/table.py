"""The table on a dose screen: columns from the headers, rows and cells from geometry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.dosescreen.layout import Column, Layout
from appliance.dosescreen.segment import Line, Word, around
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import find_phrase, resembles

HEADER_REACH = 2.4
"""Header words stand within this many capital heights of the anchor's line, above or below."""


@dataclass(frozen=True, slots=True, eq=False)
class Heading:
    """A column and where its header stands."""

    column: Column
    left: int
    right: int


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A header that fits a layout, and the lines below it."""

    layout: Layout
    headings: tuple[Heading, ...]
    header_lines: tuple[Line, ...]
    body: tuple[Line, ...]

    def cells(self, line: Line) -> Mapping[str, tuple[Word, ...]]:
        """The words of ``line`` by the name of the column they stand in."""
        found: dict[str, tuple[Word, ...]] = {}
        for word in line.words:
            name = self._column(word)
            found[name] = (*found.get(name, ()), word)
        return found

    def _column(self, word: Word) -> str:
        leftmost = min(heading.left for heading in self.headings)
        beside = next((c.name for c in self.layout.columns if not c.headers), None)
        if beside is not None and word.box.right <= leftmost:
            return beside
        return min(self.headings, key=lambda heading: _apart(heading, word)).column.name


def find_table(transcript: Transcript, layout: Layout) -> Table | None:
    """The first header on the screen that has every column the layout must have."""
    first = next(column for column in layout.columns if column.anchor)
    for line in transcript.lines:
        if _header(transcript, line, first) is not None:
            table = _table_at(transcript, layout, line)
            if table is not None:
                return table
    return None


def _table_at(transcript: Transcript, layout: Layout, anchor: Line) -> Table | None:
    reach = HEADER_REACH * anchor.capital_px
    zone = [line for line in transcript.lines if abs(line.baseline - anchor.baseline) <= reach]
    headings, used = [], [anchor]
    for column in layout.columns:
        if not column.headers:
            continue
        found = ((line, _header(transcript, line, column)) for line in zone)
        line, words = next(((line, words) for line, words in found if words), (None, None))
        if line is not None and words is not None:
            box = around(word.box for word in words)
            headings.append(Heading(column, box.left, box.right))
            used.append(line)
        elif not column.optional:
            return None
    used += [line for line in zone if _only_units(transcript, layout, line)]
    bottom = max(line.baseline for line in used)
    body = tuple(line for line in transcript.lines if line.baseline > bottom)
    return Table(layout, tuple(headings), tuple(used), body)


def _header(transcript: Transcript, line: Line, column: Column) -> Sequence[Word] | None:
    found = (find_phrase(transcript, line, header) for header in column.headers)
    return next((words for words in found if words), None)


def _only_units(transcript: Transcript, layout: Layout, line: Line) -> bool:
    """Most of the words below or above a header are units; a row of numbers has none."""
    units = [
        any(resembles(text, unit) for text in transcript.texts(word) for unit in layout.unit_words)
        for word in line.words
    ]
    return 2 * sum(units) >= len(units)


def _apart(heading: Heading, word: Word) -> tuple[int, int]:
    """How far a word stands from a header: the gap, then less for more overlap."""
    gap = max(heading.left - word.box.right, word.box.left - heading.right, 0)
    shared = min(heading.right, word.box.right) - max(heading.left, word.box.left)
    return gap, -shared
