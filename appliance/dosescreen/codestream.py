"""Compressed frames: what they claim to be, and the one kind pydicom leaves to us.

A codestream's own header decides how much memory a codec takes, and GDCM ends the process when
it contradicts the data set; so the two are compared before decoding.

**Knows:** the frame header of JPEG and JPEG-LS (ISO/IEC 10918-1 B.2.2) and of JPEG 2000
(ISO/IEC 15444-1 A.5.1); GDCM's decoder for 12-bit JPEG.
**Does not know:** data sets.
"""

import struct
from typing import NamedTuple

import gdcm
from pydicom.pixels.decoders.base import DecodeRunner
from pydicom.uid import JPEGExtended12Bit

DECODER_DEPENDENCIES = {JPEGExtended12Bit: ("gdcm",)}
"""A decoder plug-in of pydicom has to name what it needs."""

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


def is_available(uid: str) -> bool:
    """Whether ``decode_12_bit`` decodes this transfer syntax (pydicom's plug-in protocol)."""
    return uid in DECODER_DEPENDENCIES


def decode_12_bit(source: bytes, runner: DecodeRunner) -> bytes:
    """Decode one greyscale frame of JPEG Extended with 12-bit samples by GDCM."""
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(source)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((runner.columns, runner.rows, 1))
    image.SetDataElement(element)
    kind = gdcm.PhotometricInterpretation.GetPIType(str(runner.photometric_interpretation))
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(kind))
    syntax = gdcm.TransferSyntax.GetTSType(str(JPEGExtended12Bit))
    image.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    stored = runner.bits_stored
    image.SetPixelFormat(
        gdcm.PixelFormat(
            runner.samples_per_pixel,
            runner.bits_allocated,
            stored,
            stored - 1,
            runner.pixel_representation,
        )
    )
    decoded: str | None = image.GetBuffer()
    if decoded is None:
        raise ValueError("GDCM cannot decode this 12-bit JPEG")
    return decoded.encode("utf-8", "surrogateescape")
