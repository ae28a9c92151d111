"""The words over a table: which columns they name, and which nobody knows.

The header decides what a number means, so its words are read as a whole: the phrases of the layout
that explain most of a line, side by side. A word that no phrase explains is a column of its own,
which keeps what stands under it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.dosescreen.layout import Column, Layout
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Line, Word, around
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import SHORT, Run, folded, resembles, runs

UNIT_GAP = 1.0
"""A unit stands no farther behind its heading, in heights of a capital."""
OPENING, CLOSING = "([{", ")]}"


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
    spans = [(column, run.start, _with_unit(transcript, line, run)) for column, run in chosen]
    taken = {at for _, start, end in spans for at in range(start, end)}
    known = [_heading(column, line.words[start:end]) for column, start, end in spans]
    strange = [
        _heading(None, (word,))
        for at, word in enumerate(line.words)
        if at not in taken and not is_unit(transcript, layout, word)
    ]
    return tuple(sorted((*known, *strange), key=lambda heading: heading.left))


def _with_unit(transcript: Transcript, line: Line, run: Run) -> int:
    """The word after a heading and what stands in brackets right behind it, however it reads."""
    end = run.end
    if end < len(line.words):
        gap = line.words[end].box.left - line.words[end - 1].box.right
        if gap <= UNIT_GAP * line.capital_px and in_brackets(transcript, line.words[end]):
            return end + 1
    return end


def in_brackets(transcript: Transcript, word: Word) -> bool:
    """Whether a bracket opens or closes a word, as geometry or some reader has it."""
    texts = transcript.texts(word)
    return mark(word.glyphs[0]) == "(" or any(
        text[:1] in OPENING or text[-1:] in CLOSING for text in texts if text
    )


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
