"""How different luminances are that should be the same, in percent; exact in decimals."""

from collections.abc import Sequence
from decimal import Decimal


def difference_percent(luminances_cd_m2: Sequence[Decimal]) -> Decimal:
    """200 (max - min) / (max + min): over a screen, or between displays (TG18, IEC 62563-1).

    Raises ValueError without two luminances, or when the brightest is not above 0.
    """
    greatest, least = _extremes(luminances_cd_m2)
    return 200 * (greatest - least) / (greatest + least)


def median_deviation_percent(luminances_cd_m2: Sequence[Decimal]) -> Decimal:
    """100 max |L - median| / median over a screen (AAPM TG270, "LUDM").

    Raises ValueError without two luminances, or when the median is not above 0.
    """
    _extremes(luminances_cd_m2)
    middle = _median(luminances_cd_m2)
    if not middle > 0:
        raise ValueError("no luminance")
    return 100 * max(abs(each - middle) for each in luminances_cd_m2) / middle


def deviation_percent(luminance_cd_m2: Decimal, reference_cd_m2: Decimal) -> Decimal:
    """How far a luminance is from a target or a baseline, without the sign.

    Raises ValueError when the reference is not above 0.
    """
    if not reference_cd_m2 > 0:
        raise ValueError("no luminance to compare with")
    return 100 * abs(luminance_cd_m2 - reference_cd_m2) / reference_cd_m2


def _extremes(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    if len(values) < 2:  # noqa: PLR2004 - a difference is between two
        raise ValueError("a difference is between two")
    greatest, least = max(values), min(values)
    if least < 0 or not greatest > 0:
        raise ValueError("no luminance")
    return greatest, least


def _median(values: Sequence[Decimal]) -> Decimal:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
