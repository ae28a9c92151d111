"""Chromaticity in the CIE 1976 diagram, and how far two of them are apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Chromaticity:
    """A point u', v' of the CIE 1976 diagram. Raises ValueError outside 0 to 1."""

    u_prime: Decimal
    v_prime: Decimal

    def __post_init__(self) -> None:
        if not (0 <= self.u_prime <= 1 and 0 <= self.v_prime <= 1):
            raise ValueError(f"no chromaticity: {self.u_prime}, {self.v_prime}")

    def distance(self, other: "Chromaticity") -> Decimal:
        """The straight line between the two."""
        across, up = self.u_prime - other.u_prime, self.v_prime - other.v_prime
        return (across * across + up * up).sqrt()


D65 = Chromaticity(Decimal("0.19783"), Decimal("0.46833"))
"""The white that AAPM TG270 compares with."""


def greatest_distance(points: Sequence[Chromaticity]) -> Decimal:
    """Of any two of them. Raises ValueError without two."""
    if len(points) < 2:  # noqa: PLR2004 - a distance is between two
        raise ValueError("a distance is between two")
    return max(one.distance(other) for one, other in combinations(points, 2))


def distance_from(points: Sequence[Chromaticity], white: Chromaticity) -> Decimal:
    """The greatest of any of them from ``white``. Raises ValueError without one."""
    return max(each.distance(white) for each in points)
