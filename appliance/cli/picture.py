"""A picture in a terminal: braille cells of two by four dots."""

import numpy as np
from numpy.typing import NDArray

DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""Bits of a braille cell by row and column of its dot (Unicode block U+2800)."""
ROWS, COLUMNS = DOTS.shape
DARK = 0.2
"""Share of a dot's pixels that have ink when the dot is shown."""


def braille(picture: NDArray[np.uint8], cells_wide: int) -> list[str]:
    """At most ``cells_wide`` characters a line, showing where ``picture`` (rows, columns) has ink.

    Margins without ink are cut off.
    """
    inked = np.argwhere(picture > 0)
    if not inked.size:
        return []
    (top, left), (bottom, right) = inked.min(axis=0), inked.max(axis=0) + 1
    size = -(-(right - left) // (cells_wide * COLUMNS))
    dots = _blocks(picture[top:bottom, left:right] > 0, size, size).mean(axis=(1, 3)) >= DARK
    cells = (_blocks(dots, ROWS, COLUMNS) * DOTS[:, np.newaxis, :]).sum(axis=(1, 3))
    return ["".join(chr(0x2800 + int(cell)) for cell in line) for line in cells]


def _blocks(ink: NDArray[np.bool_], high: int, wide: int) -> NDArray[np.bool_]:
    """``ink`` as (rows of blocks, ``high``, columns of blocks, ``wide``), padded with paper."""
    rows, columns = (
        -(-length // step) for length, step in zip(ink.shape, (high, wide), strict=True)
    )
    padded = np.zeros((rows * high, columns * wide), bool)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    return padded.reshape(rows, high, columns, wide)
