"""Pixel data as stored values, a frame at a time, within bounds.

**Knows:** transfer syntaxes (through pydicom and GDCM), Bits Allocated, Stored and High Bit, and
how much a dose screen may ask for.
**Does not know:** what the values look like on a display.
"""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import get_frame
from pydicom.uid import UID, ExplicitVRBigEndian, ImplicitVRLittleEndian, RLELossless

from appliance.errors import UnreadableObjectError
from appliance.frames import codestream
from appliance.frames.codec import Codec, as_decoded

MAX_FRAMES = 64
MAX_PIXELS = 64 << 20
"""Over all frames of an object together."""

OFFSETS = (0x7FE00001, 0x7FE00002)
"""Where compressed frames begin, and how long they are; not there once they are decoded."""

_ENCAPSULATION_SLACK = 1 << 16

_CODEC = Codec()


@dataclass(frozen=True, slots=True, eq=False)
class StoredFrame:
    """One decoded frame.

    Attributes:
        values: (rows, columns) stored values with unused bits removed and the sign applied, or
            (rows, columns, 3) where ``photometric_interpretation`` names a colour space.
        words: (rows, columns) as decoded, unused high bits still in; None for colour.
        photometric_interpretation: Of ``values``: YBR_FULL has become RGB.
        range: How many values Bits Stored allows.
    """

    values: NDArray[Any]
    words: NDArray[Any] | None
    photometric_interpretation: str
    range: int


def transfer_syntax(dataset: Dataset) -> str:
    """(0002,0010), or what an object without a meta header was read as."""
    meta = getattr(dataset, "file_meta", None)
    if meta is not None and meta.get("TransferSyntaxUID"):
        return str(meta.TransferSyntaxUID)
    big_endian = dataset.original_encoding[1] is False
    return str(ExplicitVRBigEndian if big_endian else ImplicitVRLittleEndian)


def number_of_frames(dataset: Dataset) -> int:
    """Frames of pixel data; 0 where there is none.

    Raises:
        UnreadableObjectError: More frames or pixels than a dose screen can have.
    """
    if not dataset.get("PixelData"):
        return 0
    frames = int(dataset.get("NumberOfFrames") or 1)
    pixels = int(dataset.Rows) * int(dataset.Columns) * frames
    depth = int(dataset.BitsAllocated) * int(dataset.SamplesPerPixel)
    check_size(pixels, frames)
    if len(dataset.PixelData) > 2 * pixels * depth // 8 + _ENCAPSULATION_SLACK * frames:
        raise UnreadableObjectError(
            f"{len(dataset.PixelData)} bytes of pixel data for {pixels} pixels"
        )
    return frames


def check_size(pixels: int, frames: int) -> None:
    """Raise UnreadableObjectError unless a dose screen may be this large."""
    if not 0 < frames <= MAX_FRAMES:
        raise UnreadableObjectError(f"{frames} frames; the limit is {MAX_FRAMES}")
    if not 0 < pixels <= MAX_PIXELS:
        raise UnreadableObjectError(f"{pixels} pixels; the limit is {MAX_PIXELS >> 20} megapixels")


def stored_frame(dataset: Dataset, index: int) -> StoredFrame:
    """Decode frame ``index`` (from 0), which ``number_of_frames`` must have allowed.

    Raises what is in ``BAD_PIXELS`` when the pixel data cannot be decoded.
    """
    syntax = UID(transfer_syntax(dataset))
    if syntax.is_encapsulated:
        frames = int(dataset.get("NumberOfFrames") or 1)
        frame = get_frame(dataset.PixelData, index, number_of_frames=frames)
        _check_codestream(dataset, syntax, frame)
        words, interpretation = _CODEC.decode(dataset, syntax, frame)
    else:
        words, interpretation = as_decoded(dataset, syntax, index)
    stored = int(dataset.BitsStored)
    colour = words.ndim > 2  # noqa: PLR2004 - rows, columns, samples
    values = words if colour else stored_values(words, dataset)
    return StoredFrame(values, None if colour else words, interpretation, 1 << stored)


def dismiss_codec() -> None:
    """End the child that decodes, until it is needed again: somebody else needs its memory."""
    _CODEC.close()


def _check_codestream(dataset: Dataset, syntax: UID, frame: bytes) -> None:
    """Refuse a compressed frame that says another thing of itself than the data set does."""
    described = (dataset.Rows, dataset.Columns, dataset.SamplesPerPixel)
    found = codestream.header(frame)
    if syntax != RLELossless and found != described:
        raise ValueError(f"compressed as {found}, described as {described}")


def as_native(words: NDArray[Any]) -> bytes:
    """A frame as uncompressed pixel data in little endian has it (PS3.5 8.2)."""
    return words.astype(words.dtype.newbyteorder("<")).tobytes()


def stored_values(words: NDArray[Any], dataset: Dataset) -> NDArray[Any]:
    """``words`` with the bits outside High Bit … High Bit + 1 - Bits Stored removed.

    PS3.5 8.1.1: their content is not specified; retired overlays live there.
    """
    allocated = words.dtype.itemsize * 8
    stored, high = int(dataset.BitsStored), int(dataset.get("HighBit", dataset.BitsStored - 1))
    if not 0 < stored <= high + 1 <= allocated or stored == allocated:
        return words
    topmost: NDArray[Any] = words << (allocated - 1 - high)
    return topmost >> (allocated - stored)
