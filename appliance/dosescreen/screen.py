"""What a person would see, and more: pictures of text, bright on dark, from any form of image.

Two sources of text are looked at, the pixel data and the overlay planes. Where only one of them
shows anything, it is the screen. Where both do, each is a screen of its own: they are
alternatives, the overlay first.

**Knows:** which pictures of an object are candidates, and what lossy compression touched.
**Does not know:** what the text says.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from appliance.dosescreen import colour, greyscale, overlay
from appliance.errors import UnreadableObjectError
from appliance.frames import samples
from appliance.frames.codec import BAD_PIXELS
from appliance.frames.samples import StoredFrame

_LOSSLESS_SYNTAXES = frozenset(
    {
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.1",
        "1.2.840.10008.1.2.1.99",
        "1.2.840.10008.1.2.2",
        "1.2.840.10008.1.2.5",  # RLE
        "1.2.840.10008.1.2.4.57",  # JPEG lossless
        "1.2.840.10008.1.2.4.70",  # JPEG lossless, selection value 1
        "1.2.840.10008.1.2.4.80",  # JPEG-LS lossless
        "1.2.840.10008.1.2.4.90",  # JPEG 2000 lossless
    }
)
_FAINTEST_PICTURE = 8
"""Grey levels of 256: what a lossy codec makes of an empty picture stays below."""


@dataclass(frozen=True, slots=True, eq=False)
class Screen:
    """One rendered picture.

    Several screens may share an instance and a frame, when an overlay plane and the pixel data
    both show something: they are alternatives, and what they say must not be added up.

    Attributes:
        sop_instance_uid: (0008,0018) of the object; empty where the object has none.
        frame: The frame, from 0.
        ink: (rows, columns), 255 where the ink is full, 0 where there is paper. Never binarised:
            antialiased text keeps its grey levels; two levels come out as exactly 0 and 255.
        lossless: False when a lossy compression ever touched what is shown.
    """

    sop_instance_uid: str
    frame: int
    ink: NDArray[np.uint8]
    lossless: bool


def render(dataset: Dataset) -> tuple[Screen, ...]:
    """Render every frame of an image object; one or more screens a frame, the best first.

    An object whose pictures are all blank gives one blank screen a frame.

    Raises:
        UnreadableObjectError: There is nothing to see, or it cannot be decoded within
            64 frames and 64 megapixels.
    """
    try:
        return tuple(_screens(dataset))
    except BAD_PIXELS as error:
        reason = " ".join(str(error).split())
        raise UnreadableObjectError(f"image cannot be rendered: {reason}") from error


def render_frame(dataset: Dataset, frame: int) -> tuple[Screen, ...]:
    """Render one frame, from 0, as ``render`` does; none where there is no such frame.

    Raises UnreadableObjectError as ``render``.
    """
    try:
        return tuple(_screens(dataset, frame))
    except BAD_PIXELS as error:
        raise UnreadableObjectError("image cannot be rendered") from error


def _screens(dataset: Dataset, wanted: int | None = None) -> Iterator[Screen]:
    uid = str(dataset.get("SOPInstanceUID") or "")
    planes = overlay.planes(dataset)
    frames = samples.number_of_frames(dataset)
    if frames == 0 and not planes:
        raise UnreadableObjectError("no pixel data and no overlay plane")
    for frame in range(max([frames, *(plane.last_frame for plane in planes)])):
        if wanted not in {None, frame}:
            continue
        stored = samples.stored_frame(dataset, frame) if frame < frames else None
        for ink, lossless in _pictures(dataset, stored, planes, frame):
            yield Screen(uid, frame, ink, lossless)


def _pictures(
    dataset: Dataset, stored: StoredFrame | None, planes: tuple[overlay.Plane, ...], frame: int
) -> list[tuple[NDArray[np.uint8], bool]]:
    """The candidates of one frame with whether each is lossless."""
    pictures = []
    drawn = overlay.ink(planes, frame, stored)
    if drawn is not None:
        pictures.append((drawn, True))  # a bit plane is exact, whatever the pixels went through
    if stored is not None:
        pictures.append((_pixel_ink(dataset, stored), not _lossy(dataset)))
    inked = [picture for picture in pictures if picture[0].any()]
    if len(inked) > 1 and np.array_equal(inked[0][0], inked[1][0]):
        inked.pop()
    return inked or pictures[:1]


def _pixel_ink(dataset: Dataset, stored: StoredFrame) -> NDArray[np.uint8]:
    values = stored.values
    if _lossy(dataset) and int(np.ptp(values)) < stored.range * _FAINTEST_PICTURE // 256:
        return np.zeros(values.shape[:2], np.uint8)
    if values.ndim == 2:  # noqa: PLR2004 - rows and columns, no samples
        if stored.photometric_interpretation == "PALETTE COLOR":
            return colour.ink(colour.palette(values, dataset))
        return greyscale.ink(values, dataset)
    return colour.ink(values)


def _lossy(dataset: Dataset) -> bool:
    """Whether (0028,2110) or the transfer syntax says that the pixels are not the original."""
    syntax = samples.transfer_syntax(dataset)
    return syntax not in _LOSSLESS_SYNTAXES or "01" in str(dataset.get("LossyImageCompression"))
