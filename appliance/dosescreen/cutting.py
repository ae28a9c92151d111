"""Ink cut and joined where readers that see places see other characters than pieces of ink.

Characters touch in a narrow font and fall into pieces in a thin one; the gap between two words is
no wider in one font than the gap around a 1 in another. A reader that says where the middle of each
character stands knows better, and only what all such readers say changes anything.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import mean

import numpy as np

from appliance.dose.record import Box
from appliance.dosescreen.characters import SPACE, Placed, within
from appliance.dosescreen.marks import mark
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.segment import THRESHOLD, Glyph, Grey, Line, Word, around

ENDING = (":", ",", ")", "=")
"""Paper after one of these is a space, whatever readers see."""
NEAR = 0.55
"""Words farther apart, in heights of a capital, are two, whatever readers see."""
COLONS, OPENING, CLOSING = ":;", "([{", ")]}"
LETTERS = 2
"""One letter before a number is part of it: S15.750."""
TURN = 0.2
"""Paper between a word and a number may be no wider, in heights of a capital."""

Seen = tuple[Sequence[Placed], ...]
"""The characters of one line, reader by reader."""

TOGETHER = 0.35
"""Readers see the same character where its middles differ by less, in heights of a capital."""
BROKEN, FRAGMENT = 0.2, 0.7
"""Pieces of one character stand no farther from each other, and one is lower, in capitals."""


def recut(lines: Sequence[Line], readings: Sequence[Readings]) -> tuple[Line, ...]:
    """The lines, their ink cut into characters and their characters joined to words anew."""
    seeing = [reading.places for reading in readings if reading.places]
    if not seeing:
        return tuple(lines)
    return tuple(_line(line, seen) for line, *seen in zip(lines, *seeing, strict=True))


def _line(line: Line, placed: Sequence[Sequence[Placed]]) -> Line:
    seen = tuple([each for each in places if each.character != SPACE] for places in placed)
    spaces = tuple([each for each in places if each.character == SPACE] for places in placed)
    starts = {word.glyphs[0].box.left for word in line.words}
    if not all(seen):
        return line
    joined = _joined(line, line.glyphs, seen)
    glyphs = [piece for glyph in joined for piece in _pieces(line, glyph, seen)]
    words: list[list[Glyph]] = [[glyphs[0]]]
    for left, right in pairwise(glyphs):
        usually = right.box.left in starts
        if (
            _turns(words[-1], right, seen)
            or _parted(left, right, spaces, usually=usually)
            or _punctuated(left, right, seen)
        ):
            words.append([])
        words[-1].append(right)
    found = tuple(Word(tuple(word)) for word in words)
    if [word.glyphs for word in found] == [word.glyphs for word in line.words]:
        return line
    return replace(line, words=found)


def _parted(left: Glyph, right: Glyph, spaces: Seen, *, usually: bool) -> bool:
    """Whether a word ends between two glyphs; as geometry has it where the readers differ."""
    middles = [(glyph.box.left + glyph.box.right) / 2 for glyph in (left, right)]
    votes = {any(middles[0] < each.x < middles[1] for each in places) for places in spaces}
    near = right.box.left - left.box.right <= NEAR * left.capital_px
    if votes == {True}:
        return True
    return usually and (len(votes) > 1 or not near or mark(left) in ENDING)


def _turns(word: Sequence[Glyph], right: Glyph, seen: Seen) -> bool:
    """Whether letters, more than one, end and digits begin, with some paper between them."""
    if len(word) < LETTERS or right.box.left - word[-1].box.right < TURN * right.capital_px:
        return False
    return all(
        all(_all(glyph, places, str.isalpha) for glyph in word[-LETTERS:])
        and _all(right, places, str.isdigit)
        for places in seen
    )


def _all(glyph: Glyph, places: Sequence[Placed], kind: Callable[[str], bool]) -> bool:
    """Whether there are characters in a glyph, all of one kind."""
    inside = within(glyph.box, places)
    return bool(inside) and all(kind(each.character) for each in inside)


def _punctuated(left: Glyph, right: Glyph, seen: Seen) -> bool:
    """Whether a colon stands before, or a bracket opens behind no number: ``DLP[mGy*cm]:18``."""
    sides = [
        [[each.character for each in within(glyph.box, places)] for glyph in (left, right)]
        for places in seen
    ]
    colons = [bool(before) and before[-1] in COLONS for before, _ in sides]
    if all(colons) or (mark(left) == ":" and any(colons)):
        return True
    return all(
        before and after and after[0] in OPENING and (before[-1].isalpha() or before[-1] in CLOSING)
        for before, after in sides
    )


def _joined(line: Line, glyphs: Sequence[Glyph], seen: Seen) -> Iterator[Glyph]:
    """The glyphs, those in which no character has its middle joined to the one beside them."""
    left = glyphs[0]
    for glyph in glyphs[1:]:
        pair = (left, glyph)
        one = _are_one(left, glyph, seen)
        whole = _cut(line, pair, around(each.box for each in pair)) if one else None
        if whole is None:
            yield left
        left = whole or glyph
    yield left


def _are_one(left: Glyph, right: Glyph, seen: Seen) -> bool:
    """Whether every reader sees one character in the two, of which one is but a fragment."""
    capital = left.capital_px
    if right.box.left - left.box.right > BROKEN * capital:
        return False
    if mark(left) or mark(right):
        return _are_letter(left, right, seen)
    fragment = min(left, right, key=lambda glyph: glyph.box.height)
    both = around((left.box, right.box))
    return fragment.box.height < FRAGMENT * capital and all(
        len(within(both, places)) == 1 and not within(fragment.box, places) for places in seen
    )


def _are_letter(left: Glyph, right: Glyph, seen: Seen) -> bool:
    """Whether every reader sees a letter in ink that is one, as the foot of an L is no point."""
    both = around((left.box, right.box))
    return right.box.left <= left.box.right and all(
        len(found := within(both, places)) == 1 and found[0].character.isalpha() for places in seen
    )


def _pieces(line: Line, glyph: Glyph, seen: Seen) -> list[Glyph]:
    """The glyph cut between the characters in it; as it is where the readers differ."""
    inside = [within(glyph.box, places) for places in seen]
    counts = {len(each) for each in inside}
    if len(counts) != 1 or counts <= {0, 1} or not _agree(inside, glyph.capital_px):
        return [glyph]
    middles = [mean(each.x for each in same) for same in zip(*inside, strict=True)]
    edges = [glyph.box.left, *_edges(glyph, middles), glyph.box.right]
    boxes = [Box(start, glyph.box.top, end, glyph.box.bottom) for start, end in pairwise(edges)]
    pieces = [piece for box in boxes if (piece := _cut(line, (glyph,), box)) is not None]
    if len(pieces) != len(middles):
        return [glyph]
    return [replace(piece, whole=glyph) for piece in pieces]


def _agree(inside: Sequence[Sequence[Placed]], capital_px: int) -> bool:
    reach = TOGETHER * capital_px
    return all(
        max(each.x for each in same) - min(each.x for each in same) <= reach
        for same in zip(*inside, strict=True)
    )


def _edges(glyph: Glyph, middles: Sequence[float]) -> Iterator[int]:
    """Columns with the least ink between two characters, nearest to half way of equals."""
    ink = glyph.grey.astype(int).sum(axis=0)
    for one, other in pairwise(middles):
        half, reach = (one + other) / 2, max(1.0, (other - one) / 4)
        first = max(round(half - reach), glyph.box.left + 1)
        last = max(first, min(round(half + reach), glyph.box.right - 1))
        columns = range(first, last + 1)
        yield min(columns, key=lambda column: (ink[column - glyph.box.left], abs(column - half)))


def _cut(line: Line, glyphs: Sequence[Glyph], box: Box) -> Glyph | None:
    """The ink of ``glyphs`` inside ``box``; None when there is none."""
    whole = around(glyph.box for glyph in glyphs)
    grey: Grey = np.zeros((whole.height, whole.width), np.uint8)
    for glyph in glyphs:
        down, right = glyph.box.top - whole.top, glyph.box.left - whole.left
        spot = grey[down : down + glyph.box.height, right : right + glyph.box.width]
        np.maximum(spot, glyph.grey, out=spot)
    part = grey[:, box.left - whole.left : box.right - whole.left]
    rows = np.flatnonzero((part > THRESHOLD).any(axis=1))
    columns = np.flatnonzero((part > THRESHOLD).any(axis=0))
    if not rows.size:
        return None
    left, top = box.left + int(columns[0]), whole.top + int(rows[0])
    tight = Box(left, top, left + int(np.ptp(columns)) + 1, top + int(np.ptp(rows)) + 1)
    cut = part[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
    return Glyph(tight, cut, line.baseline - tight.bottom, line.capital_px, parted=True)
