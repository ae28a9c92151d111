"""What a person would see: one picture of text a candidate, bright on dark, from any form.

**Knows:** the order of rendering, and which pictures of an object are candidates.
**Does not know:** what the text says.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Screen:
    """One rendered picture.

    Several screens may share an instance and a frame, when an overlay plane and the pixel data
    both show something: they are alternatives, and what they say must not be added up.

    Attributes:
        sop_instance_uid: (0008,0018) of the object.
        frame: The frame, from 0.
        ink: (rows, columns), 255 where the ink is full, 0 where there is paper. Never binarised:
            antialiased text keeps its grey levels; two levels come out as exactly 0 and 255.
        lossless: False when a lossy compression ever touched the pixels.
    """

    sop_instance_uid: str
    frame: int
    ink: NDArray[np.uint8]
    lossless: bool


def render(dataset: Dataset) -> tuple[Screen, ...]:
    """Render every frame of an image object; one or more screens a frame.

    Raises:
        UnreadableObjectError: there is nothing to see, or it cannot be decoded within bounds.
    """
    raise NotImplementedError
