"""From the units of a pattern's geometry to whole device pixels.

Every position is counted from the panel's middle and rounded away from it, so that what is
symmetric in the data is symmetric on a panel of even size, and within a pixel on one of odd size.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from appliance.displayqa.patterns.panel import Panel

BASE = 1024
"""Units to the side of the square that the originals are published at."""
CELL = 102
"""Pitch of the TG18-QC grid, in the same units."""

Number = int | Fraction
Place = tuple[Number, Number, Number, Number]
"""Left, top, right and bottom, in the units of a frame; right and bottom are outside."""


class Frame(StrEnum):
    """What a place is counted in.

    ``SQUARE``: 1024ths of the greatest square in the middle, from its upper left corner.
    ``CELLS``: cells of the TG18-QC grid, from the middle. ``PANEL``: shares of the panel's width
    and height. The corners: 1024ths of the square's side, from that corner inwards.
    """

    SQUARE = "square"
    CELLS = "cells"
    PANEL = "panel"
    TOP_LEFT = "top-left"
    TOP_RIGHT = "top-right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM_RIGHT = "bottom-right"


@dataclass(frozen=True, slots=True)
class Area:
    """Whole device pixels; right and bottom are outside. None of it is beyond the panel."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of an array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, left: int, top: int, right: int, bottom: int) -> "Area":
        """The part of it between offsets from its own upper left corner."""
        return Area(self.left + left, self.top + top, self.left + right, self.top + bottom)


def cell_px(panel: Panel) -> int:
    """Pitch of the TG18-QC grid: the same everywhere, so lines are exactly equidistant."""
    return panel.side_px * CELL // BASE


def scaled(panel: Panel, units: Number) -> int:
    """1024ths of the square's side in pixels, but at least one."""
    return max(1, rounded(Fraction(panel.side_px) * units / BASE))


def rounded(value: Fraction) -> int:
    """To the nearest whole number, halves away from 0."""
    size = int(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


def area(panel: Panel, frame: Frame, place: Place) -> Area:
    """The pixels at ``place``, cut off at the panel's edges."""
    left, top, right, bottom = place
    columns = _span(panel, frame, panel.width_px, (left, right))
    rows = _span(panel, frame, panel.height_px, (top, bottom))
    if "right" in frame:
        columns = panel.width_px - columns[1], panel.width_px - columns[0]
    if "bottom" in frame:
        rows = panel.height_px - rows[1], panel.height_px - rows[0]
    return Area(columns[0], rows[0], columns[1], rows[1])


def _span(
    panel: Panel, frame: Frame, length_px: int, ends: tuple[Number, Number]
) -> tuple[int, int]:
    first, last = (_edge(panel, frame, length_px, end) for end in ends)
    return max(0, first), min(length_px, last)


def _edge(panel: Panel, frame: Frame, length_px: int, value: Number) -> int:
    middle = length_px // 2
    match frame:
        case Frame.SQUARE:
            return middle + rounded(panel.side_px * (Fraction(value) / BASE - Fraction(1, 2)))
        case Frame.CELLS:
            return middle + rounded(cell_px(panel) * Fraction(value))
        case Frame.PANEL:
            return middle + rounded(length_px * (Fraction(value) - Fraction(1, 2)))
        case _:
            return rounded(panel.side_px * Fraction(value) / BASE)
