"""Free X11 bitmap fonts, as data.

``x11.npz`` holds the printable glyphs of the text fonts in Debian's xfonts-75dpi, xfonts-100dpi
and xfonts-base (notices in NOTICE), made by ``python -m appliance.dosescreen.fonts.derive``.

**Knows:** glyph bitmaps by font and character, and how to draw text with them.
**Does not know:** which console drew with which font.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import numpy as np

from appliance.dosescreen.fonts.bitmap import BitmapFont, Glyph
from appliance.dosescreen.fonts.packed import unpack

__all__ = ["BitmapFont", "Glyph", "every_font", "font_names", "load_font"]


@cache
def _data() -> dict[str, np.ndarray]:
    with (files(__name__) / "x11.npz").open("rb") as stream, np.load(stream) as data:
        return {name: data[name] for name in data.files}


def font_names() -> tuple[str, ...]:
    """Every font's name, such as ``helvB10-100dpi``, sorted."""
    return tuple(str(name) for name in _data()["names"])


@cache
def load_font(name: str) -> BitmapFont:
    """The font called ``name``; raises KeyError when there is none."""
    return unpack(_data(), name)


def every_font() -> Iterator[BitmapFont]:
    """All fonts one after the other, by name; none is kept."""
    return (unpack(_data(), name) for name in font_names())
