"""What a compressed frame says of itself.

Its own header decides how much memory a codec takes and what comes out, so it is compared with
the data set before decoding.

**Knows:** the frame header of JPEG and JPEG-LS (ISO/IEC 10918-1 B.2.2) and of JPEG 2000
(ISO/IEC 15444-1 A.5.1).
**Does not know:** data sets; how to decode.
"""

import struct
from typing import NamedTuple

_START_OF_FRAME = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
_ALONE = {0x01, *range(0xD0, 0xD9)}
_FILL = 0xFF
_J2K_START = b"\xff\x4f\xff\x51"
_JP2_BOXES = 4096


class Header(NamedTuple):
    """What a codestream says of itself."""

    rows: int
    columns: int
    components: int


def header(frame: bytes) -> Header | None:
    """The frame header; None when it is no codestream that has one, or it is cut short."""
    try:
        start = frame.find(_J2K_START, 0, _JP2_BOXES)
        if start >= 0:
            width, height, left, top = struct.unpack_from(">4I", frame, start + 8)
            (components,) = struct.unpack_from(">H", frame, start + 40)
            return Header(height - top, width - left, components)
        return _jpeg_header(frame) if frame[:2] == b"\xff\xd8" else None
    except struct.error:
        return None


def _jpeg_header(frame: bytes) -> Header | None:
    at = 2
    while frame[at : at + 1] == b"\xff":
        (marker,) = struct.unpack_from(">B", frame, at + 1)
        if marker in _START_OF_FRAME:
            return Header(*struct.unpack_from(">2HB", frame, at + 5))
        if marker == _FILL:
            at += 1
        elif marker in _ALONE:
            at += 2
        else:
            at += 2 + struct.unpack_from(">H", frame, at + 2)[0]
    return None
