"""Compressed slices, decoded: nothing that a codec may have been told besides pixels goes along.

**Knows:** what an uncompressed image says of pixels that were compressed before.
**Does not know:** whose pixels may leave (``pixels``), and how a frame is decoded (``frames``).
"""

from pydicom import DataElement, Dataset
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    JPEGExtended12Bit,
    JPEGLSNearLossless,
)

from appliance.deidentify.outcome import Hindrance
from appliance.deidentify.work import Work
from appliance.errors import UnreadableObjectError
from appliance.frames.codec import BAD_PIXELS
from appliance.frames.samples import OFFSETS, as_native, number_of_frames, stored_frame

PIXEL_DATA = 0x7FE00010
MAY_LOSE = frozenset({HTJ2K, JPEG2000, JPEGExtended12Bit, JPEGLSNearLossless})
"""Transfer syntaxes whose pixels need not be those that were measured."""


def decode(original: Dataset, kept: Dataset, work: Work) -> None:
    """Put the pixels of ``original``, compressed, into ``kept`` as they are before compression.

    Hinders what cannot be decoded, and what has more frames than are decoded here.
    """
    try:
        count = range(number_of_frames(original))
        frames = [stored_frame(original, each).values for each in count]
    except UnreadableObjectError as failure:
        work.hinder(Hindrance.COMPRESSED, failure.what)
        return
    except BAD_PIXELS:
        work.hinder(Hindrance.COMPRESSED)
        return
    shape = (int(original.Rows), int(original.Columns))
    width = int(original.BitsAllocated) // 8
    if any(each.shape != shape or each.dtype.itemsize != width for each in frames):
        work.hinder(Hindrance.COMPRESSED, "another size")
        return
    content = b"".join(map(as_native, frames))
    kept[PIXEL_DATA] = DataElement(PIXEL_DATA, "OW", content)
    for tag in OFFSETS:
        kept.pop(tag, None)
    if UID(original.file_meta.TransferSyntaxUID) in MAY_LOSE:
        kept.LossyImageCompression = kept.get("LossyImageCompression") or "01"
