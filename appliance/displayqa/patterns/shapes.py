"""Elements with one level in an area: boxes, ellipses, squares, mosaics, ramps."""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from appliance.displayqa.patterns.frame import Area, Frame, Place, area, scaled
from appliance.displayqa.patterns.ink import Ink, Level
from appliance.displayqa.patterns.panel import Raster

EVERYWHERE: Place = (0, 0, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A filled rectangle; without a place the whole panel."""

    level: Level
    at: Place = EVERYWHERE
    frame: Frame = Frame.PANEL

    def draw(self, raster: Raster, ink: Ink) -> None:
        """Onto ``raster``."""
        raster[area(ink.panel, self.frame, self.at).slices] = ink.level(self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The inner edge of a rectangle, some device pixels wide."""

    level: Level
    at: Place
    frame: Frame
    width_px: int = 1

    def draw(self, raster: Raster, ink: Ink) -> None:
        """Onto ``raster``."""
        edge(raster, area(ink.panel, self.frame, self.at), ink.level(self.level), self.width_px)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """A filled ellipse with axes along the panel's."""

    level: Level
    at: Place
    frame: Frame

    def draw(self, raster: Raster, ink: Ink) -> None:
        """Onto ``raster``."""
        place = area(ink.panel, self.frame, self.at)
        raster[place.slices][disc(place)] = ink.level(self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfMoons:
    """Discs whose left half is darker than what is there, and whose right half is brighter.

    Of an odd number of columns the one in the middle is left as it is.
    """

    difference: int
    at: Place
    frame: Frame
    count: tuple[int, int]
    pitch: tuple[int, int]

    def draw(self, raster: Raster, ink: Ink) -> None:
        """Onto ``raster``, of which every level is at least the difference off both ends."""
        step = ink.panel.step(self.difference)
        for row in range(self.count[1]):
            for column in range(self.count[0]):
                place = area(ink.panel, self.frame, moved(self.at, self.pitch, column, row))
                part, inside = raster[place.slices], disc(place)
                middle = place.width // 2
                part[:, :middle][inside[:, :middle]] -= part.dtype.type(step)
                part[:, -middle:][inside[:, -middle:]] += part.dtype.type(step)


@dataclass(frozen=True, slots=True, kw_only=True)
class MiddleSquare:
    """A square in the middle, of a tenth of all pixels (PS3.14 D.1) or ``side`` 1024ths."""

    level: Level
    side: int | None = None

    def draw(self, raster: Raster, ink: Ink) -> None:
        """Onto ``raster``."""
        panel = ink.panel
        tenth = isqrt(panel.width_px * panel.height_px // 10)
        px = tenth if self.side is None else scaled(panel, self.side)
        left, top = (panel.width_px - px) // 2, (panel.height_px - px) // 2
        raster[top : top + px, left : left + px] = ink.level(self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mosaic:
    """Rows of rectangles: the first is at ``at``, the next ``pitch`` further on.

    ``corners`` is a difference of level in squares of ``corner`` 1024ths: in the upper left and
    lower right corners it is taken away, in the others added. ``line_px`` are left free for a grid.
    """

    levels: tuple[tuple[Level | None, ...], ...]
    at: Place
    pitch: tuple[int, int]
    frame: Frame
    corners: int = 0
    corner: int = 10
    line_px: int = 0

    def draw(self, raster: Raster, ink: Ink) -> None:
        """A None is left as it is."""
        for row, levels in enumerate(self.levels):
            for column, level in enumerate(levels):
                if level is not None:
                    self._tile(raster, ink, moved(self.at, self.pitch, column, row), level)

    def _tile(self, raster: Raster, ink: Ink, at: Place, level: Level) -> None:
        whole = area(ink.panel, self.frame, at)
        tile = whole.within(self.line_px, self.line_px, whole.width, whole.height)
        value = ink.level(level)
        raster[tile.slices] = value
        if self.corners and isinstance(value, int):
            self._corners(raster[tile.slices], scaled(ink.panel, self.corner), value, ink)

    def _corners(self, tile: Raster, px: int, value: int, ink: Ink) -> None:
        less, more = value - ink.panel.step(self.corners), value + ink.panel.step(self.corners)
        tile[:px, :px] = tile[-px:, -px:] = less
        tile[:px, -px:] = tile[-px:, :px] = more


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """Every level between two, along the columns or down the rows (``is_vertical``).

    ``ripple`` is the height of a sine on it, ``ripple_px`` its radian in device pixels.
    """

    ends: tuple[int, int]
    at: Place
    frame: Frame
    is_vertical: bool = False
    ripple: int = 0
    ripple_px: Fraction = Fraction(1)

    def draw(self, raster: Raster, ink: Ink) -> None:
        """The first and the last pixel have the two levels exactly."""
        place = area(ink.panel, self.frame, self.at)
        steps = (place.height if self.is_vertical else place.width) - 1
        first, last = map(ink.panel.level, self.ends)
        along = np.arange(steps + 1, dtype=np.int64)
        levels = (2 * (first * (steps - along) + last * along) + steps) // (2 * steps)
        if self.ripple:
            wave = ink.panel.step(self.ripple) * np.sin(along / float(self.ripple_px))
            levels = np.clip(levels + np.rint(wave).astype(np.int64), 0, ink.panel.white)
        raster[place.slices] = levels[:, np.newaxis] if self.is_vertical else levels


def moved(at: Place, pitch: tuple[int, int], columns: int, rows: int) -> Place:
    """``at`` as many times ``pitch`` further on."""
    across, down = pitch[0] * columns, pitch[1] * rows
    return at[0] + across, at[1] + down, at[2] + across, at[3] + down


def edge(raster: Raster, place: Area, level: int | tuple[int, ...], px: int) -> None:
    """The inner edge of ``place``."""
    inside = raster[place.slices]
    inside[:px] = inside[-px:] = level
    inside[:, :px] = inside[:, -px:] = level


def disc(place: Area) -> NDArray[np.bool_]:
    """The pixels of an ellipse that fills ``place``: those whose middles it has."""
    across = 2 * np.arange(place.width, dtype=np.int64) + 1 - place.width
    down = 2 * np.arange(place.height, dtype=np.int64) + 1 - place.height
    inside = (across * place.height)[np.newaxis, :] ** 2 + (down * place.width)[:, np.newaxis] ** 2
    return np.asarray(inside <= (place.width * place.height) ** 2)
