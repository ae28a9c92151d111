"""The words over a table: which columns they name, and which nobody knows.

The header decides what a number means, so its words are read as a whole: the phrases of the layout
that explain most of a line, side by side. A word that no phrase explains is a column of its own,
which keeps what stands under it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.dosescreen.layout import Column, Layout
from appliance.dosescreen.segment import Line, Word, around
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import SHORT, Run, folded, resembles, runs


@dataclass(frozen=True, slots=True, eq=False)
class Heading:
    """A column and where its header stands; no column where the layout does not know it."""

    column: Column | None
    left: int
    right: int


def read_headings(transcript: Transcript, layout: Layout, line: Line) -> tuple[Heading, ...]:
    """The headings on a line from left to right; empty when it has none that is known."""
    found = [
        (column, run)
        for column in layout.columns
        for header in column.headers
        for run in runs(transcript, line, header)
        if run.wrong == 0 or not _are_units(transcript, layout, line.words[run.start : run.end])
    ]
    chosen: list[tuple[Column, Run]] = []
    unclear: list[Run] = []
    for column, run in sorted(found, key=lambda pair: pair[1].rank):
        others = (*(other for _, other in chosen), *unclear)
        if any(run.start < other.end and other.start < run.end for other in others):
            continue
        if any(_is_as_good(other, run) for named, other in found if named is not column):
            unclear.append(run)
        else:
            chosen.append((column, run))
    if not chosen:
        return ()
    taken = {at for _, run in chosen for at in range(run.start, run.end)}
    known = [_heading(column, line.words[run.start : run.end]) for column, run in chosen]
    strange = [
        _heading(None, (word,))
        for at, word in enumerate(line.words)
        if at not in taken and not is_unit(transcript, layout, word)
    ]
    return tuple(sorted((*known, *strange), key=lambda heading: heading.left))


def _is_as_good(one: Run, other: Run) -> bool:
    """Whether the same words read two phrases, one as well as the other."""
    return (one.start, one.end, one.rank) == (other.start, other.end, other.rank)


def _are_units(transcript: Transcript, layout: Layout, words: Sequence[Word]) -> bool:
    """Whether words are units one by one, and resemble a heading only by chance."""
    return all(is_unit(transcript, layout, word) for word in words)


def is_unit(transcript: Transcript, layout: Layout, word: Word) -> bool:
    """Whether a word reads like one of the layout's units, whatever brackets stand around it."""
    return any(
        resembles(text, unit) or _is_bracketed(folded(text), folded(unit.strip("()[]")))
        for text in transcript.texts(word)
        for unit in layout.unit_words
    )


def _is_bracketed(text: str, unit: str) -> bool:
    return len(unit) > SHORT and unit in text and len(text) <= len(unit) + 2


def _heading(column: Column | None, words: tuple[Word, ...]) -> Heading:
    box = around(word.box for word in words)
    return Heading(column, box.left, box.right)
