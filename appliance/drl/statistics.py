"""Median and percentiles of printed numbers, exactly."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TypeVar

LOWER_QUARTILE, MEDIAN, UPPER_QUARTILE = Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)
Number = TypeVar("Number", Decimal, float)
WHOLE_FROM, ONE_DECIMAL_FROM = 100, 10


def percentile(values: Sequence[Decimal], share: Fraction) -> Decimal:
    """The value below which ``share`` of the sorted ``values`` lie, linear between neighbours.

    The definition of ``statistics.quantiles(method="inclusive")`` and of ``numpy.percentile``.
    Raises ValueError when there are no values.
    """
    return ordered_percentile(sorted(values), share)


def ordered_percentile(ordered: Sequence[Number], share: Fraction) -> Number:
    """The same of values that are ascending; only its neighbours are looked at."""
    if not ordered:
        raise ValueError("nothing has no percentile")
    place = share * (len(ordered) - 1)
    below = place.numerator // place.denominator
    part = place - below
    if not part:
        return ordered[below]
    step = (ordered[below + 1] - ordered[below]) * part.numerator / part.denominator
    return ordered[below] + step


def median(values: Sequence[Decimal]) -> Decimal:
    """The middle value, or half-way between the two in the middle."""
    return percentile(values, MEDIAN)


def mean(values: Sequence[Decimal]) -> Decimal:
    """The arithmetic mean. Raises ValueError when there are no values."""
    if not values:
        raise ValueError("nothing has no mean")
    return sum(values, Decimal(0)) / len(values)


def rounded(value: Decimal) -> Decimal:
    """For people: whole from 100 on, one decimal from 10 on, else two."""
    places = "1" if value >= WHOLE_FROM else "0.1" if value >= ONE_DECIMAL_FROM else "0.01"
    return value.quantize(Decimal(places), ROUND_HALF_EVEN)
