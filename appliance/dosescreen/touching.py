"""Characters that touch, taken apart by shapes that stand alone elsewhere.

Ink is taken apart only when known shapes, side by side on the same baseline, explain every pixel
of it and no others, in exactly one way. Anything less stays one glyph, which no reader knows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from appliance.dose.record import Box
from appliance.dosescreen.segment import Glyph, Grey, Ink, Line, Word

MOST_PIECES = 6
MOST_STEPS = 4000
"""Placements tried for one piece of ink before it is left alone."""
OVERLAP_PX = 2
"""How far a character may reach under the one before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A character's pixels and how far they end above the baseline."""

    ink: Ink
    rise_px: int


def apart(lines: Sequence[Line], shapes: Iterable[Shape]) -> tuple[Line, ...]:
    """The lines with touching characters replaced by the shapes they are made of."""
    known = [shape for shape in shapes if shape.ink.size]
    keys = {(shape.rise_px, *shape.ink.shape, shape.ink.tobytes()) for shape in known}
    return tuple(_line(line, known, keys) for line in lines)


def _line(line: Line, known: Sequence[Shape], keys: set[tuple[object, ...]]) -> Line:
    words = tuple(_word(word, known, keys) for word in line.words)
    if all(new is old for new, old in zip(words, line.words, strict=True)):
        return line
    return Line(words, line.baseline, line.capital_px)


def _word(word: Word, known: Sequence[Shape], keys: set[tuple[object, ...]]) -> Word:
    glyphs: list[Glyph] = []
    for glyph in word.glyphs:
        key = (glyph.rise_px, *glyph.ink.shape, glyph.ink.tobytes())
        glyphs += [glyph] if key in keys else _pieces(glyph, known)
    return word if len(glyphs) == len(word.glyphs) else Word(tuple(glyphs))


def _pieces(glyph: Glyph, known: Sequence[Shape]) -> list[Glyph]:
    narrowest = min((shape.ink.shape[1] for shape in known), default=glyph.box.width)
    if glyph.box.width < 2 * narrowest or glyph.box.width < 0.5 * glyph.capital_px:
        return [glyph]
    found = _Search(glyph, known).ways()
    return found[0] if len(found) == 1 else [glyph]


class _Search:
    """All ways to lay shapes over one glyph's ink, from left to right."""

    def __init__(self, glyph: Glyph, known: Sequence[Shape]) -> None:
        self._glyph = glyph
        self._known = [shape for shape in known if shape.ink.shape[1] < glyph.box.width]
        self._steps = 0

    def ways(self) -> list[list[Glyph]]:
        """At most two; more than one means that it is not certain."""
        ways: list[list[Glyph]] = []
        for way in self._extend(self._glyph.ink, 0, ()):
            ways.append([self._glyph_of(shape, left) for shape, left in way])
            if len(ways) > 1:
                break
        return ways if self._steps < MOST_STEPS else []

    def _extend(
        self, left_over: Ink, least: int, placed: tuple[tuple[Shape, int], ...]
    ) -> Iterator[tuple[tuple[Shape, int], ...]]:
        columns = np.flatnonzero(left_over.any(axis=0))
        if not columns.size:
            yield placed
            return
        if len(placed) == MOST_PIECES:
            return
        first = int(columns[0])
        for shape in self._known:
            for left in range(max(least, first - OVERLAP_PX), first + 1):
                self._steps += 1
                if self._steps > MOST_STEPS:
                    return
                rest = self._without(left_over, shape, left, first)
                if rest is not None:
                    yield from self._extend(rest, left + 1, (*placed, (shape, left)))

    def _without(self, left_over: Ink, shape: Shape, left: int, first: int) -> Ink | None:
        """What is left when ``shape`` stands at ``left``; None when it does not fit."""
        ink = self._glyph.ink
        rows, columns = shape.ink.shape
        bottom = ink.shape[0] + self._glyph.rise_px - shape.rise_px
        top, right = bottom - rows, left + columns
        if top < 0 or bottom > ink.shape[0] or right > ink.shape[1]:
            return None
        if (shape.ink & ~ink[top:bottom, left:right]).any():
            return None
        rest = left_over.copy()
        rest[top:bottom, left:right] &= ~shape.ink
        return None if rest[:, first].any() or (rest[:, : first + 1]).any() else rest

    def _glyph_of(self, shape: Shape, left: int) -> Glyph:
        whole = self._glyph
        rows, columns = shape.ink.shape
        bottom = whole.box.bottom + whole.rise_px - shape.rise_px
        box = Box(whole.box.left + left, bottom - rows, whole.box.left + left + columns, bottom)
        grey: Grey = shape.ink.astype(np.uint8) * np.uint8(255)
        return Glyph(box, grey, shape.rise_px, whole.capital_px)
