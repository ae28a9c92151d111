"""Compressed frames: the size they claim, and the one kind pydicom leaves to us.

A codestream's own size decides how much memory a codec takes, so it is compared with the data
set's before decoding.

**Knows:** the frame header of JPEG and JPEG-LS (ISO/IEC 10918-1 B.2.2) and of JPEG 2000
(ISO/IEC 15444-1 A.5.1); GDCM's decoder for 12-bit JPEG.
**Does not know:** data sets.
"""

import struct

import gdcm
from pydicom.pixels.decoders.base import DecodeRunner
from pydicom.uid import JPEGExtended12Bit

DECODER_DEPENDENCIES = {JPEGExtended12Bit: ("gdcm",)}
"""A decoder plug-in of pydicom has to name what it needs."""

_START_OF_FRAME = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
_ALONE = {0x01, 0xFF, *range(0xD0, 0xD9)}
_J2K_START = b"\xff\x4f\xff\x51"
_JP2_BOXES = 4096


def size(frame: bytes) -> tuple[int, int] | None:
    """(rows, columns) as the codestream has them; None when it is none that has them."""
    start = frame.find(_J2K_START, 0, _JP2_BOXES)
    if start >= 0:
        header = frame[start + 8 : start + 24]
        if len(header) < 16:  # noqa: PLR2004 - Xsiz, Ysiz, XOsiz, YOsiz of four bytes each
            return None
        width, height, left, top = struct.unpack(">4I", header)
        return height - top, width - left
    return _jpeg_size(frame) if frame[:2] == b"\xff\xd8" else None


def _jpeg_size(frame: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(frame) and frame[at] == 0xFF:  # noqa: PLR2004 - every marker starts so
        marker = frame[at + 1]
        if marker in _START_OF_FRAME:
            rows, columns = struct.unpack(">2H", frame[at + 5 : at + 9])
            return rows, columns
        if marker == 0xFF:  # noqa: PLR2004 - fill byte
            at += 1
        elif marker in _ALONE:
            at += 2
        else:
            at += 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
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
