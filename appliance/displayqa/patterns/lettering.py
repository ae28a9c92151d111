"""Elements of TG18-QC alone: words of fading contrast, and the lines that show crosstalk."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from appliance.displayqa.patterns.frame import Frame, Place, area, cell_px, scaled
from appliance.displayqa.patterns.ink import Ink
from appliance.displayqa.patterns.panel import Raster

CELL_OF_ONE = 51
"""Pixels of a cell for each of a letter's."""
ADVANCE, LEADING = 9, 14
"""From letter to letter and from line to line, in pixels of the font."""
SHARE = 8
"""Of a cell is free beside the middle, for a meter of crosstalk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Lines of letters in the middle of a place, each a level nearer to what is behind it.

    Attributes:
        first: Difference of the first letter; the next has one less.
        is_darker: The letters are darker than what is behind.
    """

    lines: tuple[str, ...]
    at: Place
    frame: Frame
    first: int
    is_darker: bool = False

    def draw(self, raster: Raster, ink: Ink) -> None:
        """Onto ``raster``; what is behind has one level."""
        place = area(ink.panel, self.frame, self.at)
        behind = int(raster[place.top + place.height // 2, place.left + 1])
        px = max(1, cell_px(ink.panel) // CELL_OF_ONE)
        top = place.top + (place.height - px * (LEADING * len(self.lines) - 4)) // 2
        sign, number = (-1 if self.is_darker else 1), self.first
        for line in self.lines:
            left = place.left + (place.width - px * (ADVANCE * len(line) - 1)) // 2
            for letter in line:
                shape = letters()[letter].repeat(px, axis=0).repeat(px, axis=1)
                cell = raster[top : top + shape.shape[0], left : left + shape.shape[1]]
                cell[shape] = behind + sign * ink.panel.step(number)
                left, number = left + ADVANCE * px, number - 1
            top += LEADING * px


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashes:
    """Lines that double in length towards one side, left and right of a gap in the middle.

    ``at`` is the area they are in; lengths and heights are 1024ths.
    """

    level: int
    at: Place
    frame: Frame
    lengths: tuple[int, ...]
    height: int
    is_rising: bool = False

    def draw(self, raster: Raster, ink: Ink) -> None:
        """Onto ``raster``."""
        place, panel = area(ink.panel, self.frame, self.at), ink.panel
        gap, high = cell_px(panel) // SHARE, scaled(panel, self.height)
        middle = panel.width_px // 2
        top = (place.top + place.bottom - high * len(self.lengths)) // 2
        for length in reversed(self.lengths) if self.is_rising else self.lengths:
            px = scaled(panel, length)
            rows = raster[top : top + high]
            rows[:, middle - gap - px : middle - gap] = panel.level(self.level)
            rows[:, middle + gap : middle + gap + px] = panel.level(self.level)
            top += high


@cache
def letters() -> dict[str, NDArray[np.bool_]]:
    """Glyphs of the public-domain X11 font 9x15B, 10 rows high, without the free column."""
    text = files(__package__).joinpath("letters.toml").read_text("utf-8")
    return {
        letter: np.array([[dot == "#" for dot in row] for row in rows.split()])
        for letter, rows in tomllib.loads(text).items()
    }
