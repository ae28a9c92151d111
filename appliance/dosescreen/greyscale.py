"""Stored values as ink: modality and VOI transformation, padding, polarity.

Everything is decided on the few levels that occur and how often each does, then applied to the
picture as one look-up table.

**Knows:** PS3.3 C.11.1 (modality LUT, rescale) and C.11.2 (VOI LUT, window), and when such a
transformation would hide the text.
**Does not know:** transfer syntaxes; colour.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sequence import Sequence

_CONVENTIONAL_PADDING = -32768
"""Old consoles fill with the lowest 16-bit value without declaring it."""
_LEVELS = 1 << 16
_ROWS_AT_ONCE = 64

Levels = NDArray[np.float64]
Counts = NDArray[np.float64]


def ink(values: NDArray[Any], dataset: Dataset | None = None) -> NDArray[np.uint8]:
    """Ink of one frame of stored values (rows, columns), 0 paper … 255; all 0 when blank.

    ``dataset`` gives the transformations; without one the values are shown as they are.
    """
    lowest, highest = int(values.min()), int(values.max())
    step = max(1, -(-(highest - lowest + 1) // _LEVELS))
    index = _steps(values, lowest, step)
    size = (highest - lowest) // step + 1
    counts = cv2.calcHist([index], [0], None, [size], [0, size]).ravel().astype(np.float64)
    present = np.flatnonzero(counts)
    levels = (present * step + lowest).astype(np.float64)
    table = np.zeros(size, np.uint8)
    table[present] = _level_ink(levels, counts[present], dataset)
    return looked_up(table, index)


def looked_up(table: NDArray[np.uint8], index: NDArray[Any]) -> NDArray[np.uint8]:
    """``table`` at every ``index`` (rows, columns), a few rows at a time.

    NumPy widens the indices that it takes to eight bytes each.
    """
    result = np.empty(index.shape, np.uint8)
    for first in range(0, len(index), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        result[rows] = table.take(index[rows])
    return result


def _steps(values: NDArray[Any], lowest: int, step: int) -> NDArray[np.uint16]:
    """How many steps each value lies above the lowest."""
    if values.dtype.itemsize > 2:  # noqa: PLR2004 - wider than sixteen bits
        return ((values.astype(np.float64) - lowest) // step).astype(np.uint16)
    return values.astype(np.uint16) - np.uint16(lowest & (_LEVELS - 1))


def _level_ink(levels: Levels, counts: Counts, dataset: Dataset | None) -> NDArray[np.uint8]:
    shown = levels
    hidden = np.zeros(len(levels), bool)
    if dataset is not None:
        hidden = _padding(levels, counts, dataset)
        shown = np.where(hidden, levels[~hidden][0], levels)
        for transform in (_modality, _voi):
            shown = next((seen for seen in transform(shown, dataset) if _keeps(shown, seen)), shown)
    result = contrast(shown, np.where(hidden, 0, counts))
    result[hidden] = 0
    return result


def contrast(shown: Levels, counts: Counts) -> NDArray[np.uint8]:
    """Ink of each level: its distance from the paper on the side where there is more ink.

    The paper is the level most pixels have, so that a wrong Photometric Interpretation does
    not matter.
    """
    span = np.ptp(shown)
    if span == 0:
        return np.zeros(len(shown), np.uint8)
    grey = (shown - shown.min()) * (255 / span)
    paper = np.bincount(np.rint(grey).astype(np.intp), counts).argmax()
    nearest = grey[np.abs(grey - paper).argmin()]
    distance = grey - nearest
    if (distance * counts).sum() < 0:
        distance = -distance
    distance = distance.clip(0)
    result: NDArray[np.uint8] = np.rint(distance * (255 / distance.max())).astype(np.uint8)
    return result


def _padding(levels: Levels, counts: Counts, dataset: Dataset) -> NDArray[np.bool_]:
    """Which levels are pixel padding that would squeeze all others together.

    Padding that most of the picture has, which is its paper, or that lies among the other
    levels, is left alone.
    """
    declared = {_CONVENTIONAL_PADDING, dataset.get("PixelPaddingValue")}
    padding = np.isin(levels, [float(value) for value in declared if isinstance(value, int)])
    others = levels[~padding]
    if padding.sum() != 1 or len(others) < 2 or padding[counts.argmax()]:  # noqa: PLR2004 - span
        return np.zeros(len(levels), bool)
    gap = np.abs(others - levels[padding]).min()
    return padding & bool(gap > np.ptp(others))


def _keeps(before: Levels, after: Levels) -> bool:
    """Whether a transformation leaves most of the levels that can be told apart."""
    return 2 * _distinct(after) > _distinct(before)


def _distinct(levels: Levels) -> int:
    span = np.ptp(levels)
    if not 0 < span < np.inf:
        return int(span == 0)
    return len(np.unique(np.rint((levels - levels.min()) * (255 / span))))


def _modality(levels: Levels, dataset: Dataset) -> Iterator[Levels]:
    for item in _items(dataset, "ModalityLUTSequence"):
        yield _mapped(levels, item)
    slope, intercept = _number(dataset, "RescaleSlope"), _number(dataset, "RescaleIntercept")
    if slope is not None and intercept is not None:
        yield levels * slope + intercept


def _voi(levels: Levels, dataset: Dataset) -> Iterator[Levels]:
    for item in _items(dataset, "VOILUTSequence"):
        yield _mapped(levels, item)
    center, width = _number(dataset, "WindowCenter"), _number(dataset, "WindowWidth")
    if center is not None and width is not None and width > 1:
        # C.11.2.1.2.1; the other VOI LUT Functions differ by less than a grey level or in shape.
        yield np.clip((levels - (center - 0.5)) / (width - 1) + 0.5, 0, 1)


def _items(dataset: Dataset, keyword: str) -> Iterator[Dataset]:
    """The items of a LUT sequence that hold a table."""
    sequence = dataset.get(keyword)
    if isinstance(sequence, Sequence):
        yield from (item for item in sequence if item.get("LUTData") and item.get("LUTDescriptor"))


def _mapped(levels: Levels, item: Dataset) -> Levels:
    data = item.LUTData
    table = np.frombuffer(data, "<u2") if isinstance(data, bytes) else np.atleast_1d(data)
    index = np.clip(np.rint(levels) - int(item.LUTDescriptor[1]), 0, len(table) - 1)
    result: Levels = table.astype(np.float64)[index.astype(np.intp)]
    return result


def _number(dataset: Dataset, keyword: str) -> float | None:
    """The first value of a decimal string; None where there is none, or it is no number."""
    try:
        value = dataset.get(keyword)
        number = float(value if isinstance(value, float | int) else value[0])
    except (IndexError, NotImplementedError, TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None
