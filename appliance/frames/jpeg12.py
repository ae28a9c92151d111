"""JPEG Extended with 12-bit samples: the one kind of frame that pydicom leaves to us.

**Knows:** pydicom's plug-in protocol, and GDCM's decoder.
**Does not know:** anything else.
"""

import gdcm
from pydicom.pixels.decoders.base import DecodeRunner
from pydicom.uid import JPEGExtended12Bit

DECODER_DEPENDENCIES = {JPEGExtended12Bit: ("gdcm",)}
"""What the plug-in needs."""


def is_available(uid: str) -> bool:
    """Whether ``decode_frame`` decodes this transfer syntax (pydicom's plug-in protocol)."""
    return uid in DECODER_DEPENDENCIES


def decode_frame(source: bytes, runner: DecodeRunner) -> bytes:
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
