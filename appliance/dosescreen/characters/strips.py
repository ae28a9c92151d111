"""Text of a screen laid side by side on strips, all capitals equally tall."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from appliance.dose.record import Box
from appliance.dosescreen.segment import Grey, Line, Word, around

FRINGE_PX = 1
"""Antialiased ink reaches so far beyond the pixels that count as ink."""
GAP = 0.9
"""Paper between two pieces of text, in heights of a capital; closer words are one piece."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """The strips a network reads.

    Attributes:
        rows: Height of a strip, in pixels.
        columns: Width of a strip.
        baseline: The first row under the digits.
        capital: Height of capitals and digits.
        stride: Columns of the strip from one output of the network to the next.
        interpolation: How text is enlarged; it is reduced by area.
    """

    rows: int
    columns: int
    baseline: int
    capital: int
    stride: int
    interpolation: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of text stands: its line by number, its columns on the strip and the screen."""

    line: int
    left: int
    right: int
    scale: float
    screen_left: int

    def on_screen(self, column: float) -> float:
        """The column of the screen that came to ``column`` of the strip."""
        return self.screen_left + (column - self.left) / self.scale


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Pixels, (rows, columns), and the pieces of text on them from left to right."""

    grey: Grey
    places: tuple[Place, ...]


def lay(lines: Sequence[Line], geometry: Geometry) -> Iterator[Strip]:
    """Every piece of ``lines`` that fits on a strip, in order."""
    gap = round(GAP * geometry.capital)
    grey, places, pen = _empty(geometry), list[Place](), gap
    for number, line in enumerate(lines):
        for box in _pieces(line, (geometry.columns - 3 * gap) * line.capital_px / geometry.capital):
            picture, scale, left = _scaled(line, box, geometry)
            end = pen + picture.shape[1]
            if end + gap > geometry.columns:
                yield Strip(grey, tuple(places))
                grey, places, pen = _empty(geometry), [], gap
                end = pen + picture.shape[1]
            grey[:, pen:end] = picture
            places.append(Place(number, pen, end, scale, left))
            pen = end + gap
    if places:
        yield Strip(grey, tuple(places))


def _pieces(line: Line, most_px: float) -> Iterator[Box]:
    """Words that stand close to each other, as far as they fit; too wide a word is left out."""
    words: list[Word] = []
    for word in (each for each in line.words if each.box.width <= most_px):
        near = words and word.box.left - words[-1].box.right <= GAP * line.capital_px
        if words and not (near and word.box.right - words[0].box.left <= most_px):
            yield around(each.box for each in words)
            words = []
        words.append(word)
    if words:
        yield around(each.box for each in words)


def _empty(geometry: Geometry) -> Grey:
    return np.zeros((geometry.rows, geometry.columns), np.uint8)


def _scaled(line: Line, box: Box, geometry: Geometry) -> tuple[Grey, float, int]:
    """Text at the strip's height, its scale, and the column of the screen it begins in."""
    scale = geometry.capital / line.capital_px
    top, left = max(0, box.top - FRINGE_PX), max(0, box.left - FRINGE_PX)
    cut = line.picture[top : box.bottom + FRINGE_PX, left : box.right + FRINGE_PX]
    size = (max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    how = geometry.interpolation if scale >= 1 else cv2.INTER_AREA
    resized = cv2.resize(cut, size, interpolation=how)
    start = geometry.baseline - round((line.baseline - top) * scale)
    piece = np.zeros((geometry.rows, size[0]), np.uint8)
    first, last = max(0, start), min(geometry.rows, start + size[1])
    if first < last:
        piece[first:last] = resized[first - start : last - start]
    return piece, scale, left
