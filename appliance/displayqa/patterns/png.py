"""A raster as a PNG file, bytes that depend on the levels alone.

More than 8 bits become 16, spread over the whole range, and the true depth is told (sBIT), so that
any viewer shows the pattern and every level can be had back (ISO/IEC 15948, 12.4 and 11.3.2.7).
"""

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.displayqa.patterns.panel import Panel, Raster

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREYSCALE, TRUECOLOUR = 0, 2
NO_FILTER = b"\0"
EIGHT, SIXTEEN = 8, 16


def as_png(raster: Raster, panel: Panel) -> bytes:
    """``raster`` of levels of ``panel``, as ``drawn`` returns it."""
    channels = 1 if raster.ndim == 2 else raster.shape[2]  # noqa: PLR2004 - rows and columns
    depth, kind = (
        EIGHT if panel.bits == EIGHT else SIXTEEN,
        GREYSCALE if channels == 1 else TRUECOLOUR,
    )
    header = struct.pack(">IIBBBBB", panel.width_px, panel.height_px, depth, kind, 0, 0, 0)
    rows = b"".join(NO_FILTER + row.tobytes() for row in _samples(raster, panel))
    chunks = (
        (b"IHDR", header),
        (b"sBIT", bytes([panel.bits] * channels)),
        (b"IDAT", zlib.compress(rows, 6)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(_chunk(name, content) for name, content in chunks)


def _samples(raster: Raster, panel: Panel) -> NDArray[Any]:
    if panel.bits == EIGHT:
        return raster
    most = 2**SIXTEEN - 1
    spread = (raster.astype(np.uint64) * most + panel.white // 2) // panel.white
    return np.asarray(spread.astype(">u2"))


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
