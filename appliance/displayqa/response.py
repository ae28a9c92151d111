"""Contrast response: how far the steps of a display's grey scale are from the GSDF's.

AAPM TG18, IEC 62563-1 and JESRA X-0093 define it in the same way: from equally spaced levels, for
each interval between neighbours, the relative contrast a JND against that of the GSDF between the
same end points; the greatest deviation is called k-delta (κδ).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from appliance.displayqa.gsdf import is_defined, jnd_index, luminance_cd_m2

FEWEST = 3
LEAST_STEP_JND = 1.0
"""Below it the formulas of the GSDF are too coarse to expect a contrast from, and no display is."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Between two neighbouring levels: relative contrast a JND, measured and of the GSDF."""

    measured: float
    expected: float

    @property
    def deviation(self) -> float:
        """Relative, signed: 0.1 is a contrast 10 % above the GSDF's."""
        return (self.measured - self.expected) / self.expected


@dataclass(frozen=True, slots=True)
class ContrastResponse:
    """The intervals of a grey scale from dark to bright.

    Attributes:
        first_jnd: JND index of the darkest level.
        last_jnd: JND index of the brightest level.
        intervals: One fewer than levels.
        is_monotone: Whether every level is brighter than the one before.
    """

    first_jnd: float
    last_jnd: float
    intervals: tuple[Interval, ...]
    is_monotone: bool

    @property
    def step_jnd(self) -> float:
        """JND between neighbouring levels, were it the GSDF."""
        return (self.last_jnd - self.first_jnd) / len(self.intervals)

    @property
    def k_delta_percent(self) -> float:
        """The greatest deviation without its sign, in percent."""
        return 100 * max(abs(each.deviation) for each in self.intervals)

    @property
    def worst_interval(self) -> int:
        """Number of the interval that deviates most, from 1; the first of several."""
        sizes = [abs(each.deviation) for each in self.intervals]
        return 1 + sizes.index(max(sizes))


def contrast_response(luminances_cd_m2: Sequence[float]) -> ContrastResponse:
    """The response of equally spaced levels, from level 0 up, ambient luminance included.

    Raises ValueError for fewer than three levels, for a luminance outside the GSDF, and where the
    last level is not brighter than the first by a JND an interval: no contrast can be expected.
    """
    if len(luminances_cd_m2) < FEWEST:
        raise ValueError(f"fewer than {FEWEST} levels")
    if not all(map(is_defined, luminances_cd_m2)):
        raise ValueError("a luminance is outside the GSDF")
    first, last = jnd_index(luminances_cd_m2[0]), jnd_index(luminances_cd_m2[-1])
    step = (last - first) / (len(luminances_cd_m2) - 1)
    if step < LEAST_STEP_JND:
        raise ValueError("the last level is not brighter than the first, or hardly")
    ideal = _ideal(first, last, luminances_cd_m2)
    return ContrastResponse(
        first,
        last,
        tuple(
            Interval(_contrast(*measured) / step, _contrast(*expected) / step)
            for measured, expected in zip(pairwise(luminances_cd_m2), pairwise(ideal), strict=True)
        ),
        all(dark < bright for dark, bright in pairwise(luminances_cd_m2)),
    )


def _ideal(first: float, last: float, measured: Sequence[float]) -> list[float]:
    """The GSDF between the end points, which are themselves as measured."""
    gaps = len(measured) - 1
    between = [luminance_cd_m2(first + (last - first) * at / gaps) for at in range(1, gaps)]
    return [measured[0], *between, measured[-1]]


def _contrast(dark: float, bright: float) -> float:
    """Twice the difference over the sum."""
    return 2 * (bright - dark) / (bright + dark)
