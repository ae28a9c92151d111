"""Ink cut anew where readers that see places see other characters than there are pieces of ink.

Characters touch in a narrow font, and fall into pieces in a thin one. A reader that says where the
middle of each character stands knows better than the paper between them; only where all such
readers see as many characters in a piece of ink is it cut, or joined to the one beside it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from appliance.dose.record import Box
from appliance.dosescreen.characters import Placed
from appliance.dosescreen.marks import mark
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.segment import THRESHOLD, Glyph, Grey, Ink, Line, Word, around

TOGETHER = 0.35
"""Readers see the same character where its middles differ by less, in heights of a capital."""
BROKEN = 0.2
"""Pieces of one character stand no farther from each other, in heights of a capital."""

Cuts = Mapping[str, Mapping[Glyph, str]]
"""What each reader saw in the new pieces of ink."""


def recut(lines: Sequence[Line], readings: Sequence[Readings]) -> tuple[tuple[Line, ...], Cuts]:
    """The lines with their ink cut and joined, and the readings of what is new."""
    seen = {
        reading.reader: {word.box: placed for word, placed in reading.places.items()}
        for reading in readings
        if reading.places
    }
    cuts: dict[str, dict[Glyph, str]] = defaultdict(dict)
    return tuple(_line(line, seen, cuts) for line in lines) if seen else tuple(lines), cuts


def _line(
    line: Line,
    seen: Mapping[str, Mapping[Box, tuple[Placed, ...]]],
    cuts: Mapping[str, dict[Glyph, str]],
) -> Line:
    words = []
    for word in line.words:
        placed = {reader: places.get(word.box, ()) for reader, places in seen.items()}
        words.append(_word(line, word, placed, cuts) if all(placed.values()) else word)
    if all(new is old for new, old in zip(words, line.words, strict=True)):
        return line
    return replace(line, words=tuple(words))


def _word(
    line: Line,
    word: Word,
    placed: Mapping[str, Sequence[Placed]],
    cuts: Mapping[str, dict[Glyph, str]],
) -> Word:
    glyphs: list[Glyph] = []
    for glyph in _joined(line, word, placed):
        inside = {reader: _within(glyph, places) for reader, places in placed.items()}
        pieces = _pieces(line, glyph, list(inside.values()))
        glyphs += pieces
        if len(pieces) > 1 or glyph not in word.glyphs:
            for reader, characters in inside.items():
                for piece, each in zip(pieces, characters, strict=False):
                    cuts[reader][piece] = each.character
    return word if tuple(glyphs) == word.glyphs else Word(tuple(glyphs))


def _joined(line: Line, word: Word, placed: Mapping[str, Sequence[Placed]]) -> Iterator[Glyph]:
    """The glyphs, those without a character of their own joined to the nearest beside them."""
    left: Glyph | None = None
    for glyph in word.glyphs:
        if left is not None and _are_one(left, glyph, list(placed.values())):
            left = _cut(line, around((left.box, glyph.box))) or glyph
            continue
        if left is not None:
            yield left
        left = glyph
    if left is not None:
        yield left


def _are_one(left: Glyph, right: Glyph, placed: Sequence[Sequence[Placed]]) -> bool:
    """Whether every reader sees one character in the two, and one of them would have none."""
    if right.box.left - left.box.right > BROKEN * left.capital_px or mark(left) or mark(right):
        return False
    counts = [(len(_within(left, each)), len(_within(right, each))) for each in placed]
    both = around((left.box, right.box))
    whole = all(sum(both.left <= each.x < both.right for each in places) == 1 for places in placed)
    return whole and any(0 in count for count in counts)


def _within(glyph: Glyph, placed: Sequence[Placed]) -> list[Placed]:
    return [each for each in placed if glyph.box.left <= each.x < glyph.box.right]


def _pieces(line: Line, glyph: Glyph, inside: Sequence[Sequence[Placed]]) -> list[Glyph]:
    """The glyph cut between the characters in it; as it is where the readers differ."""
    counts = {len(each) for each in inside}
    if len(counts) != 1 or counts <= {0, 1} or not _agree(inside, glyph.capital_px):
        return [glyph]
    middles = [float(np.mean([each.x for each in same])) for same in zip(*inside, strict=True)]
    edges = [glyph.box.left, *_edges(glyph, middles), glyph.box.right]
    spans = zip(edges, edges[1:], strict=False)
    pieces = [
        _cut(line, Box(start, glyph.box.top, end, glyph.box.bottom)) for start, end in spans
    ]
    whole = [piece for piece in pieces if piece is not None]
    return whole if len(whole) == len(middles) else [glyph]


def _agree(inside: Sequence[Sequence[Placed]], capital_px: int) -> bool:
    reach = TOGETHER * capital_px
    return all(
        max(each.x for each in same) - min(each.x for each in same) <= reach
        for same in zip(*inside, strict=True)
    )


def _edges(glyph: Glyph, middles: Sequence[float]) -> Iterator[int]:
    """Columns with the least ink between two characters, nearest to half way of equals."""
    ink = glyph.grey.astype(int).sum(axis=0)
    for one, other in zip(middles, middles[1:], strict=False):
        half = (one + other) / 2
        reach = max(1.0, (other - one) / 4)
        first, last = round(half - reach), round(half + reach)
        columns = range(max(first, glyph.box.left + 1), min(last, glyph.box.right - 1) + 1)
        yield min(columns, key=lambda column: (ink[column - glyph.box.left], abs(column - half)))


def _cut(line: Line, box: Box) -> Glyph | None:
    """The ink inside ``box``; None when there is none."""
    grey: Grey = line.picture[box.top : box.bottom, box.left : box.right]
    ink: Ink = grey > THRESHOLD
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return None
    tight = Box(
        box.left + int(columns[0]),
        box.top + int(rows[0]),
        box.left + int(columns[-1]) + 1,
        box.top + int(rows[-1]) + 1,
    )
    grey = line.picture[tight.top : tight.bottom, tight.left : tight.right].copy()
    return Glyph(tight, grey, line.baseline - tight.bottom, line.capital_px, parted=True)
