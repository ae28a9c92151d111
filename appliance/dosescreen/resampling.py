"""How a row of pixels is mixed when it is brought to another length: the kernels of libraries.

A pixel's middle at the new length lies at ``step`` times its number in the old one. Most libraries
take the ratio of the two lengths for the step; some take the inverse of the factor that they were
given, which differs, because lengths are rounded to whole pixels.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Distances = npt.NDArray[np.float64]
Curve = Callable[[Distances], Distances]
Kernel = Callable[[Distances, float], Distances]

RIDGE = 1e-5
WIDEST_PX = 4
"""How far the widest kernel reaches."""
PARTS = 16
"""A matrix is made so many rows at a time, because NumPy counts in eight bytes."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of a picture: how many pixels were drawn, how many came, at which ``step``."""

    native_px: int
    given_px: int
    step: float

    def weights(self, kernel: str, given: slice, native: slice) -> Matrix:
        """The share of each ``native`` pixel (columns) in each ``given`` one (rows)."""
        parts = []
        for some in np.array_split(self._middles(given), PARTS):
            distances = np.arange(native.start, native.stop)[None, :] - some[:, None]
            shares = KERNELS[kernel](distances, self.step)
            parts.append((shares / shares.sum(axis=1, keepdims=True)).astype(np.float32))
        return np.concatenate(parts)

    def reached(self, kernel: str, given: slice) -> slice:
        """The native pixels that have a share in these given ones."""
        middles = self._middles(given)
        far = WIDEST_PX * max(1.0, self.step)
        first, last = max(0, int(middles[0] - far)), min(self.native_px, int(middles[-1] + far) + 2)
        used = np.flatnonzero(self.weights(kernel, given, slice(first, last)).any(axis=0))
        return slice(first + int(used[0]), first + int(used[-1]) + 1)

    def _middles(self, given: slice) -> Distances:
        return (np.arange(given.start, min(given.stop, self.given_px)) + 0.5) * self.step - 0.5

    def native(self, given: slice) -> slice:
        """The native pixels whose middles lie under these given ones."""
        first, end = (int(np.ceil(at * self.step - 0.5)) for at in (given.start, given.stop))
        return slice(first, self.native_px if given.stop >= self.given_px else end)


@dataclass(frozen=True, slots=True)
class Way:
    """How a picture was resampled: down its rows, across its columns, and by which kernel.

    ``clips_between``: whether each row was clipped before the columns were mixed.
    """

    down: Axis
    across: Axis
    kernel: str
    clips_between: bool = False

    def at(self, step: float) -> "Way":
        """The same with another step, in both directions."""
        down, across = replace(self.down, step=step), replace(self.across, step=step)
        return replace(self, down=down, across=across)


@lru_cache(maxsize=4)  # a megabyte each
def inverse(axis: Axis) -> Matrix:
    """What makes native pixels of the given ones by least squares, a hair from singular."""
    everything = slice(0, axis.given_px), slice(0, axis.native_px)
    ahead = axis.weights("linear/sharp", *everything).astype(np.float64)
    squared = ahead.T @ ahead + RIDGE * np.eye(axis.native_px)
    return np.linalg.solve(squared, ahead.T).astype(np.float32)


def _linear(distance: Distances) -> Distances:
    weights: Distances = np.maximum(1 - np.abs(distance), 0)
    return weights


def _cubic(sharpness: float) -> Curve:
    def curve(distance: Distances) -> Distances:
        x = np.abs(distance)
        near = (sharpness + 2) * x**3 - (sharpness + 3) * x**2 + 1
        far = sharpness * (x**3 - 5 * x**2 + 8 * x - 4)
        return np.where(x < 1, near, np.where(x < 2, far, 0))  # noqa: PLR2004 - its support

    return curve


def _lanczos(lobes: int) -> Curve:
    def curve(distance: Distances) -> Distances:
        inside = np.abs(distance) < lobes
        return np.where(inside, np.sinc(distance) * np.sinc(distance / lobes), 0)

    return curve


def _sharp(curve: Curve) -> Kernel:
    """The curve as it is, whatever the step: reducing leaves pixels out."""
    return lambda distance, _: curve(distance)


def _soft(curve: Curve) -> Kernel:
    """The curve made wider for a reduction, so that every pixel has its share."""
    return lambda distance, step: curve(distance / max(1.0, step))


def _area(distance: Distances, step: float) -> Distances:
    """How much of a native pixel lies under the new one."""
    shares: Distances = np.clip((step + 1) / 2 - np.abs(distance), 0, min(1.0, step))
    return shares


CURVES: Mapping[str, Curve] = {
    "linear": _linear,
    "cubic-0.5": _cubic(-0.5),
    "cubic-0.75": _cubic(-0.75),
    "lanczos-3": _lanczos(3),
    "lanczos-4": _lanczos(4),
}

KERNELS: Mapping[str, Kernel] = {
    **{f"{name}/sharp": _sharp(curve) for name, curve in CURVES.items()},
    **{f"{name}/soft": _soft(curve) for name, curve in CURVES.items()},
    "area": _area,
}
"""Libraries differ in a kernel's sharpness, and in softening before they reduce."""
