"""The atlas: which pixels are which character, font by font. Immutable and versioned."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256

import cv2
import numpy as np

from appliance.dosescreen.fonts import BitmapFont, every_font
from appliance.dosescreen.touching import Shape

ShapeKey = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """Shapes to characters.

    Attributes:
        version: Changes with the content.
        shapes: For every shape the characters it is, by font: {key: {font: characters}}.
    """

    version: str
    shapes: Mapping[ShapeKey, Mapping[str, str]]

    def fonts(self, keys: Mapping[ShapeKey, int]) -> list[tuple[str, int]]:
        """Fonts by how many of the glyphs counted in ``keys`` they explain, best first."""
        score: Counter[str] = Counter()
        for key, count in keys.items():
            for font in self.shapes.get(key, {}):
                score[font] += count
        return score.most_common()

    def outlines(self, font: str) -> tuple[Shape, ...]:
        """The shapes of one font, as pixels."""
        return _outlines(self, font)


@lru_cache(maxsize=16)  # a few consoles draw most of what comes
def _outlines(atlas: Atlas, font: str) -> tuple[Shape, ...]:
    return tuple(_shape(key) for key, fonts in atlas.shapes.items() if font in fonts)


def _shape(key: ShapeKey) -> Shape:
    rise, columns, packed = key
    bits = np.unpackbits(np.frombuffer(packed, np.uint8))
    rows = len(bits) // columns
    ink = bits[: rows * columns].reshape(rows, columns).astype(bool)
    last = int(np.flatnonzero(ink.any(axis=1))[-1])
    return Shape(ink[: last + 1], rise)


def atlas_of(fonts: Iterable[BitmapFont]) -> Atlas:
    """The atlas of ``fonts``; glyphs of equal pixels within one font are alternatives."""
    shapes: dict[ShapeKey, dict[str, str]] = defaultdict(dict)
    digest = sha256()
    for font in fonts:
        for character, glyph in sorted(font.glyphs.items()):
            left, top, width, height = cv2.boundingRect(glyph.ink.view(np.uint8))
            if height:
                ink = glyph.ink[top : top + height, left : left + width]
                rise = font.ascent - (glyph.top + top + height)
                key = (rise, width, np.packbits(ink).tobytes())
                shapes[key][font.name] = shapes[key].get(font.name, "") + character
                digest.update(repr((font.name, character, key)).encode())
    return Atlas(digest.hexdigest()[:16], shapes)


@cache
def primed() -> Atlas:
    """The atlas of the shipped X11 fonts."""
    return atlas_of(every_font())
