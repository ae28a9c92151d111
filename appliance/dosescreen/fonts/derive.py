"""Make ``x11.npz`` from the fonts of Debian's xfonts packages.

Run as ``python -m appliance.dosescreen.fonts.derive``; the same packages give the same file.
"""

import struct
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from appliance.dosescreen.fonts.bitmap import BitmapFont
from appliance.dosescreen.fonts.packed import pack
from appliance.dosescreen.fonts.pcf import read_pcf

SOURCE = Path("/usr/share/fonts/X11")
FOLDERS = ("75dpi", "100dpi", "misc")
NEEDED = frozenset(" 0123456789.-:/()ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
NOT_LATIN = ("cu-arabic", "cursor", "olgl", "symb", "tech")
"""Fonts with Arabic or Greek letters, signs or parts of windows at Latin code points."""
DIGIT_PX = range(6, 19)
"""Heights of a digit that dose screens were drawn with, and some more."""


def text_fonts(source: Path = SOURCE) -> Iterator[BitmapFont]:
    """Every Unicode or Latin-1 text font of a usual size under ``source``."""
    for folder in FOLDERS:
        for path in sorted((source / folder).glob("*.pcf.gz")):
            if "ISO8859" in path.name or "KOI8" in path.name or path.name.startswith(NOT_LATIN):
                continue
            try:
                font = read_pcf(path)
            except (struct.error, KeyError) as failure:
                sys.stderr.write(f"{path.name} was left out: {failure!r}\n")
                continue
            if font.glyphs.keys() >= NEEDED and digit_px(font) in DIGIT_PX:
                yield replace(font, name=f"{font.name}-{folder}")


def digit_px(font: BitmapFont) -> int:
    """Rows of ink of the digit 0."""
    return int(font.glyphs["0"].ink.any(axis=1).sum())


if __name__ == "__main__":
    arrays = pack(text_fonts())
    target = Path(__file__).with_name("x11.npz")
    np.savez_compressed(target, allow_pickle=False, **arrays)
    sys.stdout.write(f"{target}: {len(arrays['names'])} fonts, {target.stat().st_size} bytes\n")
