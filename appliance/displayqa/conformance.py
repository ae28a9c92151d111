"""FIT and LUM: the two measures of conformance of DICOM PS3.14 annex C, which sets no limits.

The JNDs of each luminance interval of a display that follows the GSDF are equal. FIT asks which
polynomial through them fits best, and wants it to be the horizontal line; LUM is what is left
about that line. Annex C leaves open how the best is chosen: here it has the least variance about it
for each degree of freedom, of the orders 0 to 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from appliance.displayqa.gsdf import jnd_index, luminance_cd_m2

ORDERS = range(4)
HALF_JND = 0.5


@dataclass(frozen=True, slots=True)
class Conformance:
    """Annex C of one grey scale.

    Attributes:
        jnds: JNDs in each luminance interval, from dark to bright.
        fit_order: Order of the polynomial that fits best; 0 is the horizontal line.
        lum_jnd: Root mean square of ``jnds`` about their mean.
    """

    jnds: tuple[float, ...]
    fit_order: int
    lum_jnd: float

    @property
    def mean_jnds(self) -> float:
        """The horizontal line."""
        return sum(self.jnds) / len(self.jnds)


def conformance(luminances_cd_m2: Sequence[float]) -> Conformance:
    """FIT and LUM of equally spaced levels, ambient luminance included.

    Raises ValueError for fewer than six levels, or where the middle of an interval is within half
    a JND of the ends of the GSDF or beyond them.
    """
    jnds = tuple(_jnds(*pair) for pair in pairwise(luminances_cd_m2))
    if len(jnds) <= len(ORDERS):
        raise ValueError("too few levels to fit")
    residues = [_residue(jnds, order) for order in ORDERS]
    variances = [
        sum(r * r for r in each) / (len(jnds) - 1 - at) for at, each in enumerate(residues)
    ]
    lum = sqrt(sum(r * r for r in residues[0]) / len(jnds))
    return Conformance(jnds, variances.index(min(variances)), lum)


def _jnds(dark: float, bright: float) -> float:
    """Contrast of the interval by that of one JND of the GSDF about its mean luminance."""
    middle = jnd_index((dark + bright) / 2)
    below, above = luminance_cd_m2(middle - HALF_JND), luminance_cd_m2(middle + HALF_JND)
    return (bright - dark) * (above + below) / ((bright + dark) * (above - below))


def _residue(values: Sequence[float], order: int) -> list[float]:
    """What a least-squares polynomial of ``order`` leaves, by orthogonal polynomials."""
    left = list(values)
    basis: list[list[float]] = []
    for power in range(order + 1):
        column = [(at - (len(values) - 1) / 2) ** power for at in range(len(values))]
        for other in basis:
            column = _without(column, other)
        basis.append(column)
        left = _without(left, column)
    return left


def _without(values: Sequence[float], direction: Sequence[float]) -> list[float]:
    """``values`` less their part along ``direction``."""
    part = sum(a * b for a, b in zip(values, direction, strict=True))
    part /= sum(b * b for b in direction)
    return [a - part * b for a, b in zip(values, direction, strict=True)]
