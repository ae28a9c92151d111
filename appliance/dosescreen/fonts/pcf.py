"""Reading X11 bitmap fonts in the Portable Compiled Format.

Used when the shipped font data is made anew (``make fonts``); not while screens are read.
The format is that of libXfont's ``pcfread.c``: a table of contents, then tables of metrics,
bitmaps and encodings, each with its own byte order.
"""

import gzip
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np

from appliance.dosescreen.fonts.bitmap import BitmapFont, Glyph, Ink

ACCELERATORS, METRICS, BITMAPS, ENCODINGS = 1 << 1, 1 << 2, 1 << 3, 1 << 5
COMPRESSED_METRICS = 0x100
NO_GLYPH = 0xFFFF
PRINTABLE = [*range(0x20, 0x7F), *(ord(mark) for mark in "°±²µÄÖÜßäöü")]


class _Table:
    """One table of the file, read from its start."""

    def __init__(self, data: bytes, offset: int) -> None:
        self.format = struct.unpack_from("<I", data, offset)[0]
        self._order = ">" if self.format & 4 else "<"
        self._data, self._at = data, offset + 4

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(self._order + layout, self._data, self._at)
        self._at += struct.calcsize(self._order + layout)
        return values

    def bytes(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]


def read_pcf(path: Path) -> BitmapFont:
    """The printable glyphs of a (gzipped) PCF file, the blank among them.

    Raises struct.error when it is not one.
    """
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    tables = {kind: _Table(data, offset) for kind, offset in _contents(data)}
    metrics = list(_metrics(tables[METRICS]))
    inks = list(_inks(tables[BITMAPS], metrics))
    tables[ACCELERATORS].take("8B")
    ascent, descent = tables[ACCELERATORS].take("2i")
    glyphs = {}
    for code, index in _encoding(tables[ENCODINGS]):
        left, _, advance, up, _ = metrics[index]
        glyphs[chr(code)] = Glyph(inks[index], left, ascent - up, advance)
    return BitmapFont(path.name.split(".")[0], ascent, descent, glyphs)


def _contents(data: bytes) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from("<I", data, 4)
    for index in range(count):
        kind, _, _, offset = struct.unpack_from("<4I", data, 8 + 16 * index)
        yield kind, offset


def _metrics(table: _Table) -> Iterator[tuple[int, int, int, int, int]]:
    """Left and right bearing, advance, ascent and descent of every glyph, in pixels."""
    if table.format & COMPRESSED_METRICS:
        (count,) = table.take("H")
        for _ in range(count):
            left, right, advance, up, down = (value - 0x80 for value in table.take("5B"))
            yield left, right, advance, up, down
    else:
        (count,) = table.take("I")
        for _ in range(count):
            left, right, advance, up, down, _ = table.take("5hH")
            yield left, right, advance, up, down


def _inks(table: _Table, metrics: list[tuple[int, int, int, int, int]]) -> Iterator[Ink]:
    (count,) = table.take("I")
    offsets = table.take(f"{count}I")
    sizes = table.take("4I")
    bits = np.frombuffer(table.bytes(sizes[table.format & 3]), np.uint8)
    padding = 1 << (table.format & 3)
    unit = 1 << ((table.format >> 4) & 3)
    most_significant_bit_first = bool(table.format & 8)
    if most_significant_bit_first != bool(table.format & 4):
        bits = bits.reshape(-1, unit)[:, ::-1].ravel()
    for offset, (left, right, _, up, down) in zip(offsets, metrics, strict=True):
        width, height = right - left, up + down
        stride = -(-width // (8 * padding)) * padding
        rows = bits[offset : offset + stride * height].reshape(height, stride)
        bitorder: Literal["big", "little"] = "big" if most_significant_bit_first else "little"
        yield np.unpackbits(rows, axis=1, bitorder=bitorder)[:, :width].astype(bool)


def _encoding(table: _Table) -> Iterator[tuple[int, int]]:
    first, last, row_first, row_last, _ = table.take("5H")
    width = last - first + 1
    indices = table.take(f"{width * (row_last - row_first + 1)}H")
    for code in PRINTABLE:
        column, row = (code & 0xFF) - first, (code >> 8) - row_first
        if 0 <= column < width and 0 <= row <= row_last - row_first:
            index = indices[row * width + column]
            if index != NO_GLYPH:
                yield code, index
