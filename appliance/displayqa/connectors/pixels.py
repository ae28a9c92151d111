"""Levels as they lie in the card's memory: one word of 32 bits a pixel."""

from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.displayqa.patterns import Panel, Raster

Words = NDArray[np.uint32]
LITTLE_ENDIAN = np.dtype("<u4")
"""The kernel's order, whatever the machine's."""
COLOURS = 3


class PixelFormat(Enum):
    """The kernel's four letters, and how many bits red, green and blue have each."""

    XRGB8888 = ("XR24", 8)
    XRGB2101010 = ("XR30", 10)

    @property
    def code(self) -> int:
        """As the kernel numbers it."""
        return int.from_bytes(self.value[0].encode("ascii"), "little")

    @property
    def bits(self) -> int:
        """Of each colour."""
        return self.value[1]


def format_of(bits: int) -> PixelFormat:
    """The one of this depth. Raises ValueError where there is none."""
    for each in PixelFormat:
        if each.bits == bits:
            return each
    raise ValueError(f"{bits} bits is neither 8 nor 10")


def packed(raster: Raster, panel: Panel) -> Words:
    """``raster`` of levels of ``panel`` as words, (height, width).

    Raises ValueError for what is not drawn for the panel.
    """
    if raster.shape[:2] != (panel.height_px, panel.width_px) or raster.ndim > COLOURS:
        raise ValueError(f"{raster.shape} is not the size of the panel")
    if raster.size and int(raster.max()) > panel.white:
        raise ValueError(f"level {raster.max()} is above {panel.white}")
    bits = format_of(panel.bits).bits
    red, green, blue = (_channel(raster, each).astype(np.uint32) for each in range(COLOURS))
    return np.asarray(red << (2 * bits) | green << bits | blue, np.uint32)


def placed(words: Words, quarter_turns: int) -> Words:
    """For a panel that stands turned clockwise by so many quarters, as it scans its lines."""
    return np.rot90(words, quarter_turns)


def _channel(raster: Raster, which: int) -> NDArray[Any]:
    return raster if raster.ndim < COLOURS else raster[:, :, which]
