"""A bitmap font: glyphs as exact pixels."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ink = npt.NDArray[np.bool_]
"""Pixels of one glyph, (rows, columns), True where there is ink."""


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """One character of a font.

    Attributes:
        ink: Its pixels.
        left: Columns from the pen to the first column of ``ink``; may be negative.
        top: Rows from the top of the line (the font's ascent) to the first row of ``ink``.
        advance: Columns the pen moves.
    """

    ink: Ink
    left: int
    top: int
    advance: int


@dataclass(frozen=True, slots=True, eq=False)
class BitmapFont:
    """A font's printable glyphs.

    Attributes:
        name: ``helvB10-100dpi``: the X11 file's name and resolution.
        ascent: Rows above the baseline.
        descent: Rows below it.
        glyphs: By character.
    """

    name: str
    ascent: int
    descent: int
    glyphs: dict[str, Glyph] = field(repr=False)

    @property
    def height(self) -> int:
        """Rows of a line of text."""
        return self.ascent + self.descent

    @property
    def space(self) -> int:
        """Columns of a blank."""
        return self.glyphs[" "].advance

    def width(self, text: str) -> int:
        """Columns that ``text`` takes, with what leans out of it."""
        left, right = self._reach(text)
        return right - left

    def draw(self, text: str) -> Ink:
        """``text`` as pixels, (height, width); raises KeyError for a character it has not."""
        margin = self.height
        first, last = self._reach(text)
        canvas = np.zeros((self.height + 2 * margin, last - first), bool)
        for pen, glyph in self._set(text):
            rows, columns = glyph.ink.shape
            top, left = margin + glyph.top, pen + glyph.left - first
            canvas[top : top + rows, left : left + columns] |= glyph.ink
        return canvas[margin : margin + self.height]

    def _set(self, text: str) -> Iterator[tuple[int, Glyph]]:
        """The glyphs of ``text``, and the column of the pen at each."""
        pen = 0
        for character in text:
            yield pen, self.glyphs[character]
            pen += self.glyphs[character].advance

    def _reach(self, text: str) -> tuple[int, int]:
        """First column of ``text`` and the one behind its last; a slanted letter leans out."""
        spans = [
            (pen + glyph.left, max(pen + glyph.advance, pen + glyph.left + glyph.ink.shape[1]))
            for pen, glyph in self._set(text)
        ]
        return min((0, *(left for left, _ in spans))), max((0, *(right for _, right in spans)))
