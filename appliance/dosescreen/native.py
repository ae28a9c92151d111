"""Undoing resampling: an archive's picture in another matrix back to the console's own pixels.

Resampling is linear, row by row and column by column, and a console draws with two levels. The
picture with two levels that resamples to the one at hand is searched for, and is taken only when
it proves itself: resampled again it is the picture that was given, and hardly a pixel of it is
left undecided. An enlargement is linear algebra, and quick; for a reduction steps of
least squares find what fits.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from appliance.dosescreen.lettering import is_lettered
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.segment import brightened

Matrix = npt.NDArray[np.float32]
Kernel = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]

CONSOLE_SIZES = ((512, 512), (480, 640), (768, 768), (768, 1024), (1024, 1024), (1024, 1280))
"""(rows, columns) that consoles draw."""
SCALES = (0.7, 2.0)
MOST_PX = 2048
FULL_INK = 255.0
EXACT = 3.0
"""Grey levels that any pixel may differ by rounding alone."""
RESIDUAL = 0.7
"""Grey levels, in the mean over the text, that the picture may differ from its reconstruction."""
HOPELESS = 1.5
"""The same after the first steps: what fits in the end measures up to 0.8, soft text from 3.6."""
UNDECIDED = 0.08
"""Share of the ink's pixels that may be neither ink nor paper for certain."""
TRIAL_ROWS, TRIAL_STEPS, STEPS = 48, 25, 120
RIDGE = 1e-5
BOLD = 0.5
"""The share of the ink that bold text leaves below full brightness."""
PARTS = 16
"""A matrix is made so many rows at a time, because NumPy counts in eight bytes."""


def views(screen: Screen) -> Iterator[Screen]:
    """What may be read: the console's own pixels, or the screen as it is; then other looks at it.

    Between its pixels small text with grey levels shows more than in them, and its thin strokes
    hold together when they are brighter.
    """
    first = native(screen)
    yield first
    if is_two_level(first.ink) or max(first.ink.shape) > MOST_PX:
        return
    yield _twice(first)
    bold = brightened(first.ink, BOLD)
    if bold is not first.ink:
        yield replace(first, ink=bold)
        yield _twice(replace(first, ink=bold))


def _twice(screen: Screen) -> Screen:
    ink = cv2.resize(screen.ink, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return replace(screen, ink=ink.astype(np.uint8, copy=False))


def native(screen: Screen) -> Screen:
    """The screen in the console's own pixels, or as it is when that is not certain."""
    rows, columns = screen.ink.shape
    if max(rows, columns) > MOST_PX or is_two_level(screen.ink) or not screen.lossless:
        return screen
    sizes = [size for size in CONSOLE_SIZES if _resampled(size, (rows, columns))]
    if not sizes or not is_lettered(screen.ink):
        return screen
    restored = (_restored(screen.ink, size) for size in sizes)
    ink = next((ink for ink in restored if ink is not None), None)
    return screen if ink is None else replace(screen, ink=ink)


def is_two_level(ink: npt.NDArray[np.uint8]) -> bool:
    """Whether every pixel is full ink or none."""
    return not ((ink > 0) & (ink < FULL_INK)).any()


def _resampled(size: tuple[int, int], shape: tuple[int, int]) -> bool:
    down, across = shape[0] / size[0], shape[1] / size[1]
    alike = abs(down - across) <= 2 / min(size)
    return alike and SCALES[0] <= down <= SCALES[1] and shape != size


def _restored(ink: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8] | None:
    """The picture of two levels that ``ink`` was resampled from, if there is one."""
    given = np.divide(ink, FULL_INK, dtype=np.float32)
    inked = np.flatnonzero(given.any(axis=1))
    if not inked.size:
        return None
    exact = _enlarged(given, size) if given.shape >= size else None
    return exact if exact is not None else _fitted(given, size, int(inked[0]), int(inked[-1]) + 1)


def _enlarged(given: Matrix, size: tuple[int, int]) -> npt.NDArray[np.uint8] | None:
    """The picture that was enlarged to ``given``, where one kernel proves it to the last pixel.

    Two levels are so far apart that undoing the wrong kernel tells them as well.
    """
    rows, columns = given.shape
    found = _inverse(size[0], rows) @ given @ _inverse(size[1], columns).T
    drawn = (found > 0.5).astype(np.float32)  # noqa: PLR2004 - nearer to ink than to paper
    for kernel in (each for each in _KERNELS if each.endswith("/sharp")):
        wide = _bands(size[1], columns, kernel).forth(drawn.T).T
        if _is_exact(_bands(size[0], rows, kernel), wide, given):
            return drawn.astype(np.uint8) * np.uint8(FULL_INK)
    return None


def _is_exact(down: "_Bands", picture: Matrix, given: Matrix) -> bool:
    """Whether the picture's columns, resampled, are ``given``; looked at a few rows at a time."""
    parts = (slice(first, first + TRIAL_ROWS) for first in range(0, len(given), TRIAL_ROWS))
    return all(
        np.abs(np.clip(down.forth(picture, rows), 0, 1) - given[rows]).max() * FULL_INK <= EXACT
        for rows in parts
    )


def _fitted(
    given: Matrix, size: tuple[int, int], first: int, last: int
) -> npt.NDArray[np.uint8] | None:
    """The picture that resamples to ``given``, inked from row to row, but for little."""
    busiest = first + int(np.argmax(_sliding(given[first:last].sum(axis=1), TRIAL_ROWS)))
    trial = slice(busiest, min(busiest + TRIAL_ROWS, last))
    misfits = {kernel: _solve(given, size, kernel, trial, TRIAL_STEPS)[1] for kernel in _KERNELS}
    best = min(misfits, key=lambda kernel: misfits[kernel])
    if misfits[best] > HOPELESS:
        return None
    found, misfit = _solve(given, size, best, slice(first, last), STEPS)
    drawn = found > 0.5  # noqa: PLR2004 - nearer to ink than to paper
    undecided = (np.abs(found - drawn) > 0.2).sum()  # noqa: PLR2004
    if misfit > RESIDUAL or undecided > UNDECIDED * drawn.sum():
        return None
    return drawn.astype(np.uint8) * np.uint8(FULL_INK)


def _sliding(values: Matrix, length: int) -> Matrix:
    return np.convolve(values, np.ones(min(length, len(values)), np.float32), "valid")


def _solve(
    given: Matrix, size: tuple[int, int], kernel: str, rows: slice, steps: int
) -> tuple[Matrix, float]:
    """Least squares between 0 and 1 by accelerated gradient steps, over some rows of ``given``.

    What is full ink or paper may have been more so, before it was clipped.
    Returns the native picture, blank where those rows do not reach, and the mean misfit of its
    two-level form in grey levels.
    """
    down, reach = _bands(size[0], given.shape[0], kernel).rows(rows)
    across = _bands(size[1], given.shape[1], kernel)
    wanted = given[rows]
    rate = np.float32(1 / (down.norm * across.norm))
    picture = np.zeros((reach.stop - reach.start, size[1]), np.float32)
    ahead, momentum = picture, 1.0
    for _ in range(steps):
        error = across.forth(down.forth(ahead).T).T - wanted
        error = np.where(wanted >= 1, np.minimum(error, 0), error)
        error = np.where(wanted <= 0, np.maximum(error, 0), error)
        slope = across.back(down.back(error).T).T
        stepped = np.clip(ahead - rate * slope, 0, 1)
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = stepped + np.float32((momentum - 1) / following) * (stepped - picture)
        picture, momentum = stepped, following
    drawn = (picture > 0.5).astype(np.float32)  # noqa: PLR2004
    again = np.clip(across.forth(down.forth(drawn).T).T, 0, 1)
    whole = np.zeros(size, np.float32)
    whole[reach] = picture
    return whole, float(np.abs(again - wanted).mean() * FULL_INK)


@dataclass(frozen=True, slots=True, eq=False)
class _Bands:
    """A banded matrix and its transpose, as positions and weights of their few entries.

    ``norm`` bounds the square of its spectral norm.
    """

    ahead: tuple[npt.NDArray[np.intp], Matrix]
    behind: tuple[npt.NDArray[np.intp], Matrix]
    norm: float

    def forth(self, picture: Matrix, wanted: slice = slice(None)) -> Matrix:
        """From native rows to resampled rows, all or the ``wanted`` ones."""
        positions, weights = self.ahead
        return _mixed(picture, positions[wanted], weights[wanted])

    def back(self, picture: Matrix) -> Matrix:
        """The transpose."""
        return _mixed(picture, *self.behind)

    def rows(self, wanted: slice) -> "tuple[_Bands, slice]":
        """The same for some of the resampled rows, and the native rows that these reach."""
        positions, weights = self.ahead
        dense = np.zeros((len(positions), len(self.behind[0])), np.float32)
        np.put_along_axis(dense, positions, weights, axis=1)
        used = np.flatnonzero(dense[wanted].any(axis=0))
        reach = slice(int(used[0]), int(used[-1]) + 1)
        return _banded(dense[wanted, reach]), reach


def _mixed(picture: Matrix, positions: npt.NDArray[np.intp], weights: Matrix) -> Matrix:
    mixed = np.zeros((len(positions), picture.shape[1]), np.float32)
    for position, weight in zip(positions.T, weights.T, strict=True):
        mixed += weight[:, None] * picture[position]
    return mixed


@lru_cache(maxsize=32)
def _bands(native_px: int, given_px: int, kernel: str) -> _Bands:
    """How each of ``given_px`` pixels is mixed from ``native_px``."""
    return _banded(_weights(native_px, given_px, kernel))


@lru_cache(maxsize=4)  # a megabyte each
def _inverse(native_px: int, given_px: int) -> Matrix:
    """What makes ``native_px`` of ``given_px`` again by least squares, a hair from singular."""
    ahead = _weights(native_px, given_px, "linear/sharp").astype(np.float64)
    squared = ahead.T @ ahead + RIDGE * np.eye(native_px)
    return np.linalg.solve(squared, ahead.T).astype(np.float32)


def _weights(native_px: int, given_px: int, kernel: str) -> Matrix:
    """The share that each of ``native_px`` pixels (columns) has in each of ``given_px`` (rows)."""
    name, softened = kernel.split("/")
    step = native_px / given_px
    reach = max(1.0, step) if softened == "soft" else 1.0
    centres = (np.arange(given_px) + 0.5) * step - 0.5
    parts = []
    for some in np.array_split(centres, PARTS):
        weights = _CURVES[name]((np.arange(native_px)[None, :] - some[:, None]) / reach)
        parts.append((weights / weights.sum(axis=1, keepdims=True)).astype(np.float32))
    return np.concatenate(parts)


def _banded(dense: Matrix) -> _Bands:
    norm = float(np.abs(dense).sum(axis=0).max() * np.abs(dense).sum(axis=1).max())
    return _Bands(_entries(dense), _entries(np.ascontiguousarray(dense.T)), norm)


def _entries(dense: Matrix) -> tuple[npt.NDArray[np.intp], Matrix]:
    """Positions and weights of every row's largest entries, as many as any row has."""
    most = int((dense != 0).sum(axis=1).max())
    positions = np.concatenate(
        [
            np.argsort(part == 0, axis=1, kind="stable")[:, :most]
            for part in np.array_split(dense, PARTS)
        ]
    )
    return positions, np.take_along_axis(dense, positions, axis=1)


def _linear(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    weights: npt.NDArray[np.float64] = np.maximum(1 - np.abs(distance), 0)
    return weights


def _cubic(sharpness: float) -> Kernel:
    def curve(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x = np.abs(distance)
        near = (sharpness + 2) * x**3 - (sharpness + 3) * x**2 + 1
        far = sharpness * (x**3 - 5 * x**2 + 8 * x - 4)
        return np.where(x < 1, near, np.where(x < 2, far, 0))  # noqa: PLR2004 - its support

    return curve


def _lanczos(lobes: int) -> Kernel:
    def curve(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        inside = np.abs(distance) < lobes
        return np.where(inside, np.sinc(distance) * np.sinc(distance / lobes), 0)

    return curve


_CURVES: Mapping[str, Kernel] = {
    "linear": _linear,
    "cubic-0.5": _cubic(-0.5),
    "cubic-0.75": _cubic(-0.75),
    "lanczos-3": _lanczos(3),
    "lanczos-4": _lanczos(4),
}


def _kernels() -> Iterator[str]:
    """Libraries differ in a kernel's sharpness, and in softening before they reduce."""
    for name in _CURVES:
        yield f"{name}/sharp"
        yield f"{name}/soft"


_KERNELS = tuple(_kernels())
