"""Volumes: one reconstruction of an irradiation, as a stack of slices along the patient."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from appliance.headers.slice import Slice

SAME_PLACE_MM = Decimal("0.02")
"""Slices so near to each other are at one place, and steps that differ so much are even."""


@dataclass(frozen=True, eq=False)
class Volume:
    """The slices of one reconstruction."""

    slices: tuple[Slice, ...]

    @property
    def thickness_mm(self) -> Decimal | None:
        """Of every slice."""
        return self.slices[0].technique.thickness_mm

    @cached_property
    def places_mm(self) -> tuple[Decimal, ...]:
        """Each place that has a slice, from the lowest; none when a slice has no axial place."""
        heights = sorted(each.z_mm for each in self.slices if each.z_mm is not None)
        if len(heights) < len(self.slices):
            return ()
        return tuple(
            each
            for before, each in zip([None, *heights], heights, strict=False)
            if before is None or each - before > SAME_PLACE_MM
        )

    @property
    def edges_mm(self) -> tuple[Decimal, Decimal] | None:
        """The lowest and the highest edge; None when a place or the thickness is unknown."""
        if not self.places_mm or self.thickness_mm is None:
            return None
        half = self.thickness_mm / 2
        return self.places_mm[0] - half, self.places_mm[-1] + half

    @property
    def length_mm(self) -> Decimal | None:
        """From edge to edge."""
        return None if self.edges_mm is None else self.edges_mm[1] - self.edges_mm[0]

    @cached_property
    def is_even(self) -> bool:
        """Whether every place is as far from the next and has as many slices as any other."""
        counts = Counter(each.z_mm for each in self.slices)
        return self.is_spaced_evenly and len(set(counts.values())) == 1

    @property
    def is_spaced_evenly(self) -> bool:
        """Whether every place is as far from the next as any other: none is missing between."""
        steps = _steps(self.places_mm)
        even = not steps or max(steps) - min(steps) <= SAME_PLACE_MM
        return bool(self.places_mm) and even

    @property
    def has_gaps(self) -> bool:
        """Whether there is something between two slices that is on neither."""
        steps, thickness = _steps(self.places_mm), self.thickness_mm
        return bool(steps) and (thickness is None or max(steps) > thickness + SAME_PLACE_MM)

    @property
    def repeats(self) -> bool:
        """Whether a place has several slices, or may have: their places are not known."""
        return len(self.slices) > 1 and len(self.places_mm) < len(self.slices)


def widest(volumes: Sequence[Volume]) -> Volume:
    """The one that reaches farthest, of those the one with most slices, else the first."""
    return min(volumes, key=lambda each: (-_reach(each), -len(each.slices)))


def _reach(volume: Volume) -> Decimal:
    places = volume.places_mm
    return places[-1] - places[0] if places else Decimal(0)


def _steps(places: Sequence[Decimal]) -> list[Decimal]:
    return [after - before for before, after in pairwise(places)]
