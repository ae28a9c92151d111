"""Words of a screen laid side by side on strips, all capitals equally tall."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from appliance.dosescreen.segment import Grey, Line, Word

FRINGE_PX = 1
"""Antialiased ink reaches so far beyond the pixels that count as ink."""
GAP = 0.9
"""Paper between two words, in heights of a capital."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """The strips a network reads.

    Attributes:
        rows: Height of a strip, in pixels.
        columns: Width of a strip.
        baseline: The first row under the digits.
        capital: Height of capitals and digits.
        stride: Columns of the strip from one output of the network to the next.
        interpolation: How words are enlarged; they are reduced by area.
    """

    rows: int
    columns: int
    baseline: int
    capital: int
    stride: int
    interpolation: int


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a word stands on a strip: its first column there, and on the screen."""

    word: Word
    left: int
    scale: float
    screen_left: int

    def on_screen(self, column: float) -> float:
        """The column of the screen that came to ``column`` of the strip."""
        return self.screen_left + (column - self.left) / self.scale


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Pixels, (rows, columns), and the words on them from left to right."""

    grey: Grey
    places: tuple[Place, ...]


def lay(lines: Sequence[Line], geometry: Geometry) -> Iterator[Strip]:
    """Every word of ``lines`` that fits on a strip, in order."""
    gap = round(GAP * geometry.capital)
    grey, places, pen = _empty(geometry), list[Place](), gap
    for line, word in ((each, word) for each in lines for word in each.words):
        picture, scale, left = _scaled(line, word, geometry)
        if picture.shape[1] + 2 * gap > geometry.columns:
            continue
        if pen + picture.shape[1] + gap > geometry.columns:
            yield Strip(grey, tuple(places))
            grey, places, pen = _empty(geometry), [], gap
        grey[:, pen : pen + picture.shape[1]] = picture
        places.append(Place(word, pen, scale, left))
        pen += picture.shape[1] + gap
    if places:
        yield Strip(grey, tuple(places))


def _empty(geometry: Geometry) -> Grey:
    return np.zeros((geometry.rows, geometry.columns), np.uint8)


def _scaled(line: Line, word: Word, geometry: Geometry) -> tuple[Grey, float, int]:
    """A word at the strip's height, its scale, and the column of the screen it begins in."""
    box, scale = word.box, geometry.capital / line.capital_px
    top, left = max(0, box.top - FRINGE_PX), max(0, box.left - FRINGE_PX)
    cut = line.picture[top : box.bottom + FRINGE_PX, left : box.right + FRINGE_PX]
    size = (max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    how = geometry.interpolation if scale >= 1 else cv2.INTER_AREA
    resized = cv2.resize(cut, size, interpolation=how)
    start = geometry.baseline - round((line.baseline - top) * scale)
    column = np.zeros((geometry.rows, size[0]), np.uint8)
    first, last = max(0, start), min(geometry.rows, start + size[1])
    if first < last:
        column[first:last] = resized[first - start : last - start]
    return column, scale, left
