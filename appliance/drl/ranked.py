"""Doses in their order, of which only those are made numbers that are looked at."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from appliance.charts.axes import round_step
from appliance.drl.statistics import MEDIAN, ordered_percentile

FINEST, REACH = 24, 1.15
"""Bars of a histogram at most, and how far it goes beyond nearly all doses and every level."""
NEARLY_ALL = Fraction(99, 100)


class Bar(NamedTuple):
    """How many doses are from one to below another."""

    least: float
    below: float
    number: int


class Ranked(Sequence[Decimal]):
    """Ascending; each is the shortest number that is stored as it is, so the one that was printed.

    ``statistics.ordered_percentile`` takes it as it is.
    """

    def __init__(self, values: NDArray[np.float64]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, at: int) -> Decimal: ...
    @overload
    def __getitem__(self, at: slice) -> "Ranked": ...
    def __getitem__(self, at: int | slice) -> "Decimal | Ranked":
        if isinstance(at, slice):
            return Ranked(self._values[at])
        return Decimal(repr(float(self._values[at])))

    @property
    def median(self) -> Decimal:
        """The middle one. Raises ValueError where there is none."""
        return self.percentile(MEDIAN)

    def percentile(self, share: Fraction) -> Decimal:
        """Below which that share lies. Raises ValueError where there is none."""
        return ordered_percentile(self, share)

    def bars(self, marked: Sequence[Decimal] = ()) -> tuple[tuple[Bar, ...], int]:
        """A histogram from 0 over nearly all and everything ``marked``, and how many are beyond."""
        if not len(self):
            return (), 0
        top = REACH * max(map(float, (self.percentile(NEARLY_ALL), *marked)))
        step = round_step(top / FINEST if top > 0 else 1.0)
        edges = np.arange(0, top + step, step)
        counts, _ = np.histogram(self._values, edges)
        found = zip(edges.tolist(), edges[1:].tolist(), counts.tolist(), strict=False)
        return tuple(Bar(*each) for each in found), len(self) - int(counts.sum())


class Month(NamedTuple):
    """The doses of one month; ``first`` is its first day."""

    first: date
    doses: Ranked


def ranked(values: NDArray[np.float64]) -> Ranked:
    """Those of ``values`` that are numbers."""
    return Ranked(np.sort(values[~np.isnan(values)]))


def by_key(keys: NDArray[Any], values: NDArray[np.float64]) -> dict[int, Ranked]:
    """Ranked for each key that has a number, ascending by key."""
    known = ~np.isnan(values)
    keys, values = keys[known], values[known]
    if not len(keys):
        return {}
    places = keys - keys.min()
    narrow = places.astype(np.min_scalar_type(places.max()))  # 16 bits are sorted by counting
    order = np.argsort(narrow, kind="stable")
    keys, values = keys[order], values[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]).tolist()
    groups = [values[start:end] for start, end in pairwise([*starts, len(keys)])]
    for each in groups:
        each.sort()  # where it lies: one block for all, which goes back as a whole
    return {int(keys[start]): Ranked(each) for start, each in zip(starts, groups, strict=True)}
