"""Headers: the lines of a screen that name the columns of a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from appliance.dosescreen.headings import Heading, in_brackets, is_unit, read_headings
from appliance.dosescreen.layout import Layout
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Line
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import SHORT, find_phrase, folded, says

HEADER_REACH, SAID = 2.6, 2
"""Header words stand so many capital heights from the anchor's line; units say so many words."""

Tier = tuple[Heading, ...]
"""The headings of one line of a row, from left to right."""


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """The lines of a header, and its headings tier by tier."""

    lines: tuple[Line, ...]
    tiers: tuple[Tier, ...]


def find_headers(transcript: Transcript, layout: Layout) -> list[Header]:
    """Everything on a screen that looks like a header of ``layout``, from top to bottom."""
    return [*(_stacked if layout.stacked else _flat)(transcript, layout)]


def _flat(transcript: Transcript, layout: Layout) -> Iterator[Header]:
    """Headers whose words stand around one line; some may stand half a line higher or lower."""
    anchors = [header for column in layout.columns if column.anchor for header in column.headers]
    for anchor in transcript.lines:
        if not any(find_phrase(transcript, anchor, header) for header in anchors):
            continue
        if _says_a_number(transcript, anchor):
            continue
        reach = HEADER_REACH * anchor.capital_px
        zone = {
            line: read_headings(transcript, layout, line)
            for line in transcript.lines
            if abs(line.baseline - anchor.baseline) <= reach
            and not _says_a_number(transcript, line)
        }
        if not any(heading.column and heading.column.anchor for heading in zone[anchor]):
            continue
        named = [line for line in zone if line is anchor or _is_header(line, zone[line])]
        tier = sorted((h for line in named for h in zone[line]), key=lambda heading: heading.left)
        units = [
            line
            for line in zone
            if line not in named
            and (_is_units(transcript, layout, line) or _is_in_brackets(transcript, tier, line))
        ]
        lines = sorted((*named, *units), key=lambda line: line.baseline)
        yield Header(tuple(lines), (tuple(tier),))


def _stacked(transcript: Transcript, layout: Layout) -> Iterator[Header]:
    """Headers of one line or several, each above the cells of its own."""
    group: dict[Line, Tier] = {}
    for line in transcript.lines:
        found = read_headings(transcript, layout, line)
        known = sum(heading.column is not None for heading in found)
        if _is_header(line, found) and (group or known > 1):
            group[line] = found
        elif group:
            yield Header(tuple(group), tuple(group.values()))
            group = {}
    if group:
        yield Header(tuple(group), tuple(group.values()))


def _is_header(line: Line, found: Tier) -> bool:
    """Most of the words are headings or units; a row of numbers has none."""
    strange = sum(heading.column is None for heading in found)
    return bool(found) and 2 * strange <= len(line.words)


def _says_a_number(transcript: Transcript, line: Line) -> bool:
    """Whether a word is a number: totals close above a table say what its headings do."""
    digits = ([transcript.verdict(glyph).sure for glyph in word.glyphs] for word in line.words)
    return any(len(sure) > 1 and all(sure[:2]) for sure in digits)


def _is_units(transcript: Transcript, layout: Layout, line: Line) -> bool:
    """Most of the words below or above a header are units, or it says some and no number."""
    if 2 * sum(is_unit(transcript, layout, word) for word in line.words) >= len(line.words):
        return True
    units = {folded(unit) for unit in layout.unit_words}
    said = sum(says(transcript, line, unit) for unit in units if len(unit) > SHORT)
    return said >= SAID and not any(transcript.is_numeral(glyph) for glyph in line.glyphs)


def _is_in_brackets(transcript: Transcript, tier: Sequence[Heading], line: Line) -> bool:
    """Whether units nobody could read stand below the headings: brackets, and no digit or dash."""
    if any(transcript.verdict(glyph).sure or mark(glyph) == "-" for glyph in line.glyphs):
        return False
    below = all(
        any(word.box.left < each.right and each.left < word.box.right for each in tier)
        for word in line.words
    )
    return below and any(in_brackets(transcript, word) for word in line.words)
