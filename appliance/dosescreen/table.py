"""The tables on a dose screen: columns from the headers, rows and cells from geometry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from appliance.dosescreen.headers import Tier, find_headers
from appliance.dosescreen.headings import Heading
from appliance.dosescreen.layout import CellKind, Column, Layout
from appliance.dosescreen.segment import Line, Word
from appliance.dosescreen.titles import Title, read_title
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import runs

ROW_REACH = 1.5
"""Lines of one row are at most this many times as far apart as lines of the header."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Lines that belong together, and their words by the name of the column they stand in."""

    lines: tuple[Line, ...]
    cells: Mapping[str, tuple[Word, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A header that fits a layout, and the lines below it.

    ``tiers`` are the headings of the lines that every row has, ``columns`` what the cells are read
    as, ``title`` the line above the header that numbers and names the table.
    """

    title: Title | None
    tiers: tuple[Tier, ...]
    columns: tuple[Column, ...]
    header_lines: tuple[Line, ...]
    body: tuple[Line, ...]

    def rows(self) -> Iterator[Row]:
        """The rows of the body, and lines that begin none."""
        group: list[Line] = []
        for line in self.body:
            if group and (not self._continues(group, line)):
                yield self._row(group)
                group = []
            group.append(line)
        if group:
            yield self._row(group)

    def has_dose(self, row: Row) -> bool:
        """Whether something stands under a heading that makes a line a row."""
        return any(
            word.box.left < heading.right and word.box.right > heading.left
            for line, tier in zip(row.lines, self.tiers, strict=False)
            for word in line.words
            for heading in tier
            if heading.column and (heading.column.anchor or heading.column.kind is CellKind.SERIES)
        )

    def _continues(self, group: Sequence[Line], line: Line) -> bool:
        """Whether ``line`` belongs to the row before it: nothing stands left of its columns."""
        if len(group) == len(self.tiers):
            return False
        left = min(self.tiers[0][0].left, self.tiers[len(group)][0].left)
        if line.words[0].box.right <= left:
            return False
        pitch = self.header_lines[1].baseline - self.header_lines[0].baseline
        return line.baseline - group[-1].baseline <= ROW_REACH * pitch

    def _row(self, lines: Sequence[Line]) -> Row:
        cells: dict[str, tuple[Word, ...]] = {}
        for line, tier in zip(lines, self.tiers, strict=False):
            for word in line.words:
                name = self._column(word, tier)
                cells[name] = (*cells.get(name, ()), word)
        return Row(tuple(lines), cells)

    def _column(self, word: Word, tier: Tier) -> str:
        unheaded = next((column.name for column in self.columns if not column.headers), None)
        if unheaded is not None and tier is self.tiers[0] and self._beside(word):
            return unheaded
        nearest = min(tier, key=lambda heading: _apart(heading, word))
        return nearest.column.name if nearest.column else ""

    def _beside(self, word: Word) -> bool:
        return word.box.right <= self.tiers[0][0].left


def find_tables(
    transcript: Transcript, layout: Layout
) -> tuple[tuple[Table, ...], tuple[Line, ...]]:
    """The tables of a screen, and lines that look like a header and fit the layout in nothing."""
    titles = _titles(transcript) if layout.sections else {}
    headers = find_headers(transcript, layout)
    fitting = [(header, _columns(layout, header.tiers)) for header in headers]
    strays = tuple(header.lines[0] for header, columns in fitting if columns is None)
    starts = [title.line.baseline for title in titles.values()]
    starts += [h.lines[0].baseline for h, columns in fitting if columns or layout.stacked]
    tables: list[Table] = []
    for header, columns in fitting:
        lines, tiers = header.lines, header.tiers
        if columns is None or any(line in table.header_lines for table in tables for line in lines):
            continue
        bottom = max(line.baseline for line in lines)
        end = min((start for start in starts if start > bottom), default=None)
        below = [
            line
            for line in transcript.lines
            if line.baseline > bottom and (end is None or line.baseline < end)
        ]
        body = _up_to_end(transcript, layout, below, tiers[0])
        above = [line for line in transcript.lines if line.baseline < lines[0].baseline]
        title = titles.get(above[-1]) if above else None
        named = tuple(_named(tier, columns, body) for tier in tiers)
        tables.append(Table(title, named, columns, tuple(lines), tuple(body)))
    return tuple(tables), strays


def _up_to_end(
    transcript: Transcript, layout: Layout, lines: Sequence[Line], tier: Tier
) -> list[Line]:
    """The lines above one that begins with words that end a table.

    A scan may be called the same: no number stands on the line, and no row below it.
    """
    for at, line in enumerate(lines):
        if _begins_an_end(transcript, layout, line):
            numbered = any(_is_number(transcript, word) for word in line.words)
            if not numbered and not any(_is_row(transcript, tier, row) for row in lines[at:]):
                return [*lines[:at]]
    return [*lines]


def _is_row(transcript: Transcript, tier: Tier, line: Line) -> bool:
    """Whether a number stands under every heading that a row has one under."""
    needed = (each for each in tier if each.column and (each.column.required or each.column.anchor))
    numbers = [word for word in line.words if _is_number(transcript, word)]
    return all(any(_apart(heading, number)[0] == 0 for number in numbers) for heading in needed)


def _is_number(transcript: Transcript, word: Word) -> bool:
    return any(transcript.verdict(glyph).sure for glyph in word.glyphs)


def _begins_an_end(transcript: Transcript, layout: Layout, line: Line) -> bool:
    return any(run.start == 0 for phrase in layout.ends for run in runs(transcript, line, phrase))


def _titles(transcript: Transcript) -> dict[Line, Title]:
    found = {line: read_title(transcript, line) for line in transcript.lines}
    return {line: title for line, title in found.items() if title is not None}


def _columns(layout: Layout, tiers: Sequence[Tier]) -> tuple[Column, ...] | None:
    """What the cells are read as; None when the headings are not those of the layout."""
    found = [heading.column for tier in tiers for heading in tier if heading.column]
    names = [column.name for column in found]
    if len(set(names)) < len(names) or any(c.kind is CellKind.FOREIGN for c in found):
        return None
    columns = [_taking_place(column, names) if column.instead_of else column for column in found]
    present = {column.name for column in columns}
    needed = {c.name for c in layout.columns if c.headers and not (c.optional or c.instead_of)}
    if needed - {c.name for c in layout.columns if c.kind in _NOT_READ} - present:
        return None
    return (*(column for column in layout.columns if not column.headers), *columns)


def _taking_place(column: Column, names: Sequence[str]) -> Column:
    """The column as the one it stands for, or not read where that one is there too."""
    if column.instead_of in names:
        return replace(column, kind=CellKind.IGNORED)
    return replace(column, name=column.instead_of)


_NOT_READ = (CellKind.IGNORED, CellKind.FOREIGN)


def _named(tier: Tier, columns: Sequence[Column], body: Sequence[Line]) -> Tier:
    """The headings with the columns they are read as.

    What stands over the column that has no header, left of all known and at the left margin of the
    rows, is a sign that heads it: ``#``.
    """
    read_as = {column.headers: column for column in columns}
    first = min(heading.left for heading in tier if heading.column)
    margin = _margin([line for line in body if line.box.right > first])
    return tuple(
        replace(heading, column=read_as[heading.column.headers] if heading.column else None)
        for heading in tier
        if heading.left >= min(first, margin) or () not in read_as
    )


def _margin(rows: Sequence[Line]) -> float:
    """A capital height right of where the rows begin."""
    return min((line.box.left + line.capital_px for line in rows), default=0)


def _apart(heading: Heading, word: Word) -> tuple[int, int]:
    """How far a word stands from a header: the gap, then less for more overlap."""
    gap = max(heading.left - word.box.right, word.box.left - heading.right, 0)
    shared = min(heading.right, word.box.right) - max(heading.left, word.box.left)
    return gap, -shared
