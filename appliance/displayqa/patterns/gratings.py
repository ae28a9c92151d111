"""Elements made of lines: bars, reliefs, grids, checks. Their widths are device pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.displayqa.patterns.frame import Area, Frame, Place, area, cell_px
from appliance.displayqa.patterns.ink import Ink
from appliance.displayqa.patterns.panel import Raster
from appliance.displayqa.patterns.shapes import EVERYWHERE, edge, moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bars of two levels in turn, ``bar_px`` wide; upright ones, or lying ones."""

    levels: tuple[int, int]
    bar_px: int
    at: Place = EVERYWHERE
    frame: Frame = Frame.PANEL
    is_upright: bool = True

    def draw(self, raster: Raster, ink: Ink) -> None:
        """The first level begins."""
        place = area(ink.panel, self.frame, self.at)
        bars(raster, place, _pair(self.levels, ink), self.bar_px, is_upright=self.is_upright)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """Bars of two differences from what is there already.

    Where a difference would leave the range of levels, ``otherwise`` is taken instead; without it
    both are moved until they fit, so that the contrast stays.

    Attributes:
        count: How many of them, across and down, each ``pitch`` further on.
    """

    differences: tuple[int, int]
    bar_px: int
    at: Place
    frame: Frame
    is_upright: bool = True
    otherwise: tuple[int, int] | None = None
    count: tuple[int, int] = (1, 1)
    pitch: tuple[int, int] = (0, 0)

    def draw(self, raster: Raster, ink: Ink) -> None:
        """Onto ``raster``."""
        for row in range(self.count[1]):
            for column in range(self.count[0]):
                place = area(ink.panel, self.frame, moved(self.at, self.pitch, column, row))
                raster[place.slices] = self._raised(raster[place.slices], ink)

    def _raised(self, below: Raster, ink: Ink) -> Raster:
        under = below.astype(np.int64)
        low, high = sorted(map(ink.panel.step, self.differences))
        sides = [under + ink.panel.step(each) for each in self.differences]
        beyond = (under + low < 0) | (under + high > ink.panel.white)
        if self.otherwise is None:
            moving = np.maximum(0, -(under + low)) - np.maximum(0, under + high - ink.panel.white)
            others = [each + moving for each in sides]
        else:
            others = [under + ink.panel.step(each) for each in self.otherwise]
        first, second = (np.where(beyond, *pair) for pair in zip(others, sides, strict=True))
        return np.where(self._is_second(below), second, first).astype(below.dtype)

    def _is_second(self, below: Raster) -> NDArray[np.bool_]:
        rows, columns = _numbers(*below.shape)
        return np.asarray((columns if self.is_upright else rows) // self.bar_px % 2 == 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Lines one device pixel wide across the panel, through its middle, a cell apart."""

    level: int

    def draw(self, raster: Raster, ink: Ink) -> None:
        """Onto ``raster``."""
        pitch, level = cell_px(ink.panel), ink.panel.level(self.level)
        raster[ink.panel.height_px // 2 % pitch :: pitch] = level
        raster[:, ink.panel.width_px // 2 % pitch :: pitch] = level


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Lines between equal parts of the panel, by a difference from what is there.

    Where the brighter line would be beyond white, it is as much darker.
    """

    parts: int
    width_px: int
    difference: int

    def draw(self, raster: Raster, ink: Ink) -> None:
        """Onto ``raster``."""
        base = int(raster[0, 0])
        step = ink.panel.step(self.difference)
        level = base + step if base + step <= ink.panel.white else base - step
        for length, lines in ((ink.panel.height_px, raster), (ink.panel.width_px, raster.T)):
            for part in range(1, (self.parts + 1) // 2):
                first = length * part // self.parts - self.width_px // 2
                lines[first : first + self.width_px] = level
                lines[length - first - self.width_px : length - first] = level


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Single pixels of two levels in turn over the whole panel, as on a chequerboard."""

    levels: tuple[int, int]

    def draw(self, raster: Raster, ink: Ink) -> None:
        """The first level begins in the upper left corner."""
        raster[:], second = _pair(self.levels, ink)
        raster[::2, 1::2] = raster[1::2, ::2] = second


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Eight gratings of one and two device pixels, upright and lying, of high and low contrast.

    The left half is black and white, the right one ``faint``; the edge has the level ``border``.
    """

    at: Place
    frame: Frame
    faint: tuple[int, int]
    border: int

    def draw(self, raster: Raster, ink: Ink) -> None:
        """Onto ``raster``."""
        whole = area(ink.panel, self.frame, self.at)
        across = [whole.width * part // 4 for part in range(5)]
        down = [whole.height * part // 2 for part in range(3)]
        for column, levels in enumerate(((255, 0), (255, 0), self.faint, self.faint)):
            for row, is_upright in enumerate((True, False)):
                part = whole.within(across[column], down[row], across[column + 1], down[row + 1])
                bars(raster, part, _pair(levels, ink), 1 + column % 2, is_upright=is_upright)
        edge(raster, whole, ink.panel.level(self.border), 1)


def bars(
    raster: Raster, place: Area, levels: tuple[int, int], bar_px: int, *, is_upright: bool
) -> None:
    """Bars of two levels of the panel in turn; the first begins."""
    rows, columns = _numbers(place.height, place.width)
    odd = (columns if is_upright else rows) // bar_px % 2 == 1
    raster[place.slices] = np.broadcast_to(
        np.where(odd, levels[1], levels[0]), (place.height, place.width)
    )


def _pair(levels: tuple[int, int], ink: Ink) -> tuple[int, int]:
    return ink.panel.level(levels[0]), ink.panel.level(levels[1])


def _numbers(height: int, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of the rows as a column, and of the columns as a row."""
    return np.arange(height)[:, np.newaxis], np.arange(width)[np.newaxis, :]
