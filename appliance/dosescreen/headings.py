"""The words over a table: which columns they name, and which nobody knows.

The header decides what a number means, so its words are read as a whole: the phrases of the layout
that explain most of a line, side by side. A word that no phrase explains is a column of its own,
which keeps what stands under it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.dosescreen.layout import Column, Layout
from appliance.dosescreen.segment import Line, Word, around
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import resembles, runs


@dataclass(frozen=True, slots=True, eq=False)
class Heading:
    """A column and where its header stands; no column where the layout does not know it."""

    column: Column | None
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class _Match:
    """A run of words that reads a phrase, and how much of it is as expected."""

    column: Column
    start: int
    end: int
    worth: int


def read_headings(transcript: Transcript, layout: Layout, line: Line) -> tuple[Heading, ...]:
    """The headings on a line from left to right; empty when it has none that is known."""
    chosen: list[_Match] = []
    for match in sorted(_matches(transcript, layout, line), key=lambda match: -match.worth):
        if all(match.end <= other.start or match.start >= other.end for other in chosen):
            chosen.append(match)
    if not chosen:
        return ()
    taken = {at for match in chosen for at in range(match.start, match.end)}
    known = [_heading(match.column, line.words[match.start : match.end]) for match in chosen]
    strange = [
        _heading(None, (word,))
        for at, word in enumerate(line.words)
        if at not in taken and not is_unit(transcript, layout, word)
    ]
    return tuple(sorted((*known, *strange), key=lambda heading: heading.left))


def is_unit(transcript: Transcript, layout: Layout, word: Word) -> bool:
    """Whether a word reads like one of the layout's units."""
    texts = transcript.texts(word)
    return any(resembles(text, unit) for text in texts for unit in layout.unit_words)


def _matches(transcript: Transcript, layout: Layout, line: Line) -> Iterator[_Match]:
    for column in layout.columns:
        for header in column.headers:
            for run in runs(transcript, line, header):
                yield _Match(column, run.start, run.end, run.length - 2 * run.wrong)


def _heading(column: Column | None, words: tuple[Word, ...]) -> Heading:
    box = around(word.box for word in words)
    return Heading(column, box.left, box.right)
