"""How a quantity of a display went from test to test, and when it will cross its limit.

A straight line by least squares. How sure it is follows from how far the tests are off that line
(Student's t, 95 %); when the line meets the limit, from both ends of that band (Fieller). Two tests
make a line and tell nothing of how sure it is. Displays do not have to age along a straight line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import sqrt
from statistics import fmean

from appliance.displayqa.ruleset import Limit, Operator

DAYS_A_YEAR = 365.25
LONGEST_DAYS = 50 * DAYS_A_YEAR
"""Nothing is said of what is further off."""
FEWEST, FEWEST_FOR_ERROR = 2, 3
STUDENT = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""Two-sided 95 % by degrees of freedom, from 1; beyond them the last."""


@dataclass(frozen=True, slots=True)
class Point:
    """One test: its day, its number, and the value in the quantity's unit."""

    day: date
    test: int
    value: Fraction


@dataclass(frozen=True, slots=True)
class Crossing:
    """When the line meets the limit; ``earliest`` and ``latest`` at 95 %, None: not to be told."""

    day: date
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """The line: change a year, and its error at 95 % (None: of two tests, not to be told).

    ``crossing`` is None where it does not head for the limit, or only beyond fifty years.
    """

    per_year: float
    error_per_year: float | None
    crossing: Crossing | None

    @property
    def is_certain(self) -> bool:
        """Whether the change is more than its error."""
        return self.error_per_year is not None and abs(self.per_year) > self.error_per_year


@dataclass(frozen=True, slots=True)
class Trend:
    """One quantity over the tests of a panel; ``baseline`` of its acceptance, None: there is none.

    ``drift`` is None with fewer than two tests on different days.
    """

    limit: Limit
    points: tuple[Point, ...]
    baseline: Fraction | None
    drift: Drift | None


def trend(limit: Limit, points: Sequence[Point], baseline: Fraction | None) -> Trend:
    """Of the points in the order of their days."""
    ordered = tuple(sorted(points, key=lambda each: (each.day, each.test)))
    return Trend(limit, ordered, baseline, _drift(limit, ordered))


@dataclass(frozen=True, slots=True)
class _Line:
    """Through ``mean_day`` (days since the first test) and ``mean``; ``spread`` of the days."""

    count: int
    mean_day: float
    mean: float
    slope: float
    spread: float
    error: float | None

    def meets(self, value: float) -> float:
        """After how many days."""
        return self.mean_day + (value - self.mean) / self.slope

    def meets_within(self, value: float) -> tuple[float, float] | None:
        """The earliest and the latest day that its error leaves; None: it may never."""
        if self.error is None:
            return None
        off = value - self.mean
        square = self.slope**2 - self.error**2 / self.spread
        rest = off**2 - self.error**2 / self.count
        under = (self.slope * off) ** 2 - square * rest
        if square <= 0 or under < 0:
            return None
        ends = [(self.slope * off + sign * sqrt(under)) / square for sign in (-1, 1)]
        return self.mean_day + min(ends), self.mean_day + max(ends)


def _drift(limit: Limit, points: Sequence[Point]) -> Drift | None:
    line = _line(points)
    if line is None:
        return None
    error = None if line.error is None else line.error / sqrt(line.spread) * DAYS_A_YEAR
    return Drift(line.slope * DAYS_A_YEAR, error, _crossing(limit, points, line))


def _line(points: Sequence[Point]) -> _Line | None:
    days = [float((each.day - points[0].day).days) for each in points]
    values = [float(each.value) for each in points]
    if len(set(days)) < FEWEST:
        return None
    mean_day, mean = fmean(days), fmean(values)
    spread = sum((day - mean_day) ** 2 for day in days)
    pairs = list(zip(days, values, strict=True))
    slope = sum((day - mean_day) * (value - mean) for day, value in pairs) / spread
    error = None
    if len(points) >= FEWEST_FOR_ERROR:
        free = len(points) - 2
        left = sum((value - mean - slope * (day - mean_day)) ** 2 for day, value in pairs)
        error = STUDENT[min(free, len(STUDENT)) - 1] * sqrt(left / free)
    return _Line(len(points), mean_day, mean, slope, spread, error)


def _crossing(limit: Limit, points: Sequence[Point], line: _Line) -> Crossing | None:
    """Of a line that heads for the limit from where the display keeps it."""
    falls_out = limit.operator in {Operator.AT_LEAST, Operator.ABOVE}
    heads = line.slope < 0 if falls_out else line.slope > 0
    if not heads or not limit.operator.holds(points[-1].value, limit.value):
        return None
    first, value = points[0].day, float(limit.value)
    day = _day(first, line.meets(value))
    if day is None or day < points[-1].day:
        return None
    earliest, latest = line.meets_within(value) or (None, None)
    return Crossing(day, _day(first, earliest), _day(first, latest))


def _day(first: date, days: float | None) -> date | None:
    if days is None or abs(days) > LONGEST_DAYS:
        return None
    return first + timedelta(days=round(days))
