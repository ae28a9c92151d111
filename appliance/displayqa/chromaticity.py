"""Chromaticity in the CIE 1976 diagram, and how far two of them are apart; exact if it can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import isqrt, sqrt

FEWEST = 2
"""A distance is between two."""


@dataclass(frozen=True, slots=True)
class Chromaticity:
    """A point u', v' of the CIE 1976 diagram. Raises ValueError outside 0 to 1."""

    u_prime: Fraction
    v_prime: Fraction

    def __post_init__(self) -> None:
        if not (0 <= self.u_prime <= 1 and 0 <= self.v_prime <= 1):
            raise ValueError(f"no chromaticity: {float(self.u_prime)}, {float(self.v_prime)}")

    def distance(self, other: "Chromaticity") -> Fraction:
        """The straight line between the two."""
        across, up = self.u_prime - other.u_prime, self.v_prime - other.v_prime
        return _root(across * across + up * up)


D65 = Chromaticity(Fraction("0.19783"), Fraction("0.46833"))
"""The white that AAPM TG270 compares with."""


def greatest_distance(points: Sequence[Chromaticity]) -> Fraction:
    """Of any two of them. Raises ValueError without two."""
    if len(points) < FEWEST:
        raise ValueError("a distance is between two")
    return max(one.distance(other) for one, other in combinations(points, 2))


def distance_from(points: Sequence[Chromaticity], white: Chromaticity) -> Fraction:
    """The greatest of any of them from ``white``. Raises ValueError without one."""
    return max(each.distance(white) for each in points)


def mean(points: Sequence[Chromaticity]) -> Chromaticity:
    """The middle of repeated readings. Raises ValueError without one."""
    if not points:
        raise ValueError("nothing has no mean")
    across, up = sum(each.u_prime for each in points), sum(each.v_prime for each in points)
    return Chromaticity(Fraction(across, len(points)), Fraction(up, len(points)))


def _root(square: Fraction) -> Fraction:
    """Exact for the square of a fraction, so that a distance may equal a limit."""
    top, bottom = isqrt(square.numerator), isqrt(square.denominator)
    if top * top == square.numerator and bottom * bottom == square.denominator:
        return Fraction(top, bottom)
    return Fraction(sqrt(square))
