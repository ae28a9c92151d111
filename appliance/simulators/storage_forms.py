"""The forms in which consoles and archives store the same picture.

Each form writes the Image Pixel module (and what belongs to it) of a picture of ink into a data
set. Lossless forms keep every pixel; ``LOSSY`` names the others.

**Knows:** encodings of pixels.
**Does not know:** what the picture shows.
"""

from collections.abc import Callable
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import convert_color_space
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
)

Picture = NDArray[np.uint8]


class StorageForm(StrEnum):
    """How the pixels of a Secondary Capture are stored."""

    PLAIN = "plain"
    INVERSE = "inverse"
    MISLABELLED = "mislabelled"
    TWELVE_BITS = "12-bit"
    SIXTEEN_BITS = "16-bit"
    PADDED = "padded"
    ONE_BIT = "1-bit"
    RGB = "rgb"
    RGB_PLANES = "rgb-planes"
    BLUE_ON_BLACK = "blue-on-black"
    RED_ON_GREY = "red-on-grey"
    YBR_FULL = "ybr-full"
    YBR_FULL_422 = "ybr-full-422"
    PALETTE = "palette"
    PALETTE_16 = "palette-16"
    OVERLAY = "overlay"
    OVERLAY_ONLY = "overlay-only"
    HIGH_BIT_OVERLAY = "high-bit-overlay"
    IMPLICIT = "implicit"
    BIG_ENDIAN = "big-endian"
    RLE = "rle"
    JPEG_2000 = "jpeg-2000"
    SHIFTED = "shifted"
    JPEG = "jpeg"
    RESAMPLED = "resampled"


LOSSY = frozenset({StorageForm.JPEG})
"""Forms whose pixels went through a lossy compression."""

MOVED = frozenset({StorageForm.SHIFTED, StorageForm.RESAMPLED})
"""Forms whose picture is not the one that was drawn, pixel for pixel."""

TWO_LEVELS = frozenset(
    {
        StorageForm.ONE_BIT,
        StorageForm.OVERLAY,
        StorageForm.OVERLAY_ONLY,
        StorageForm.HIGH_BIT_OVERLAY,
        StorageForm.SIXTEEN_BITS,
    }
)
"""Forms that can only hold paper and ink, nothing between."""


def store(picture: Picture, form: StorageForm, dataset: Dataset) -> None:
    """Write ``picture`` into ``dataset`` in a form, with its transfer syntax."""
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    _WRITERS[form](picture, dataset)


def _grey(dataset: Dataset, words: NDArray[np.generic], stored: int, kind: str) -> None:
    dataset.Rows, dataset.Columns = words.shape[:2]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = kind
    dataset.BitsAllocated = words.dtype.itemsize * 8
    dataset.BitsStored, dataset.HighBit = stored, stored - 1
    dataset.PixelRepresentation = int(words.dtype.kind == "i")
    _pixels(dataset, words.tobytes())


def _pixels(dataset: Dataset, data: bytes) -> None:
    dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset["PixelData"].VR = "OW" if dataset.BitsAllocated > 8 else "OB"  # noqa: PLR2004 - a byte


def _plain(picture: Picture, dataset: Dataset) -> None:
    _grey(dataset, picture, 8, "MONOCHROME2")
    dataset.WindowCenter, dataset.WindowWidth = "128", "256"


def _inverse(picture: Picture, dataset: Dataset) -> None:
    _grey(dataset, 255 - picture, 8, "MONOCHROME1")


def _mislabelled(picture: Picture, dataset: Dataset) -> None:
    _grey(dataset, picture, 8, "MONOCHROME1")


def _twelve_bits(picture: Picture, dataset: Dataset) -> None:
    _grey(dataset, picture.astype("<u2") * 16, 12, "MONOCHROME2")
    dataset.WindowCenter, dataset.WindowWidth = "2040", "4081"


def _sixteen_bits(picture: Picture, dataset: Dataset) -> None:
    """As GE stores a screen: 0 and 1023, intercept -1024, a window of one value."""
    _grey(dataset, np.where(picture, 1023, 0).astype("<i2"), 16, "MONOCHROME2")
    dataset.RescaleIntercept, dataset.RescaleSlope = "-1024", "1"
    dataset.WindowCenter, dataset.WindowWidth = "-2", "1"


def _padded(picture: Picture, dataset: Dataset) -> None:
    """A dark frame around the screen that is no part of it."""
    words = picture.astype("<i2") * 4
    words[:4] = words[-4:] = words[:, :4] = words[:, -4:] = -32768
    _grey(dataset, words, 16, "MONOCHROME2")
    dataset.add_new("PixelPaddingValue", "SS", -32768)


def _one_bit(picture: Picture, dataset: Dataset) -> None:
    _grey(dataset, picture, 8, "MONOCHROME2")
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 1, 1, 0
    _pixels(dataset, np.packbits(picture > 0, bitorder="little").tobytes())


def _colour(dataset: Dataset, samples: NDArray[np.uint8], kind: str) -> None:
    _grey(dataset, samples, 8, kind)
    dataset.SamplesPerPixel, dataset.PlanarConfiguration = 3, 0


def _rgb(picture: Picture, dataset: Dataset) -> None:
    _colour(dataset, np.dstack([picture] * 3), "RGB")


def _rgb_planes(picture: Picture, dataset: Dataset) -> None:
    _colour(dataset, np.dstack([picture] * 3), "RGB")
    dataset.PlanarConfiguration = 1
    _pixels(dataset, picture.tobytes() * 3)


def _blend(picture: Picture, ink: tuple[int, ...], paper: tuple[int, ...]) -> NDArray[np.uint8]:
    share = picture[..., np.newaxis] / 255
    mixed = share * np.array(ink) + (1 - share) * np.array(paper)
    return np.asarray(np.rint(mixed), np.uint8)


def _blue_on_black(picture: Picture, dataset: Dataset) -> None:
    _colour(dataset, _blend(picture, (0, 0, 255), (0, 0, 0)), "RGB")


def _red_on_grey(picture: Picture, dataset: Dataset) -> None:
    _colour(dataset, _blend(picture, (255, 0, 0), (127, 127, 127)), "RGB")


def _ybr_full(picture: Picture, dataset: Dataset) -> None:
    samples = convert_color_space(np.dstack([picture] * 3), "RGB", "YBR_FULL")
    _colour(dataset, samples, "YBR_FULL")


def _ybr_full_422(picture: Picture, dataset: Dataset) -> None:
    """Y Y B R for every two pixels (PS3.3 C.7.6.3.1.2)."""
    _colour(dataset, np.dstack([picture] * 3), "YBR_FULL_422")
    pairs = picture.reshape(-1, 2)
    _pixels(dataset, np.hstack([pairs, np.full_like(pairs, 128)]).tobytes())


def _palette(picture: Picture, dataset: Dataset) -> None:
    _grey(dataset, picture, 8, "PALETTE COLOR")
    _tables(dataset, np.arange(256, dtype="<u2"), 8)


def _palette_16(picture: Picture, dataset: Dataset) -> None:
    _grey(dataset, picture, 8, "PALETTE COLOR")
    _tables(dataset, np.arange(256, dtype="<u2") * 257, 16)


def _tables(dataset: Dataset, ramp: NDArray[np.uint16], depth: int) -> None:
    data = (ramp.astype(np.uint8) if depth == 8 else ramp).tobytes()  # noqa: PLR2004 - bits
    for name in ("Red", "Green", "Blue"):
        descriptor = f"{name}PaletteColorLookupTableDescriptor"
        dataset.add_new(descriptor, "US", [len(ramp), 0, depth])
        dataset.add_new(f"{name}PaletteColorLookupTableData", "OW", data)


def _overlay(picture: Picture, dataset: Dataset) -> None:
    """The text in the first overlay plane, over empty pixels."""
    _plain(np.zeros_like(picture), dataset)
    _plane(picture, dataset)


def _overlay_only(picture: Picture, dataset: Dataset) -> None:
    _plane(picture, dataset)


def _plane(picture: Picture, dataset: Dataset) -> None:
    data = np.packbits(picture > 0, bitorder="little").tobytes()
    dataset.add_new((0x6000, 0x0010), "US", picture.shape[0])
    dataset.add_new((0x6000, 0x0011), "US", picture.shape[1])
    dataset.add_new((0x6000, 0x0040), "CS", "G")
    dataset.add_new((0x6000, 0x0050), "SS", [1, 1])
    dataset.add_new((0x6000, 0x0100), "US", 1)
    dataset.add_new((0x6000, 0x0102), "US", 0)
    dataset.add_new((0x6000, 0x3000), "OW", data + b"\0" * (len(data) % 2))


def _high_bit_overlay(picture: Picture, dataset: Dataset) -> None:
    """The retired form: a bit above the stored ones of every pixel."""
    _grey(dataset, np.where(picture, 1 << 12, 0).astype("<u2"), 12, "MONOCHROME2")
    dataset.add_new((0x6000, 0x0010), "US", picture.shape[0])
    dataset.add_new((0x6000, 0x0011), "US", picture.shape[1])
    dataset.add_new((0x6000, 0x0040), "CS", "G")
    dataset.add_new((0x6000, 0x0050), "SS", [1, 1])
    dataset.add_new((0x6000, 0x0100), "US", 16)
    dataset.add_new((0x6000, 0x0102), "US", 12)


def _implicit(picture: Picture, dataset: Dataset) -> None:
    _plain(picture, dataset)
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    dataset["PixelData"].VR = "OW"


def _big_endian(picture: Picture, dataset: Dataset) -> None:
    words = picture.astype("<u2")
    _grey(dataset, words, 8, "MONOCHROME2")
    dataset.PixelData = words.astype(">u2").tobytes()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian


def _rle(picture: Picture, dataset: Dataset) -> None:
    _plain(picture, dataset)
    dataset.compress(RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)


def _jpeg_2000(picture: Picture, dataset: Dataset) -> None:
    _plain(picture, dataset)
    options = [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000]
    file = cv2.imencode(".jp2", picture, options)[1].tobytes()
    _encapsulated(dataset, file[file.index(b"\xff\x4f\xff\x51") :], JPEG2000Lossless)


def _jpeg(picture: Picture, dataset: Dataset) -> None:
    _plain(picture, dataset)
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 75])[1].tobytes()
    _encapsulated(dataset, data, JPEGBaseline8Bit)
    dataset.LossyImageCompression = "01"
    dataset.LossyImageCompressionRatio = f"{picture.size / len(data):.2f}"
    dataset.LossyImageCompressionMethod = "ISO_10918_1"


def _encapsulated(dataset: Dataset, frame: bytes, syntax: UID) -> None:
    _pixels(dataset, encapsulate([frame]))
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = syntax


def _shifted(picture: Picture, dataset: Dataset) -> None:
    """Every row seven pixels to the right and three down, as after another screen grab."""
    _plain(np.roll(picture, (3, 7), (0, 1)), dataset)


def _resampled(picture: Picture, dataset: Dataset) -> None:
    """An archive's larger matrix, interpolated."""
    larger = cv2.resize(picture, None, fx=1.25, fy=1.25, interpolation=cv2.INTER_LINEAR)
    _plain(np.asarray(larger, np.uint8), dataset)


_WRITERS: dict[StorageForm, Callable[[Picture, Dataset], None]] = {
    StorageForm.PLAIN: _plain,
    StorageForm.INVERSE: _inverse,
    StorageForm.MISLABELLED: _mislabelled,
    StorageForm.TWELVE_BITS: _twelve_bits,
    StorageForm.SIXTEEN_BITS: _sixteen_bits,
    StorageForm.PADDED: _padded,
    StorageForm.ONE_BIT: _one_bit,
    StorageForm.RGB: _rgb,
    StorageForm.RGB_PLANES: _rgb_planes,
    StorageForm.BLUE_ON_BLACK: _blue_on_black,
    StorageForm.RED_ON_GREY: _red_on_grey,
    StorageForm.YBR_FULL: _ybr_full,
    StorageForm.YBR_FULL_422: _ybr_full_422,
    StorageForm.PALETTE: _palette,
    StorageForm.PALETTE_16: _palette_16,
    StorageForm.OVERLAY: _overlay,
    StorageForm.OVERLAY_ONLY: _overlay_only,
    StorageForm.HIGH_BIT_OVERLAY: _high_bit_overlay,
    StorageForm.IMPLICIT: _implicit,
    StorageForm.BIG_ENDIAN: _big_endian,
    StorageForm.RLE: _rle,
    StorageForm.JPEG_2000: _jpeg_2000,
    StorageForm.SHIFTED: _shifted,
    StorageForm.JPEG: _jpeg,
    StorageForm.RESAMPLED: _resampled,
}
