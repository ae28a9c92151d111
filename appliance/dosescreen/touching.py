"""Characters that touch, taken apart by shapes that stand alone elsewhere.

Ink is taken apart only when known shapes, side by side on the same baseline, explain every pixel
of it and no others, in exactly one way. Anything less stays one glyph, which no reader knows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from appliance.dose.record import Box
from appliance.dosescreen.segment import Glyph, Grey, Ink, Line, Word

MOST_PIECES = 6
MOST_STEPS = 4000
"""Placements tried for one piece of ink before it is left alone."""
LOW = 3
"""A point, a dash is no higher than one such part of the ink."""
OVERLAP_PX = 2
"""How far a character may reach under the one before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A character's pixels and how far they end above the baseline."""

    ink: Ink
    rise_px: int


def apart(lines: Sequence[Line], shapes: Iterable[Shape]) -> tuple[Line, ...]:
    """The lines with touching characters replaced by the shapes they are made of."""
    known = _Known(shapes)
    return tuple(_line(line, known) for line in lines)


def _line(line: Line, known: "_Known") -> Line:
    words = tuple(_word(word, known) for word in line.words)
    if all(new is old for new, old in zip(words, line.words, strict=True)):
        return line
    return replace(line, words=words)


def _word(word: Word, known: "_Known") -> Word:
    glyphs = [piece for glyph in word.glyphs for piece in _pieces(glyph, known)]
    return word if len(glyphs) == len(word.glyphs) else Word(tuple(glyphs))


def _pieces(glyph: Glyph, known: "_Known") -> list[Glyph]:
    found = known.pieces(glyph)
    return [_glyph_of(glyph, shape, left) for shape, left in found] if found else [glyph]


def _glyph_of(whole: Glyph, shape: Shape, left: int) -> Glyph:
    rows, columns = shape.ink.shape
    bottom = whole.box.bottom + whole.rise_px - shape.rise_px
    box = Box(whole.box.left + left, bottom - rows, whole.box.left + left + columns, bottom)
    grey: Grey = shape.ink.astype(np.uint8) * np.uint8(255)
    return Glyph(box, grey, shape.rise_px, whole.capital_px)


Placed = tuple[tuple[Shape, int], ...]
"""Shapes side by side, each with the column it begins in."""


class _Known:
    """The shapes that stand alone elsewhere, and what each piece of ink is made of."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        self._shapes = [shape for shape in shapes if shape.ink.size]
        self._keys = {_key(shape) for shape in self._shapes}
        self._narrowest = min((shape.ink.shape[1] for shape in self._shapes), default=0)
        self._lying: dict[tuple[int, int], list[_Lying]] = {}
        self._found: dict[_Key, Placed] = {}

    def pieces(self, glyph: Glyph) -> Placed:
        """The shapes that a glyph is made of; none when it is one, or it is not certain."""
        rows = glyph.box.height
        key = (*glyph.shape_key, rows)
        wide = glyph.box.width >= max(2 * self._narrowest, 0.5 * glyph.capital_px)
        if not self._shapes or key in self._keys or not wide:
            return ()
        if key not in self._found:
            ways = _Search(glyph.ink, self._lying_in(glyph.rise_px, rows)).ways()
            self._found[key] = ways[0] if len(ways) == 1 else ()
        return self._found[key]

    def _lying_in(self, rise_px: int, rows: int) -> "list[_Lying]":
        """The shapes that fit into so many rows which end so far above the baseline."""
        if (rise_px, rows) not in self._lying:
            found = [_lying(shape, rise_px, rows) for shape in self._shapes]
            self._lying[rise_px, rows] = [lying for lying in found if lying is not None]
        return self._lying[rise_px, rows]


_Key = tuple[int, int, bytes, int]
"""How a glyph is drawn, and its rows."""


def _key(shape: Shape) -> _Key:
    rows, columns = shape.ink.shape
    return shape.rise_px, columns, np.packbits(shape.ink).tobytes(), rows


@dataclass(frozen=True, slots=True)
class _Lying:
    """A shape among the rows of a glyph, its pixels as the bits of a number, column by column."""

    shape: Shape
    bits: int
    columns: int


def _lying(shape: Shape, rise_px: int, rows: int) -> _Lying | None:
    above = rows + rise_px - shape.rise_px - shape.ink.shape[0]
    below = shape.rise_px - rise_px
    if min(above, below) < 0:
        return None
    lying = np.zeros((rows, shape.ink.shape[1]), bool)
    lying[above : rows - below] = shape.ink
    return _Lying(shape, _bits(lying), shape.ink.shape[1])


def _bits(ink: Ink) -> int:
    return int.from_bytes(np.packbits(ink.T, bitorder="little").tobytes(), "little")


class _Search:
    """All ways to lay shapes over one glyph's ink, from left to right."""

    def __init__(self, ink: Ink, known: Sequence[_Lying]) -> None:
        self._rows, self._columns = ink.shape
        self._ink = _bits(ink)
        self._known = [lying for lying in known if lying.columns < self._columns]
        self._steps = 0

    def ways(self) -> list[Placed]:
        """At most two; more than one means that it is not certain."""
        ways = list(islice(self._extend(self._ink, 0, ()), 2))
        return ways if self._steps < MOST_STEPS else []

    def _extend(self, left_over: int, least: int, placed: Placed) -> Iterator[Placed]:
        if not left_over:
            yield placed
            return
        if len(placed) == MOST_PIECES:
            return
        first = ((left_over & -left_over).bit_length() - 1) // self._rows
        explained = (1 << (first + 1) * self._rows) - 1
        for lying in self._known:
            if placed and placed[-1][0] is lying.shape and self._is_low(lying.shape):
                continue
            for left in range(max(least, first - OVERLAP_PX), first + 1):
                self._steps += 1
                if self._steps > MOST_STEPS:
                    return
                bits = lying.bits << left * self._rows
                rest = left_over & ~bits
                if not (bits & ~self._ink or rest & explained):
                    yield from self._extend(rest, left + 1, (*placed, (lying.shape, left)))

    def _is_low(self, shape: Shape) -> bool:
        """Points, dashes: two never touch, but in a row they would be the foot of an L."""
        return bool(LOW * len(shape.ink) <= self._rows)
