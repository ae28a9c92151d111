"""Stored pixel values as Hounsfield units (PS3.3 C.7.6.3, C.8.2.1), uncompressed ones only."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian

from appliance.headers.element import Layers, number, numbers, text
from appliance.headers.size.refusal import Unfit
from appliance.sop_classes import NATIVE_SYNTAXES

Section = NDArray[np.float32]
Stored = NDArray[np.integer[Any]]
NATIVE = {*map(str, NATIVE_SYNTAXES), ""}
"""Transfer syntaxes whose values lie there as they are; none named is Implicit VR."""
MOST_PIXELS = 2048 * 2048
SPACINGS_MM = (Decimal("0.1"), Decimal(8))
STEEPEST, FARTHEST = 100, 100_000
"""Slope and intercept of a rescaling that can still be one to Hounsfield units."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """One axial section.

    Attributes:
        hounsfield: Rows by columns.
        padded: Which pixels were not reconstructed, by Pixel Padding Value (0028,0120).
        row_mm: From one row to the next.
        column_mm: From one column to the next.
    """

    hounsfield: Section
    padded: NDArray[np.bool_]
    row_mm: float
    column_mm: float


def stored_values(dataset: Dataset, frame: int | None) -> Stored | Unfit:
    """The values of an uncompressed object, or of one of its frames; never a codec."""
    if "PixelData" not in dataset:
        return Unfit.NO_PIXELS
    meta = getattr(dataset, "file_meta", None)
    syntax = str(meta.get("TransferSyntaxUID", "")) if meta is not None else ""
    if syntax not in NATIVE:
        return Unfit.COMPRESSED
    shape = _shape(dataset)
    if shape is None:
        return Unfit.NO_PIXELS
    kind = _kind(dataset, big=syntax == str(ExplicitVRBigEndian))
    start = (frame or 0) * shape[0] * shape[1] * kind.itemsize
    data = dataset.PixelData
    if not isinstance(data, bytes) or len(data) < start + shape[0] * shape[1] * kind.itemsize:
        return Unfit.NO_PIXELS
    return np.frombuffer(data, kind, shape[0] * shape[1], start).reshape(shape)


def _shape(dataset: Dataset) -> tuple[int, int] | None:
    """Rows and columns of one sample of 16 bits, the only form of CT images (PS3.3 C.8.2.1)."""
    rows, columns, bits = (
        number((dataset,), keyword) for keyword in ("Rows", "Columns", "BitsAllocated")
    )
    one_sample = number((dataset,), "SamplesPerPixel") == 1
    if not rows or not columns or bits != 16 or not one_sample:  # noqa: PLR2004
        return None
    return (int(rows), int(columns)) if 0 < rows * columns <= MOST_PIXELS else None


def _kind(dataset: Dataset, *, big: bool) -> np.dtype[Any]:
    sign = "i" if number((dataset,), "PixelRepresentation") == 1 else "u"
    return np.dtype(f"{'>' if big else '<'}{sign}2")


def pixels_of(layers: Layers, stored: Stored) -> Pixels | Unfit:
    """``stored`` as Hounsfield units, by what the image or its frame says of them."""
    spacing = numbers(layers, "PixelSpacing")
    slope, intercept = number(layers, "RescaleSlope"), number(layers, "RescaleIntercept")
    low, high = SPACINGS_MM
    if len(spacing) != 2 or not low <= min(spacing) <= max(spacing) <= high:  # noqa: PLR2004
        return Unfit.NO_PIXEL_SPACING
    if slope is None or intercept is None or not 0 < slope <= STEEPEST:
        return Unfit.NOT_HOUNSFIELD
    if abs(intercept) > FARTHEST:
        return Unfit.NOT_HOUNSFIELD
    if text(layers, "RescaleType") not in {"", "HU"}:
        return Unfit.NOT_HOUNSFIELD
    values = _signed(layers, stored)
    hounsfield = values.astype(np.float32) * np.float32(slope) + np.float32(intercept)
    padded = _padded(layers, values)
    if values is not stored:
        padded |= _padded(layers, stored)  # written without regard to Bits Stored
    return Pixels(hounsfield, padded, float(spacing[0]), float(spacing[1]))


def _signed(layers: Layers, stored: Stored) -> Stored:
    """The values in the bits that are stored; what stands above them is no value."""
    bits = number(layers, "BitsStored")
    if bits is None or not 0 < bits < 16:  # noqa: PLR2004 - bits allocated
        return stored
    unused = 16 - int(bits)
    if number(layers, "PixelRepresentation") == 1:
        return (stored.astype(np.int16) << unused) >> unused
    return stored & ((1 << int(bits)) - 1)


def _padded(layers: Layers, values: Stored) -> NDArray[np.bool_]:
    """PS3.3 C.7.5.1.1.2; a range of values where its limit is given."""
    padding, limit = number(layers, "PixelPaddingValue"), number(layers, "PixelPaddingRangeLimit")
    if padding is None:
        return np.zeros(values.shape, np.bool_)
    ends = sorted((int(padding), int(padding if limit is None else limit)))
    return np.asarray((values >= ends[0]) & (values <= ends[1]))
