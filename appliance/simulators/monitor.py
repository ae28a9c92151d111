"""A display that is not there: what a meter at its glass would see of the levels that it shows.

Light adds up: of every pixel under the meter's spot each channel's light, what leaks through at
level 0, what the screen reflects of the room. The grey scale follows a curve, the GSDF or a gamma;
the light falls off towards the corners, changes its colour from left to right, grows while the
display warms up, and fades with the years. Everything is a value: the same levels at the same place
and time give the same light.

The model is ours and simple: it is for trying the box, not for predicting a product. It has no
scatter, no viewing angle, no flicker and no dithering.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import exp, inf
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.displayqa.gsdf import jnd_index, luminance_cd_m2
from appliance.simulators.meters import Light

Numbers = NDArray[np.float64]
Levels = NDArray[np.unsignedinteger[Any]]
"""(height, width), or (height, width, 3) for red, green and blue."""
Place = tuple[Fraction | float, Fraction | float]
"""Shares of the width from the left and of the height from the top."""
White = tuple[float, float]
"""x, y of CIE 1931."""

MIDDLE: Place = (0.5, 0.5)
D65: White = (0.3127, 0.3290)
PRIMARIES: tuple[White, White, White] = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
"""Red, green and blue of ITU-R BT.709."""
PERCENT = 100
LEAST_CD_M2 = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Gsdf:
    """From black to white along the GSDF, calibrated in a room that adds ``ambient_cd_m2``.

    The ends are met within the 0.1 JND by which the formulas of the GSDF come back.
    """

    black_cd_m2: float
    white_cd_m2: float
    ambient_cd_m2: float = 0.0

    def __call__(self, share: float) -> float:
        """Luminance in cd/m² of the display alone, at a share of the greatest level."""
        first = jnd_index(self.black_cd_m2 + self.ambient_cd_m2)
        last = jnd_index(self.white_cd_m2 + self.ambient_cd_m2)
        return luminance_cd_m2(first + (last - first) * share) - self.ambient_cd_m2


@dataclass(frozen=True, slots=True)
class Gamma:
    """A power of the level, as displays do that nobody calibrated."""

    black_cd_m2: float
    white_cd_m2: float
    exponent: float = 2.2

    def __call__(self, share: float) -> float:
        """As of ``Gsdf``."""
        return self.black_cd_m2 + (self.white_cd_m2 - self.black_cd_m2) * float(
            share**self.exponent
        )


@dataclass(frozen=True, kw_only=True)
class Monitor:
    """One display.

    Attributes:
        curve: Luminance in cd/m² of the display alone at a share of the greatest level.
        bits: Depth of its levels, 8 to 16.
        falloff_percent: How much less light there is in its very corners than in the middle; below
            0: more.
        white: Chromaticity of white, in the middle.
        turn: How far x and y of white change from the left edge to the right one.
        leak: Chromaticity of level 0.
        ambient_cd_m2: What it reflects of the room.
        cold_percent: How much less light it has when it is switched on; ``warm_up_s`` later a
            third (1/e) of that is left.
        faded_percent: How much light it has lost since it was made.
    """

    curve: Callable[[float], float]
    bits: int = 8
    falloff_percent: float = 0.0
    white: White = D65
    turn: tuple[float, float] = (0.0, 0.0)
    leak: White = D65
    ambient_cd_m2: float = 0.0
    cold_percent: float = 0.0
    warm_up_s: float = 600.0
    faded_percent: float = 0.0

    def xyz(
        self, levels: Levels, place: Place = MIDDLE, *, on_s: float = inf, with_room: bool = False
    ) -> tuple[float, float, float]:
        """X, Y, Z in cd/m² of pixels around ``place``, on average; ``with_room`` as seen from afar.

        ``on_s`` seconds after it was switched on; as a rule long ago.
        """
        channels = levels.reshape(-1, 1) if levels.ndim == _GREY else levels.reshape(-1, 3)
        light = np.array([self._mean(each) for each in channels.T])
        colours = _colours(self._white_at(place))
        shown = colours @ light if light.size > 1 else colours.sum(axis=1) * light[0]
        shown += _xyz(self.leak) * self.curve(0.0)
        shown *= self._gain(place, on_s)
        if with_room:
            shown += _xyz(self.white) * self.ambient_cd_m2
        return float(shown[0]), float(shown[1]), float(shown[2])

    def _mean(self, levels: Levels) -> float:
        """Light in cd/m² above that of level 0, were all channels as these pixels of one."""
        each, counts = np.unique(levels, return_counts=True)
        above = [self._luminances[int(level)] for level in each]
        return float(np.dot(above, counts) / levels.size)

    @cached_property
    def _luminances(self) -> Numbers:
        """Above level 0, by level."""
        white = (1 << self.bits) - 1
        known = np.array([self.curve(level / white) for level in range(white + 1)], np.float64)
        above: Numbers = known - known[0]
        return above

    def _gain(self, place: Place, on_s: float) -> float:
        across, down = (2 * float(each) - 1 for each in place)
        falloff = self.falloff_percent * (across**2 + down**2) / 2
        cold = self.cold_percent * exp(-on_s / self.warm_up_s)
        losses = (falloff, cold, self.faded_percent)
        return float(np.prod([1 - each / PERCENT for each in losses]))

    def _white_at(self, place: Place) -> White:
        across = float(place[0]) - 0.5
        return self.white[0] + self.turn[0] * across, self.white[1] + self.turn[1] * across


@dataclass
class Detector:
    """What of a display falls into a meter, and how well it tells.

    Attributes:
        spot_share: Diameter of what it sees, of the lesser side of the screen.
        repeatability_percent: Of single readings, k = 2, by a seeded chance.
        gain_percent: An error that all its readings share.
        sees_room: It stands away from the glass, so the room's light is in its readings.
    """

    spot_share: float = 0.04
    repeatability_percent: float = 0.0
    gain_percent: float = 0.0
    sees_room: bool = False
    seed: int = 1
    _chance: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._chance = Random(self.seed)  # noqa: S311 - a repeatable error, no secret

    def light(
        self, monitor: Monitor, levels: Levels, place: Place = MIDDLE, *, on_s: float = inf
    ) -> Light:
        """What falls in, at ``place`` of a whole screen of ``levels``."""
        under = levels[spot(levels.shape[1], levels.shape[0], place, self.spot_share)]
        return self.seen(monitor.xyz(under, place, on_s=on_s, with_room=self.sees_room))

    def seen(self, xyz: tuple[float, float, float]) -> Light:
        """Tristimulus values in cd/m², with this meter's errors."""
        error = self.gain_percent + self._chance.gauss(0, self.repeatability_percent / 2)
        x, y, z = xyz
        whole = x + y + z
        if not whole:
            return Light(LEAST_CD_M2)
        luminance = max(_rounded(y * (1 + error / PERCENT)), LEAST_CD_M2)
        return Light(luminance, _rounded(x / whole), _rounded(y / whole))


def spot(width: int, height: int, place: Place, share: float) -> tuple[slice, slice]:
    """Rows and columns of the square around ``place`` of a raster; at least a pixel."""
    half = max(share * min(width, height) / 2, 0.5)
    column, row = float(place[0]) * width, float(place[1]) * height
    return _between(row, half, height), _between(column, half, width)


def _between(middle: float, half: float, most: int) -> slice:
    first = min(max(round(middle - half), 0), most - 1)
    return slice(first, max(first + 1, min(round(middle + half), most)))


def _rounded(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))


def _xyz(white: White) -> Numbers:
    """Of a luminance of 1."""
    x, y = white
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _colours(white: White) -> Numbers:
    """X, Y, Z of the three primaries, a column each, that together are ``white`` of luminance 1."""
    columns = np.array([_xyz(each) for each in PRIMARIES]).T
    return np.asarray(columns * np.linalg.solve(columns, _xyz(white)))


_GREY = 2
"""Dimensions of a raster without colour."""
