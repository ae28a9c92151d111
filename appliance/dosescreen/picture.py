"""Pictures of screens for people: PNG files, whole and as magnified crops."""

import cv2
import numpy as np
import numpy.typing as npt

from appliance.dose.record import Box

MARGIN_PX = 6
MAGNIFICATION = 4


def png(ink: npt.NDArray[np.uint8]) -> bytes:
    """A PNG file of ``ink`` (rows, columns), as on the console: bright on dark."""
    done, encoded = cv2.imencode(".png", ink)
    if not done:
        raise ValueError("a picture of no size")
    return encoded.tobytes()


def crop(ink: npt.NDArray[np.uint8], box: Box) -> npt.NDArray[np.uint8]:
    """The part of ``ink`` around ``box``, four times as large, pixels left square."""
    part = ink[
        max(0, box.top - MARGIN_PX) : box.bottom + MARGIN_PX,
        max(0, box.left - MARGIN_PX) : box.right + MARGIN_PX,
    ]
    return part.repeat(MAGNIFICATION, axis=0).repeat(MAGNIFICATION, axis=1)
