"""A pattern as a page is sent it: PNG, and the check sum of the pixels that it has to draw."""

import zlib
from dataclasses import dataclass

import numpy as np

from appliance.displayqa.patterns import Member, Panel, Raster, drawn
from appliance.displayqa.patterns.png import as_png

OPAQUE = 255


@dataclass(frozen=True, slots=True)
class Picture:
    """``png`` of ``width_px`` x ``height_px``; ``crc32`` of its pixels as red, green, blue, 255."""

    png: bytes
    width_px: int
    height_px: int
    crc32: int


def picture(member: Member, panel: Panel, surround: int | None = None) -> Picture:
    """``member`` for ``panel``, whose depth is 8 bits, the most a page shows; as ``drawn``."""
    raster = drawn(member, panel, surround)
    check = zlib.crc32(_pixels(raster))
    return Picture(as_png(raster, panel), panel.width_px, panel.height_px, check)


def _pixels(raster: Raster) -> bytes:
    height, width = raster.shape[:2]
    pixels = np.full((height, width, 4), OPAQUE, np.uint8)
    pixels[..., :3] = raster if raster.ndim == pixels.ndim else raster[..., None]
    return pixels.tobytes()
