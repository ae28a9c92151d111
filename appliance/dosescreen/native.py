"""Undoing resampling: an archive's enlarged picture back to the console's own pixels.

Enlarging is linear, row by row and column by column, so it can be inverted. The inverse is taken
only when it proves itself: it has two levels, and enlarged again it is the picture that was given.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from appliance.dosescreen.screen import Screen

Matrix = npt.NDArray[np.float64]
Kernel = Callable[[Matrix], Matrix]

CONSOLE_SIZES = ((512, 512), (480, 640), (768, 768), (768, 1024), (1024, 1024), (1024, 1280))
"""(rows, columns) that consoles draw."""
LARGEST = 2.0
MOST_PX = 2048
FULL_INK = 255.0
RESIDUAL = 0.6
"""Grey levels, in the mean, that the picture may differ from its reconstruction."""


def native(screen: Screen) -> Screen:
    """The screen in the console's own pixels, or as it is when that is not certain."""
    rows, columns = screen.ink.shape
    if max(rows, columns) > MOST_PX or is_two_level(screen.ink):
        return screen
    for size in CONSOLE_SIZES:
        if _enlarged(size, (rows, columns)):
            for name in _KERNELS:
                ink = _reduced(screen.ink, size, name)
                if ink is not None:
                    return replace(screen, ink=ink)
    return screen


def is_two_level(ink: npt.NDArray[np.uint8]) -> bool:
    """Whether every pixel is full ink or none."""
    return not ((ink > 0) & (ink < FULL_INK)).any()


def _enlarged(size: tuple[int, int], shape: tuple[int, int]) -> bool:
    down, across = shape[0] / size[0], shape[1] / size[1]
    return 1 < down <= LARGEST and abs(down - across) <= 2 / min(size)


def _reduced(
    ink: npt.NDArray[np.uint8], size: tuple[int, int], name: str
) -> npt.NDArray[np.uint8] | None:
    rows, columns = ink.shape
    down, across = _weights(size[0], rows, name), _weights(size[1], columns, name)
    exact = _inverse(size[0], rows, name) @ ink @ _inverse(size[1], columns, name).T
    drawn = np.where(exact > FULL_INK / 2, FULL_INK, 0.0)
    again = np.clip(down @ drawn @ across.T, 0, FULL_INK)
    residual = np.abs(again - ink).mean()
    return drawn.astype(np.uint8) if residual <= RESIDUAL else None


@cache
def _weights(few: int, many: int, name: str) -> Matrix:
    """(many, few): how each pixel of the larger row is mixed from the smaller one."""
    centres = (np.arange(many) + 0.5) * few / many - 0.5
    weights = _KERNELS[name](np.arange(few)[None, :] - centres[:, None])
    total: Matrix = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float64)
    return total


@cache
def _inverse(few: int, many: int, name: str) -> Matrix:
    inverse: Matrix = np.linalg.pinv(_weights(few, many, name))
    return inverse


def _linear(distance: Matrix) -> Matrix:
    weights: Matrix = np.clip(1 - np.abs(distance), 0, None)
    return weights


def _cubic(sharpness: float) -> Kernel:
    def kernel(distance: Matrix) -> Matrix:
        x = np.abs(distance)
        near = (sharpness + 2) * x**3 - (sharpness + 3) * x**2 + 1
        far = sharpness * (x**3 - 5 * x**2 + 8 * x - 4)
        return np.where(x < 1, near, np.where(x < 2, far, 0))  # noqa: PLR2004 - the kernel's support

    return kernel


def _lanczos(distance: Matrix) -> Matrix:
    return np.where(np.abs(distance) < 3, np.sinc(distance) * np.sinc(distance / 3), 0)  # noqa: PLR2004


_KERNELS: Mapping[str, Kernel] = {
    "linear": _linear,
    "cubic -0.5": _cubic(-0.5),
    "cubic -0.75": _cubic(-0.75),
    "lanczos 3": _lanczos,
}
"""The usual ones; OpenCV and PIL differ in the cubic's sharpness."""
