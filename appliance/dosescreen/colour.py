"""Coloured pictures as ink: how far each pixel is from the paper's colour.

The largest difference over the channels is taken, not luma, so that blue on black or red on
grey keeps its contrast. A picture without any colour goes the way of greyscale.

**Knows:** colour tables and colour channels of any linear space.
**Does not know:** transfer syntaxes; windows.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.pixels.processing import apply_color_lut

from appliance.dosescreen import greyscale

_COARSE_BITS = 5


def palette(values: NDArray[Any], dataset: Dataset) -> NDArray[Any]:
    """(rows, columns, 3) of a PALETTE COLOR frame (PS3.3 C.7.6.3.1.5, C.7.9.2).

    Raises what is in ``BAD_PIXELS`` when the tables are absent or do not fit together.
    """
    return apply_color_lut(values, dataset)


def ink(samples: NDArray[Any]) -> NDArray[np.uint8]:
    """Ink of a picture of three channels (rows, columns, 3)."""
    first, second, third = (samples[..., channel] for channel in range(3))
    if np.array_equal(first, second) and np.array_equal(first, third):
        return greyscale.ink(np.ascontiguousarray(first))
    picture = _eight_bits(samples)
    distance = np.zeros(picture.shape[:2], np.uint8)
    for channel, paper in enumerate(_paper(picture)):
        away = np.abs(np.arange(256) - paper).astype(np.uint8)
        cv2.max(distance, cv2.LUT(cv2.extractChannel(picture, channel), away), dst=distance)
    stretched = np.rint(np.arange(256) * (255 / max(1, int(distance.max()))))
    return np.asarray(cv2.LUT(distance, stretched.clip(0, 255).astype(np.uint8)), np.uint8)


def _eight_bits(samples: NDArray[Any]) -> NDArray[np.uint8]:
    """The picture as it is; of sixteen bits the upper eight of a channel, where they are used."""
    if samples.dtype == np.uint8:
        return np.ascontiguousarray(samples)
    unused = max(0, int(samples.max()).bit_length() - 8)
    return (samples >> unused).astype(np.uint8)


def _paper(picture: NDArray[np.uint8]) -> list[int]:
    """The commonest colour, found coarsely, then taken as the median of what is near it."""
    every, bins = [0, 1, 2], 1 << _COARSE_BITS
    counts = cv2.calcHist([picture], every, None, [bins] * 3, [0, 256] * 3)
    commonest = np.array(np.unravel_index(counts.argmax(), counts.shape))
    step = 256 // bins
    near = cv2.inRange(picture, commonest * step, commonest * step + (step - 1))
    return [_median(cv2.calcHist([picture], [each], near, [256], [0, 256])) for each in every]


def _median(counts: NDArray[Any]) -> int:
    reached = counts.ravel().cumsum(dtype=np.float64)
    return int(reached.searchsorted(reached[-1] / 2))
