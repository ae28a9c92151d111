"""A bitmap font: glyphs as exact pixels."""

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
        """Columns that ``text`` takes."""
        return sum(self.glyphs[character].advance for character in text)

    def draw(self, text: str) -> Ink:
        """``text`` as pixels, (height, width); raises KeyError for a character it has not."""
        margin = self.height
        canvas = np.zeros((self.height + 2 * margin, self.width(text) + 2 * margin), bool)
        pen = margin
        for character in text:
            glyph = self.glyphs[character]
            rows, columns = glyph.ink.shape
            top, left = margin + glyph.top, pen + glyph.left
            canvas[top : top + rows, left : left + columns] |= glyph.ink
            pen += glyph.advance
        return canvas[margin : margin + self.height, margin:pen]
