"""What on a screen is understood, and what is hidden before a stranger may look.

A dose screen is a table among lines that say who the patient is. Only what was understood as
heading, value, total, unit or page number is shown; names need not be known to be hidden.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np

from appliance.dose.doubt import Reason
from appliance.dose.record import Box
from appliance.dosescreen.headings import is_unit, read_headings
from appliance.dosescreen.layout import Layout
from appliance.dosescreen.legend import read_legend
from appliance.dosescreen.marks import mark
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.page_number import page_of
from appliance.dosescreen.recognise import DOSE_WORDS
from appliance.dosescreen.segment import Grey, Line, Word, around
from appliance.dosescreen.sighting import Sighting
from appliance.dosescreen.table import find_tables
from appliance.dosescreen.transcript import Transcript, words_of
from appliance.dosescreen.wording import find_phrase, folded, resembles

EDGE_PX = 1
"""Antialiased ink reaches this far beyond the box of a glyph."""
STRANGERS = {Reason.IDENTITY_MISMATCH, Reason.IDENTITY_INCONSISTENT}
DOSES = ("CTDI", "DLP")
FEWEST_CELLS = 2
"""A line with so many values is a row, and its other numbers are cells, too."""


def understood(sighting: Sighting, layouts: Iterable[Layout]) -> list[Word]:
    """The words of a screen that say nothing about a person.

    On a screen of a known layout those that it names. Else a line that names CTDIvol and DLP, rows
    of numbers below it, and lines of which every word is one that ``layouts`` know, or a number.
    """
    finding, transcript = sighting.finding, sighting.transcript
    if isinstance(finding, PageRecord):
        boxes = [*_values(finding), *_phrases(transcript, finding.layout)]
        known = [
            word
            for word in words_of(transcript.lines)
            if _is_in(word.box, boxes) or any(_is_in(box, [word.box]) for box in boxes)
        ]
        return [*known, *_beside(transcript, finding.layout, known)]
    known_words = {part for each in layouts for phrase in _words(each) for part in phrase.split()}
    headers = [line for line in transcript.lines if _names_doses(transcript, line)]
    return [
        word
        for line in transcript.lines
        if line in headers
        or _is_of_dose(transcript, line, known_words | set(DOSE_WORDS))
        or (headers and line.baseline > headers[0].baseline and _is_row(transcript, line))
        for word in line.words
    ]


def shown(ink: Grey, words: Iterable[Word]) -> Grey:
    """``ink`` with nothing on it but ``words``."""
    picture = np.zeros_like(ink)
    for word in words:
        box = word.box
        rows = slice(max(0, box.top - EDGE_PX), box.bottom + EDGE_PX)
        columns = slice(max(0, box.left - EDGE_PX), box.right + EDGE_PX)
        picture[rows, columns] = ink[rows, columns]
    return picture


def hidden(sighting: Sighting, words: Sequence[Word]) -> list[Box]:
    """Where something stands that is not among ``words``: a box a run of words on a line."""
    kept = {word.box for word in words}
    return [
        around(word.box for word in run)
        for line in sighting.transcript.lines
        for is_kept, run in groupby(line.words, lambda word: word.box in kept)
        if not is_kept
    ]


def _values(page: PageRecord) -> Iterator[Box]:
    """Where values stand, and doubts about values."""
    origins = [sourced.origin for event in page.events for _, sourced in event.sourced()]
    origins += [number.origin for number in page.totals.numbers.values()]
    origins += [number.origin for number in page.totals.by_phantom.values()]
    yield from (origin.box for origin in origins if origin.box is not None)
    for doubt in page.doubts:
        if doubt.field and doubt.box is not None and doubt.reason not in STRANGERS:
            yield doubt.box


def _phrases(transcript: Transcript, layout: Layout) -> Iterator[Box]:
    """Where the words of the layout stand: titles, headings, totals, legend, page number."""
    tables, _ = find_tables(transcript, layout)
    phrases = [*layout.phrases, *(phrase for each in layout.sections for phrase in each.phrases)]
    phrases += [phrase for total in layout.totals for phrase in total.phrases]
    for line in transcript.lines:
        runs = filter(None, (find_phrase(transcript, line, phrase) for phrase in phrases))
        yield from (word.box for run in runs for word in run)
    for table in tables:
        for line in table.header_lines:
            yield from _headings(transcript, layout, line)
        if table.title:
            yield from (word.box for word in table.title.line.words)
        feet = (line for line in table.body if page_of(transcript, line))
        yield from (line.box for line in feet if layout.page_foot)
    yield from (line.box for line in read_legend(transcript, layout).lines)


def _headings(transcript: Transcript, layout: Layout, line: Line) -> Iterator[Box]:
    found = [heading for heading in read_headings(transcript, layout, line) if heading.column]
    for word in line.words:
        named = any(h.left <= word.box.left and word.box.right <= h.right for h in found)
        if named or is_unit(transcript, layout, word):
            yield word.box


def _beside(transcript: Transcript, layout: Layout, known: Sequence[Word]) -> Iterator[Word]:
    """Numbers and dashes among the cells of a row, and units behind what is known."""
    boxes = {word.box for word in known}
    for line in transcript.lines:
        cells = sum(word.box in boxes for word in line.words)
        for word in line.words:
            if word.box in boxes or not cells:
                continue
            is_cell = cells >= FEWEST_CELLS and _is_numeric(transcript, word)
            if is_cell or is_unit(transcript, layout, word):
                yield word


def _is_numeric(transcript: Transcript, word: Word) -> bool:
    return all(mark(glyph) or transcript.verdict(glyph).sure for glyph in word.glyphs)


def _is_of_dose(transcript: Transcript, line: Line, known: set[str]) -> bool:
    """Whether nothing on a line but words of dose screens and numbers, some with decimals."""
    numbers = [word for word in line.words if _is_numeric(transcript, word)]
    pointed = sum(_has_decimals(word) for word in numbers)
    if numbers and pointed < min(FEWEST_CELLS, len(numbers)):
        return False
    return all(
        _speaks_of(transcript, word, DOSES)
        or any(resembles(text, each) for text in transcript.texts(word) for each in known)
        for word in line.words
        if word not in numbers
    )


def _names_doses(transcript: Transcript, line: Line) -> bool:
    """Whether a line is the header of a dose table."""
    return all(any(_speaks_of(transcript, word, [dose]) for word in line.words) for dose in DOSES)


def _speaks_of(transcript: Transcript, word: Word, doses: Iterable[str]) -> bool:
    texts = [folded(text) for text in transcript.texts(word)]
    return any(folded(dose) in text for text in texts for dose in doses)


def _is_row(transcript: Transcript, line: Line) -> bool:
    """Whether two numbers with decimals stand on a line."""
    numbers = [word for word in line.words if _is_numeric(transcript, word)]
    return sum(map(_has_decimals, numbers)) >= FEWEST_CELLS


def _has_decimals(word: Word) -> bool:
    """Whether one point stands in a number; a date has two."""
    return [mark(glyph) for glyph in word.glyphs].count(".") == 1


def _words(layout: Layout) -> Iterator[str]:
    for column in layout.columns:
        yield from column.headers
    for total in layout.totals:
        yield from total.phrases
    yield from (*layout.phrases, *layout.unit_words, *layout.types, *layout.phantoms)


def _is_in(box: Box, others: Iterable[Box]) -> bool:
    return any(
        other.left <= box.left
        and box.right <= other.right
        and other.top <= box.top
        and box.bottom <= other.bottom
        for other in others
    )
