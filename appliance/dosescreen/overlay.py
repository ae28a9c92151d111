"""Overlay planes (60xx): bit maps that a display draws over the picture.

**Knows:** PS3.3 C.9.2, and the retired planes in unused bits of the pixel data (PS3.3-2004).
**Does not know:** which of several pictures is the dose screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from appliance.dosescreen import greyscale
from appliance.frames.samples import (
    StoredFrame,
    check_size,
    number_of_frames,
    transfer_syntax,
)

_GROUPS = range(0x6000, 0x6100, 2)
_BIG_ENDIAN = "1.2.840.10008.1.2.2"


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """One overlay plane.

    Attributes:
        bits: (frames, rows, columns); None when the plane is a bit of the pixel data.
        bit: (60xx,0102), which bit that is.
        top: Rows from the image's first row to the plane's, may be negative.
        left: The same for columns.
        first_frame: The image frame that the plane's first frame belongs to, from 0.
        every_frame: Whether a single plane lies over every frame of the image.
    """

    bits: NDArray[np.uint8] | None
    bit: int
    top: int
    left: int
    first_frame: int
    every_frame: bool

    @property
    def last_frame(self) -> int:
        """One past the last frame that this plane shows something in."""
        return 0 if self.bits is None else self.first_frame + len(self.bits)

    def at(self, frame: int, stored: StoredFrame | None) -> NDArray[np.uint8] | None:
        """(rows, columns) of 0 and 1 for an image frame, or None where there is nothing."""
        if self.bits is None:
            return None if stored is None or stored.words is None else _bit(stored.words, self.bit)
        own = 0 if self.every_frame else frame - self.first_frame
        return self.bits[own] if 0 <= own < len(self.bits) else None


def planes(dataset: Dataset) -> tuple[Plane, ...]:
    """The overlay planes of an object.

    Raises what is in ``BAD_PIXELS`` when one is described wrongly or cut short, and
    UnreadableObjectError when it is too large.
    """
    found = (group for group in _GROUPS if (group, 0x3000) in dataset or (group, 0x0102) in dataset)
    each = [_plane(dataset, group) for group in found]
    return tuple(plane for plane in each if plane is not None)


def ink(
    planes: Sequence[Plane], frame: int, stored: StoredFrame | None
) -> NDArray[np.uint8] | None:
    """All planes of a frame in one picture of ink, or None where the frame has none.

    The picture has the size of the image; without pixel data it holds all planes whole.
    """
    placed = [(plane, plane.at(frame, stored)) for plane in planes]
    shown = [(plane, bits) for plane, bits in placed if bits is not None]
    if not shown:
        return None
    rows, columns = _extent(shown) if stored is None else stored.values.shape[:2]
    canvas = np.zeros((rows, columns), np.uint8)
    for plane, bits in shown:
        top, left = max(0, plane.top), max(0, plane.left)
        visible = bits[top - plane.top :, left - plane.left :]
        target = canvas[top : top + visible.shape[0], left : left + visible.shape[1]]
        target |= visible[: target.shape[0], : target.shape[1]]
    return greyscale.ink(canvas)


def _extent(shown: list[tuple[Plane, NDArray[np.uint8]]]) -> tuple[int, int]:
    rows = max(max(0, plane.top) + len(bits) for plane, bits in shown)
    columns = max(max(0, plane.left) + bits.shape[1] for plane, bits in shown)
    check_size(rows * columns, 1)
    return rows, columns


def _plane(dataset: Dataset, group: int) -> Plane | None:
    origin = _value(dataset, group, 0x0050, [1, 1])
    frames = _value(dataset, group, 0x0015, None)
    first = int(_value(dataset, group, 0x0051, 1)) - 1
    data = _value(dataset, group, 0x3000, None)
    place = int(origin[0]) - 1, int(origin[1]) - 1, first, frames is None
    if data is None:
        bit = int(_value(dataset, group, 0x0102, 0))
        return Plane(None, bit, *place) if _is_embedded(dataset, bit) else None
    size = int(frames or 1), int(dataset[group, 0x0010].value), int(dataset[group, 0x0011].value)
    check_size(size[0] * size[1] * size[2], size[0] + max(0, first))
    if transfer_syntax(dataset) == _BIG_ENDIAN and dataset[group, 0x3000].VR == "OW":
        data = np.frombuffer(data, ">u2").astype("<u2").tobytes()
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    return Plane(bits[: size[0] * size[1] * size[2]].reshape(size), 0, *place)


def _is_embedded(dataset: Dataset, bit: int) -> bool:
    """Whether a bit of the pixel data's words is free for an overlay."""
    if not number_of_frames(dataset):
        return False
    high, stored = int(dataset.HighBit), int(dataset.BitsStored)
    return bit < int(dataset.BitsAllocated) and not high - stored < bit <= high


def _bit(words: NDArray[Any], bit: int) -> NDArray[np.uint8]:
    return ((words >> bit) & 1).astype(np.uint8)


def _value(dataset: Dataset, group: int, element: int, default: Any) -> Any:  # noqa: ANN401
    found = dataset.get((group, element))
    return default if found is None or found.value is None else found.value
