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
_SAMPLE = 1 << 16


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
    channels = [_eight_bits(samples, channel) for channel in range(3)]
    distance = np.zeros(samples.shape[:2], np.uint8)
    for channel, paper in zip(channels, _paper(channels), strict=True):
        away = np.abs(np.arange(256) - paper).astype(np.uint8)
        cv2.max(distance, away.take(channel), dst=distance)
    stretched = np.rint(np.arange(256) * (255 / max(1, int(distance.max()))))
    result: NDArray[np.uint8] = stretched.clip(0, 255).astype(np.uint8).take(distance)
    return result


def _eight_bits(samples: NDArray[Any], channel: int) -> NDArray[np.uint8]:
    """One channel; of sixteen bits the upper eight, where they are used."""
    unused = max(0, int(samples.max()).bit_length() - 8)
    return np.asarray(samples[..., channel] >> unused, np.uint8)


def _paper(channels: list[NDArray[np.uint8]]) -> list[int]:
    """The commonest colour, found coarsely, then taken as the median of what is near it."""
    index = np.zeros(channels[0].shape, np.uint16)
    for channel in channels:
        index <<= _COARSE_BITS
        index |= channel >> (8 - _COARSE_BITS)
    bins = 1 << 3 * _COARSE_BITS
    commonest = cv2.calcHist([index], [0], None, [bins], [0, bins]).argmax()
    near = np.flatnonzero(index == commonest)
    sample = near[:: 1 + len(near) // _SAMPLE]
    return [int(np.median(channel.take(sample))) for channel in channels]
