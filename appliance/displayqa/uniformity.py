"""How different luminances are that should be the same, in percent; exact fractions."""

from collections.abc import Sequence
from fractions import Fraction
from statistics import median

FEWEST = 2
"""A difference is between two."""


def difference_percent(luminances_cd_m2: Sequence[Fraction]) -> Fraction:
    """200 (max - min) / (max + min): over a screen, or between displays (TG18, IEC 62563-1).

    Raises ValueError without two luminances, for one below 0, and when all are 0.
    """
    greatest, least = _extremes(luminances_cd_m2)
    return 200 * (greatest - least) / (greatest + least)


def median_deviation_percent(luminances_cd_m2: Sequence[Fraction]) -> Fraction:
    """100 max |L - median| / median over a screen (AAPM TG270, "LUDM").

    Raises ValueError without two luminances, for one below 0, and when the median is 0.
    """
    greatest, least = _extremes(luminances_cd_m2)
    middle = median(luminances_cd_m2)
    return max(deviation_percent(each, middle) for each in (greatest, least))


def deviation_percent(luminance_cd_m2: Fraction, reference_cd_m2: Fraction) -> Fraction:
    """How far a luminance is from a target, a baseline or a median, without the sign.

    Raises ValueError when the reference is not above 0.
    """
    if not reference_cd_m2 > 0:
        raise ValueError("no luminance to compare with")
    return 100 * abs(luminance_cd_m2 - reference_cd_m2) / reference_cd_m2


def _extremes(values: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    if len(values) < FEWEST:
        raise ValueError("a difference is between two")
    greatest, least = max(values), min(values)
    if least < 0 or not greatest > 0:
        raise ValueError("no luminance")
    return greatest, least
