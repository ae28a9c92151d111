"""What stands in every cell of a screen that was read, before anything is made of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from appliance.dose.record import Box, Sourced
from appliance.dose.sight import Sight, plain
from appliance.dosescreen.cells import Page
from appliance.dosescreen.jury import readers_of
from appliance.dosescreen.legend import read_legend
from appliance.dosescreen.marks import mark
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.rows import rows_of
from appliance.dosescreen.segment import Glyph, around
from appliance.dosescreen.sighting import Sighting
from appliance.dosescreen.table import find_tables
from appliance.dosescreen.transcript import Transcript

UNSURE = "?"
TOTALS = {"HEAD16": "total_dlp_head_mgy_cm", "BODY32": "total_dlp_body_mgy_cm"}
Meanings = Mapping[Box, Mapping[str, str]]


def sights(sighting: Sighting) -> Iterator[Sight]:
    """Every cell of a screen's rows, every total, and what stands above a table.

    None of a screen that no layout fits: what on it is a dose and what a name is not known.
    """
    finding = sighting.finding
    if isinstance(finding, PageRecord):
        yield from _Seen(sighting, finding, _meanings(finding)).every()


@dataclass(frozen=True, slots=True)
class _Seen:
    sighting: Sighting
    finding: PageRecord
    meanings: Meanings

    def every(self) -> Iterator[Sight]:
        cells = dict(self._cells())
        for box, row in cells.items():
            yield self._sight(box, row)
        for box in self.meanings.keys() - cells.keys():
            yield self._sight(box, None)

    def _cells(self) -> Iterator[tuple[Box, int]]:
        screen, transcript = self.sighting.screen, self.sighting.transcript
        layout = self.finding.layout
        page = Page(screen, transcript, layout, read_legend(transcript, layout))
        tables, _ = find_tables(transcript, layout)
        rows = (row for table in tables for row in rows_of(page, table))
        for number, row in enumerate(rows):
            for words in row.cells.values():
                yield around(word.box for word in words), number

    def _sight(self, box: Box, row: int | None) -> Sight:
        screen, transcript = self.sighting.screen, self.sighting.transcript
        glyphs = [each for line in transcript.lines for each in line.glyphs if _within(each, box)]
        readers = readers_of(transcript.verdict(each) for each in glyphs if mark(each) is None)
        text = _text(transcript, glyphs)
        means = self.meanings.get(box, {})
        return Sight(screen.sop_instance_uid, screen.frame, box, row, text, readers, means)


def _meanings(page: PageRecord) -> Meanings:
    """What the values on a page are understood to say, by place; before pages are put together."""
    found: dict[Box, dict[str, str]] = defaultdict(dict)
    values: list[tuple[str, Sourced[object]]] = [
        pair for event in page.events for pair in event.sourced()
    ]
    values += page.totals.numbers.items()
    values += [(TOTALS[each.name], part) for each, part in page.totals.by_phantom.items()]
    for name, value in values:
        if value.origin.box is not None:
            found[value.origin.box][name] = plain(value.value)
    return found


def _text(transcript: Transcript, glyphs: list[Glyph]) -> str:
    """Digits only where they are sure; a letter is the one that most readers name."""
    return "".join(_character(transcript, each) for each in glyphs)


def _character(transcript: Transcript, glyph: Glyph) -> str:
    if sign := mark(glyph):
        return "." if sign == "," else sign
    verdict = transcript.verdict(glyph)
    if verdict.sure and verdict.digit:
        return verdict.digit
    letter = transcript.letters(glyph)[:1]
    return letter if letter.isalpha() else UNSURE


def _within(glyph: Glyph, box: Box) -> bool:
    own = glyph.box
    across = box.left <= own.left and own.right <= box.right
    return across and box.top <= own.top and own.bottom <= box.bottom
