"""The typefaces of training strips: shipped bitmap fonts, and outline fonts of the machine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from appliance.dosescreen.fonts import BitmapFont, font_names, load_font
from appliance.dosescreen.segment import Grey

SIZES_PX = range(8, 21)


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One character's ink: where it stands from the pen and the baseline, and the pen's step."""

    grey: Grey
    left: int
    top: int
    advance: float


class Typeface(Protocol):
    """A font at one size."""

    @property
    def space(self) -> float:
        """Columns of a blank."""

    def cut(self, character: str) -> Cut | None:
        """A character's ink; None when the font has none for it."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A shipped bitmap font."""

    font: BitmapFont

    @property
    def space(self) -> float:
        """Columns of a blank."""
        return float(self.font.space)

    def cut(self, character: str) -> Cut | None:
        """A character's ink; None when the font has none for it."""
        glyph = self.font.glyphs.get(character)
        if glyph is None or not glyph.ink.any():
            return None
        grey, left, top = _trimmed(glyph.ink.astype(np.uint8) * np.uint8(255))
        above = glyph.top + top - self.font.ascent
        return Cut(grey, glyph.left + left, above, float(glyph.advance))


@dataclass(frozen=True, slots=True)
class Outline:
    """An outline font at a size in pixels, with or without antialiasing."""

    path: Path
    size_px: int
    antialiased: bool

    @property
    def space(self) -> float:
        """Columns of a blank."""
        return float(self._font().getlength(" "))

    def cut(self, character: str) -> Cut | None:
        """A character's ink; None when the font has none for it."""
        return _drawn(self, character)

    def draw(self, character: str) -> Cut | None:
        """A character's ink, drawn anew."""
        size = self.size_px
        image = Image.new("L", (3 * size + 8, 3 * size + 8))
        drawing = ImageDraw.Draw(image)
        drawing.fontmode = "L" if self.antialiased else "1"
        drawing.text((size, 2 * size), character, fill=255, font=self._font(), anchor="ls")
        page = np.asarray(image)
        if not page.any():
            return None
        grey, left, top = _trimmed(page)
        advance = float(self._font().getlength(character))
        return Cut(grey, left - size, top - 2 * size, advance)

    def _font(self) -> ImageFont.FreeTypeFont:
        return _opened(self.path, self.size_px)


@lru_cache(maxsize=400)
def _opened(path: Path, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size_px)


@lru_cache(maxsize=100_000)
def _drawn(outline: Outline, character: str) -> Cut | None:
    return outline.draw(character)


def _trimmed(page: Grey) -> tuple[Grey, int, int]:
    rows, columns = np.flatnonzero(page.any(axis=1)), np.flatnonzero(page.any(axis=0))
    cut = page[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
    return cut, int(columns[0]), int(rows[0])


def families(paths: Sequence[Path]) -> Iterator[tuple[str, tuple[Typeface, ...]]]:
    """Bitmap fonts by family, then every outline font that has letters, in all sizes."""
    bitmaps: dict[str, list[Typeface]] = {}
    for name in font_names():
        bitmaps.setdefault(name[:4], []).append(Bitmap(load_font(name)))
    for family, faces in bitmaps.items():
        yield family, tuple(faces)
    for path in paths:
        if has(path, "38") and has(path, "Aa"):
            yield (
                path.stem,
                tuple(
                    Outline(path, size, grey) for size in SIZES_PX for grey in (True, True, False)
                ),
            )


def has(path: Path, two: str) -> bool:
    """Whether a font draws two characters, and not the same box for both."""
    face = Outline(path, SIZES_PX[-1], antialiased=True)
    try:
        one, other = (face.draw(character) for character in two)
    except OSError:  # no font, whatever its name says
        return False
    return one is not None and other is not None and not np.array_equal(one.grey, other.grey)
