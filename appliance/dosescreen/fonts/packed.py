"""Many bitmap fonts in a few arrays.

``names`` (n), ``ascents`` (n), ``descents`` (n) and ``first`` (n+1) describe the fonts;
``code``, ``left``, ``top``, ``advance``, ``rows``, ``columns`` and ``offset`` have one entry a
glyph, ``bits`` holds every glyph's pixels, row by row, packed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from appliance.dosescreen.fonts.bitmap import BitmapFont, Glyph

Arrays = Mapping[str, npt.NDArray[Any]]


def pack(fonts: Iterable[BitmapFont]) -> dict[str, npt.NDArray[Any]]:
    """The arrays that hold ``fonts``, sorted by name."""
    every = sorted(fonts, key=lambda font: font.name)
    glyphs = [(code, glyph) for font in every for code, glyph in sorted(font.glyphs.items())]
    packed = [np.packbits(glyph.ink) for _, glyph in glyphs]
    return {
        "names": np.array([font.name for font in every]),
        "ascents": np.array([font.ascent for font in every], np.int16),
        "descents": np.array([font.descent for font in every], np.int16),
        "first": np.cumsum([0, *(len(font.glyphs) for font in every)]),
        "code": np.array([ord(code) for code, _ in glyphs], np.int32),
        "left": np.array([glyph.left for _, glyph in glyphs], np.int8),
        "top": np.array([glyph.top for _, glyph in glyphs], np.int8),
        "advance": np.array([glyph.advance for _, glyph in glyphs], np.uint8),
        "rows": np.array([glyph.ink.shape[0] for _, glyph in glyphs], np.uint8),
        "columns": np.array([glyph.ink.shape[1] for _, glyph in glyphs], np.uint8),
        "offset": np.cumsum([0, *(len(bits) for bits in packed)])[:-1],
        "bits": np.concatenate(packed),
    }


def unpack(arrays: Arrays, name: str) -> BitmapFont:
    """The font called ``name``; raises KeyError when it is not among them."""
    found = np.flatnonzero(arrays["names"] == name)
    if not found.size:
        raise KeyError(name)
    index = int(found[0])
    span = range(int(arrays["first"][index]), int(arrays["first"][index + 1]))
    glyphs = {chr(int(arrays["code"][at])): _glyph(arrays, at) for at in span}
    return BitmapFont(name, int(arrays["ascents"][index]), int(arrays["descents"][index]), glyphs)


def _glyph(arrays: Arrays, at: int) -> Glyph:
    rows, columns = int(arrays["rows"][at]), int(arrays["columns"][at])
    offset = int(arrays["offset"][at])
    bits = np.unpackbits(arrays["bits"][offset:], count=rows * columns)
    ink = bits.reshape(rows, columns).astype(bool)
    return Glyph(ink, int(arrays["left"][at]), int(arrays["top"][at]), int(arrays["advance"][at]))
