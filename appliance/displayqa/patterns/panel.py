"""The panel that a pattern is drawn for, and its levels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.displayqa.level import EIGHT_BITS, at_depth

Raster = NDArray[np.unsignedinteger[Any]]
"""Levels by row and column, and by red, green and blue where a pattern has colour."""

LEAST_PX, GREATEST_PX = 600, 8192
LEAST_BITS, GREATEST_BITS = 8, 16


@dataclass(frozen=True, slots=True)
class Panel:
    """Its native size in pixels, as it stands, and the depth of its levels.

    Raises ValueError for a size or depth that no pattern can be drawn at.
    """

    width_px: int
    height_px: int
    bits: int = EIGHT_BITS

    def __post_init__(self) -> None:
        for px in (self.width_px, self.height_px):
            if not LEAST_PX <= px <= GREATEST_PX:
                raise ValueError(f"{px} px is not within {LEAST_PX} to {GREATEST_PX} px")
        if not LEAST_BITS <= self.bits <= GREATEST_BITS:
            raise ValueError(f"{self.bits} bits is not within {LEAST_BITS} to {GREATEST_BITS}")

    @property
    def side_px(self) -> int:
        """Of the greatest square in its middle."""
        return min(self.width_px, self.height_px)

    @property
    def white(self) -> int:
        """The greatest level."""
        return (1 << self.bits) - 1

    def level(self, eight_bit: int) -> int:
        """The level nearest to ``eight_bit``/255 of white."""
        return at_depth(eight_bit, self.bits)[0]

    def shifted(self, eight_bit: int) -> int:
        """``eight_bit`` shifted to the panel's depth, as TG18-LN12 counts: 255 is 4080 of 4095."""
        return at_depth(eight_bit, self.bits)[-1]

    def step(self, eight_bit: int) -> int:
        """A difference of levels, of either sign; one that is not 0 stays a difference."""
        size = self.level(abs(eight_bit))
        return size if eight_bit >= 0 else -size

    def blank(self, channels: int) -> Raster:
        """Level 0 everywhere, of the shape that a pattern with ``channels`` has."""
        size = (self.height_px, self.width_px)
        dtype = np.uint8 if self.bits == EIGHT_BITS else np.uint16
        return np.zeros(size if channels == 1 else (*size, channels), dtype)
