"""Whether a picture shows text: ink that stands on lines.

Characters end on the same rows again and again and hardly on the rows near by; in a scout, a
perfusion map or a photograph ink ends on any row as often as on any other. That is counted in
strips of the picture, so that a scan of paper may lie askew.
"""

import numpy as np
import numpy.typing as npt

from appliance.dosescreen.segment import brightened, connected

CHARACTER_PX = (3, 80)
"""Heights of ink that may be a character; neither is it wider."""
STRIP_PX = 128
BAND_ROWS = 512
NEAR_BY = range(3, 8)
"""Rows from a line where few characters end: below it descenders do."""
OFTEN, COMPANIONS = 2.5, 1.0
"""How much more often than near by ink must end on a line, and beside how many others each.

Drawn screens measure from 3.8 and 2.4 on (resampled, at quality 40, askew by 1.5 degrees), pictures
without text up to 2.0 and 0.5, those with little ink in one of the two only.
"""


def is_lettered(ink: npt.NDArray[np.uint8]) -> bool:
    """Whether the ink of a picture (rows, columns) stands on lines as text does, faint or not."""
    if not ink.any():
        return False
    bright = brightened(ink)
    return _is_lettered(ink) or (bright is not ink and _is_lettered(bright))


def _is_lettered(ink: npt.NDArray[np.uint8]) -> bool:
    found = [_characters(ink, first) for first in range(0, len(ink), BAND_ROWS)]
    bottoms, strips = np.concatenate(found, axis=1)
    return _stand_on_lines(bottoms, strips, len(ink))


def _characters(ink: npt.NDArray[np.uint8], first: int) -> npt.NDArray[np.int32]:
    """Bottoms and strips (2, characters) of what ends within a band of rows from ``first``.

    The rows around the band hold these characters whole, and show which are none.
    """
    least, most = CHARACTER_PX
    above, last = max(0, first - most - 1), first + BAND_ROWS
    left, top, width, height, _ = connected(ink[above : last + 1]).T
    bottom = top + height + above
    fits = (height >= least) & (height <= most) & (width <= most)
    ends = (bottom > first) & (bottom <= last)
    return np.stack((bottom, left // STRIP_PX))[:, fits & ends]


def _stand_on_lines(
    bottoms: npt.NDArray[np.int32], strips: npt.NDArray[np.int32], rows: int
) -> bool:
    ends = np.bincount(bottoms + strips * (rows + max(NEAR_BY) + 1)).astype(np.float64)

    def pairs(apart: int) -> float:
        """Characters of one strip that end so many rows apart, in pairs."""
        return float(ends[apart:] @ ends[: len(ends) - apart])

    on_line = pairs(0) - len(bottoms) + 2 * pairs(1)
    off_line = 2 * sum(map(pairs, NEAR_BY))
    often = on_line / 3 >= OFTEN * off_line / (2 * len(NEAR_BY))
    return often and on_line >= COMPANIONS * max(1, len(bottoms))
