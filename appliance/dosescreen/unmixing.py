"""What two levels a part of a resampled picture was mixed from."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt

from appliance.dosescreen.resampling import Matrix, Way

MOST_TURNS = 60
GAIN = 1e-4
"""Squared ink by which the picture has to come nearer, for pixels to be turned over."""
APART = np.ones((9, 9), np.uint8)
"""What is turned over at once stands farther apart than a kernel reaches."""
TOGETHER = ((0, 0), (0, 1), (1, 0), (1, 1), (1, -1), (0, 2), (2, 0))
"""Where the second pixel stands that is turned over with one: rows below, columns to the right."""
HALF_INK = 0.5
WINDOWS = tuple(
    (above, before, rows, columns)
    for rows, columns in ((3, 5), (5, 3))
    for above, before in product(*((-(px // 2), 0, 1 - px) for px in (rows, columns)))
)
"""Where native pixels begin whose every drawing is tried, rows and columns, and how many: about a
pixel, from it on, and up to it."""
MOST_WINDOWS = 16
AT_ONCE = 2048


class Part:
    """Some given rows and columns of a picture, and the native ones that they were mixed from.

    ``native_rows`` and ``native_columns`` say where; ink is counted from 0 to 1.
    """

    def __init__(self, way: Way, rows: slice, columns: slice) -> None:
        self._rows, self._columns = rows, columns
        self._clips_between = way.clips_between
        self.native_rows = way.down.reached(way.kernel, rows)
        self.native_columns = way.across.reached(way.kernel, columns)
        self._down, self._across = self._weights(way)

    def over(self, drawn: Matrix) -> Matrix:
        """Its native pixels ``drawn``, resampled."""
        return np.clip(self._mixed(drawn, self._down, self._across), 0, 1)

    def along(self, way: Way, drawn: Matrix) -> Matrix:
        """The same pixels, resampled in another ``way``."""
        return np.clip(self._mixed(drawn, *self._weights(way)), 0, 1)

    def approached(self, wanted: Matrix, steps: int) -> Matrix:
        """Native pixels from 0 to 1 that resample nearly to ``wanted``.

        Least squares by accelerated gradient steps.
        """
        rate = np.float32(1 / (_norm(self._down) * _norm(self._across)))
        picture = np.zeros((self._down.shape[1], self._across.shape[1]), np.float32)
        ahead, momentum = picture, 1.0
        for _ in range(steps):
            stepped = np.clip(ahead - rate * self._slope(ahead, wanted), 0, 1)
            following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
            ahead = stepped + np.float32((momentum - 1) / following) * (stepped - picture)
            picture, momentum = stepped, following
        return picture

    def settled(self, drawn: Matrix, wanted: Matrix) -> Matrix:
        """``drawn`` with pixels turned over, alone or by two, until none brings it nearer."""
        for _ in range(MOST_TURNS):
            changes = np.stack(list(self._changes(drawn, wanted)))
            change = changes.min(axis=0)
            least = -cv2.dilate(-change, APART)
            turned = np.argwhere((change < -GAIN) & (change <= least))
            if not len(turned):
                break
            drawn = drawn.copy()
            for row, column in turned:
                down, right = TOGETHER[int(changes[:, row, column].argmin())]
                for at in {(row, column), (row + down, column + right)}:
                    drawn[at] = 1 - drawn[at]
        return drawn

    def mended(self, drawn: Matrix, wanted: Matrix, exact: float) -> Matrix:
        """``drawn`` with every drawing of a few pixels tried where ``wanted`` is missed most.

        Until no pixel is missed by more than ``exact``, or where that helps no more. What is
        clipped between rows and columns is no sum of its pixels, and stays as it is.
        """
        if self._clips_between:
            return drawn
        helpless = np.zeros(wanted.shape, bool)
        for _ in range(MOST_WINDOWS):
            off = np.where(helpless, 0, np.abs(self.over(drawn) - wanted))
            row, column = divmod(int(off.argmax()), off.shape[1])
            if off[row, column] <= exact:
                break
            better = self._better_around(drawn, wanted, row, column)
            if better is None:
                helpless[row, column] = True
            else:
                drawn = better
        return drawn

    def _better_around(self, drawn: Matrix, wanted: Matrix, row: int, column: int) -> Matrix | None:
        """The best drawing of a window about a given pixel; None where there is none better."""
        middle = int(self._down[row].argmax()), int(self._across[column].argmax())
        for above, before, rows, columns in WINDOWS:
            top, left = max(0, middle[0] + above), max(0, middle[1] + before)
            window = slice(top, top + rows), slice(left, left + columns)
            best = self._best_drawing(drawn, wanted, *window)
            if (best != drawn[window]).any():
                changed = drawn.copy()
                changed[window] = best
                return changed
        return None

    def _best_drawing(self, drawn: Matrix, wanted: Matrix, rows: slice, columns: slice) -> Matrix:
        """Of all drawings of a window the one that resamples nearest to ``wanted``."""
        down, across = self._down[:, rows], self._across[:, columns]
        given = np.ix_(np.flatnonzero(down.any(axis=1)), np.flatnonzero(across.any(axis=1)))
        without = drawn.copy()
        without[rows, columns] = 0
        beside = self._mixed(without, self._down[given[0].ravel()], self._across[given[1].ravel()])
        shares = np.kron(down[given[0].ravel()], across[given[1].ravel()]).T
        goal = wanted[given].ravel()
        best, least = drawn[rows, columns].ravel(), np.inf
        for some in np.array_split(_every_drawing(len(shares)), 2 ** len(shares) // AT_ONCE or 1):
            off = np.square(np.clip(beside.ravel() + some @ shares, 0, 1) - goal).sum(axis=1)
            at = int(off.argmin())
            if off[at] < least - GAIN:
                best, least = some[at], off[at]
        return best.reshape(drawn[rows, columns].shape)

    def _changes(self, drawn: Matrix, wanted: Matrix) -> Iterator[Matrix]:
        """What turning over each pixel adds to the squared error, alone and with each other one."""
        down, across = self._down.T @ self._down, self._across.T @ self._across
        turn = 1 - 2 * drawn
        alone = 2 * turn * self._slope(drawn, wanted)
        alone += np.outer(np.diagonal(down), np.diagonal(across))
        yield alone
        for below, right in TOGETHER[1:]:
            here = np.s_[: len(drawn) - below, max(0, -right) : drawn.shape[1] - max(0, right)]
            there = np.s_[below:, max(0, right) : drawn.shape[1] + min(0, right)]
            shared = np.outer(np.diagonal(down, below), np.diagonal(across, right))
            both = np.zeros_like(alone)
            both[here] = alone[here] + alone[there] + 2 * turn[here] * turn[there] * shared
            yield both

    def _slope(self, drawn: Matrix, wanted: Matrix) -> Matrix:
        """Half the slope of the squared error.

        What is full ink or paper may have been more so, before it was clipped.
        """
        error = self._mixed(drawn, self._down, self._across) - wanted
        error = np.where(wanted >= 1, np.minimum(error, 0), error)
        error = np.where(wanted <= 0, np.maximum(error, 0), error)
        return (self._down.T @ error @ self._across).astype(np.float32, copy=False)

    def _weights(self, way: Way) -> tuple[Matrix, Matrix]:
        down = way.down.weights(way.kernel, self._rows, self.native_rows)
        return down, way.across.weights(way.kernel, self._columns, self.native_columns)

    def _mixed(self, drawn: Matrix, down: Matrix, across: Matrix) -> Matrix:
        wide = drawn @ across.T
        if self._clips_between:
            wide = np.clip(wide, 0, 1)
        return (down @ wide).astype(np.float32, copy=False)


def two_level(found: npt.NDArray[np.floating]) -> Matrix:
    """Every pixel ink or paper, whichever is nearer."""
    return (found > HALF_INK).astype(np.float32)


def _norm(dense: Matrix) -> float:
    """A bound of the square of its spectral norm."""
    return float(np.abs(dense).sum(axis=0).max() * np.abs(dense).sum(axis=1).max())


@lru_cache(maxsize=2)
def _every_drawing(px: int) -> Matrix:
    """Each way to draw so many pixels, a row each."""
    numbers = np.arange(2**px, dtype=np.uint32)[:, None]
    return ((numbers >> np.arange(px, dtype=np.uint32)) & 1).astype(np.float32)
