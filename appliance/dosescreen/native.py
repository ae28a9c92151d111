"""Undoing resampling: an archive's picture in another matrix back to the console's own pixels.

Resampling is linear, row by row and column by column, and a console draws with two levels. The
picture with two levels that resamples to the one at hand is searched for, and is taken only when
it proves itself: resampled again it is the picture that was given. An enlargement is linear
algebra, and quick; for a reduction steps of least squares find what fits, patch by patch, and where
a stroke is still wrong every drawing of a few pixels is tried. How far apart the pixels lie is
known by the two sizes alone only to half a pixel over the whole picture; where that is not enough,
it is found in a patch of text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt

from appliance.dosescreen.lettering import is_lettered
from appliance.dosescreen.resampling import KERNELS, Axis, Matrix, Way, inverse
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.segment import brightened
from appliance.dosescreen.unmixing import Part, two_level

Picture = npt.NDArray[np.uint8]
Patch = tuple[slice, slice]
"""Given rows and columns."""

CONSOLE_SIZES = ((512, 512), (480, 640), (768, 768), (768, 1024), (1024, 1024), (1024, 1280))
"""(rows, columns) that consoles draw."""
SCALES = (0.7, 2.0)
MOST_PX = 2048
FULL_INK = 255.0
EXACT = 3.0
"""Grey levels that any pixel may differ by rounding alone."""
FLIPPED = 24.0
"""Fewer than any pixel differs by, where a native one is the other level than it was."""
RESIDUAL = 0.7
"""Grey levels, in the mean over the text, that the picture may differ from its reconstruction."""
HOPELESS = 1.5
"""The same in a patch: what fits in the end measures up to 0.8, soft text from 3.6."""
MISALIGNED = 12.0
"""The same where the step is right to a tenth of a pixel over the picture."""
UNDECIDED = 0.08
"""Share of the ink's pixels that may be neither ink nor paper for certain, if it is not exact."""
OPEN = 2 * UNDECIDED
"""The same in a patch: what is beyond it is no part of a picture that is below."""
CERTAIN = 0.2
"""How far from its level a pixel is that is certain."""
TRIAL_STEPS, STEPS = 25, (50, 400)
PATCH = (32, 96)
"""Given rows and columns that are solved for together."""
REACH_PX = 6
"""How far around a patch pixels are looked at that are mixed with its own."""
ROUNDED_PX = (-0.45, -0.27, -0.09, 0.09, 0.27, 0.45)
"""By how much the longer side may have been rounded to whole pixels."""
UNEVEN = ("linear/sharp", "area", "cubic-0.75/sharp", "lanczos-4/sharp")
"""Kernels of libraries whose step need not be the ratio of the sizes."""
CLIPPED = ("cubic-0.5/soft", "lanczos-3/soft")
"""Kernels that overshoot, of libraries that keep whole grey levels between rows and columns."""
STRETCH, STRETCHES = 1e-4, 3
"""A step is tried so much longer and shorter, in native pixels, and so often."""
BOLD = 0.5
"""The share of the ink that bold text leaves below full brightness."""


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


def _restored(ink: Picture, size: tuple[int, int]) -> Picture | None:
    """The picture of two levels that ``ink`` was resampled from, if there is one."""
    given = np.divide(ink, FULL_INK, dtype=np.float32)
    if not given.any():
        return None
    for way in _ways(given, size):
        drawn = _enlarged(given, way) if given.shape >= size else None
        drawn = _fitted(given, way) if drawn is None else drawn
        if drawn is not None:
            return drawn.astype(np.uint8) * np.uint8(FULL_INK)
    return None


def _ways(given: Matrix, size: tuple[int, int]) -> Iterator[Way]:
    """By the ratio of the sizes, then by the step that fits a patch of text best."""
    patch = _busiest(given)
    down, across = (
        Axis(drawn, came, drawn / came) for drawn, came in zip(size, given.shape, strict=True)
    )
    ways = [Way(down, across, kernel) for kernel in KERNELS]
    ways += [Way(down, across, kernel, clips_between=True) for kernel in CLIPPED]
    best, missed = _best(given, patch, ways)
    if missed <= HOPELESS:
        yield best
    steps = [max(size) / (max(given.shape) + part) for part in ROUNDED_PX]
    ways = [Way(down, across, kernel).at(step) for step in steps for kernel in UNEVEN]
    best, missed = _best(given, patch, ways)
    if missed <= MISALIGNED:
        yield _aligned(given, best, patch[0])


def _busiest(given: Matrix) -> Patch:
    """The patch that holds most ink."""
    inked = cv2.boxFilter(given, -1, PATCH[::-1], normalize=False, borderType=cv2.BORDER_CONSTANT)
    middle = divmod(int(inked.argmax()), given.shape[1])
    rows, columns = (
        slice(max(0, at - px // 2), at + px // 2) for at, px in zip(middle, PATCH, strict=True)
    )
    return rows, columns


def _best(given: Matrix, patch: Patch, ways: Sequence[Way]) -> tuple[Way, float]:
    """The way that explains a patch best, and the grey levels by which its two levels miss it."""
    wanted, missed = given[patch], {}
    for way in ways:
        part = Part(way, *patch)
        again = part.over(two_level(part.approached(wanted, TRIAL_STEPS)))
        missed[way] = float(np.abs(again - wanted).mean() * FULL_INK)
    best = min(missed, key=lambda way: missed[way])
    return best, missed[best]


def _aligned(given: Matrix, way: Way, rows: slice) -> Way:
    """The same with the step that fits ``rows`` best, from end to end."""
    strip = (rows, slice(0, given.shape[1]))
    part = Part(way, *strip)
    drawn = two_level(part.approached(given[strip], TRIAL_STEPS))
    for _ in range(STRETCHES):
        shorter, as_it_is, longer = (
            float(np.square(part.along(way.at(way.across.step + by), drawn) - given[strip]).sum())
            for by in (-STRETCH, 0, STRETCH)
        )
        bend = shorter - 2 * as_it_is + longer
        if bend <= 0:
            break
        by = float(np.clip((shorter - longer) / (2 * bend), -3, 3)) * STRETCH
        way = way.at(way.across.step + by)
    return way


def _enlarged(given: Matrix, way: Way) -> Matrix | None:
    """The picture that was enlarged to ``given``, where it proves itself to the last pixel.

    Two levels are so far apart that undoing the wrong kernel tells them as well.
    """
    drawn = two_level(inverse(way.down) @ given @ inverse(way.across).T)
    is_exact = all(off.max() <= EXACT for off in _differences(given, way, drawn))
    return drawn if is_exact else None


def _differences(given: Matrix, way: Way, drawn: Matrix) -> Iterator[Matrix]:
    """By how many grey levels ``drawn``, resampled, misses ``given``; a few rows at a time."""
    for rows in _stretches(given.shape[0], PATCH[0]):
        part = Part(way, rows, slice(0, given.shape[1]))
        again = part.over(drawn[part.native_rows, part.native_columns])
        yield np.abs(again - given[rows]) * FULL_INK


def _fitted(given: Matrix, way: Way) -> Matrix | None:
    """The picture that resamples to ``given``, found patch by patch."""
    drawn = np.zeros((way.down.native_px, way.across.native_px), np.float32)
    undecided = 0
    for patch in product(
        _stretches(given.shape[0], PATCH[0]), _stretches(given.shape[1], PATCH[1])
    ):
        if not given[patch].any():
            continue
        solution = _solved(given, way, patch)
        if solution is None:
            return None
        drawn[solution.native] = solution.drawn
        undecided += solution.undecided
    inked = [off for off in _differences(given, way, drawn) if off.any()]
    most, mean = max(off.max() for off in inked), np.mean([off.mean() for off in inked])
    likely = most <= FLIPPED and mean <= RESIDUAL and undecided <= UNDECIDED * drawn.sum()
    return drawn if most <= EXACT or likely else None


@dataclass(frozen=True, slots=True)
class _Solution:
    """A patch's own pixels, where they lie, and how many of them may be the other level."""

    native: Patch
    drawn: Matrix
    undecided: int


def _solved(given: Matrix, way: Way, patch: Patch) -> _Solution | None:
    """The two levels of a patch; None where none fit."""
    rows, columns = (slice(max(0, at.start - REACH_PX), at.stop + REACH_PX) for at in patch)
    wanted = given[rows, columns]
    part = Part(way, rows, columns)
    native = way.down.native(patch[0]), way.across.native(patch[1])
    middle = _inside(patch, (rows, columns))
    inside = _inside(native, (part.native_rows, part.native_columns))
    for steps in STEPS:
        found = part.approached(wanted, steps)
        drawn = part.settled(two_level(found), wanted)
        off = np.abs(part.over(drawn) - wanted) * FULL_INK
        if off.mean() > HOPELESS:
            return None
        if off.max() <= EXACT:
            break
    if off.max() > FLIPPED:
        drawn = part.mended(drawn, wanted, EXACT / FULL_INK)
        off = np.abs(part.over(drawn) - wanted) * FULL_INK
    undecided = int((np.abs(found - drawn)[inside] > CERTAIN).sum())
    missed, doubted = off[middle].max(), undecided > OPEN * drawn.sum()
    if missed > FLIPPED or (missed > EXACT and doubted):
        return None
    return _Solution(native, drawn[inside], undecided)


def _inside(some: Patch, every: Patch) -> Patch:
    """Where ``some`` lie among ``every``."""
    rows, columns = (
        slice(at.start - reach.start, at.stop - reach.start)
        for at, reach in zip(some, every, strict=True)
    )
    return rows, columns


def _stretches(px: int, long: int) -> list[slice]:
    return [slice(first, min(first + long, px)) for first in range(0, px, long)]
