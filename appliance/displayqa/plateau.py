"""Plateaus in what a meter reads while a person pages: stretches over which the light stays.

A stretch is a plateau when it has several readings, lasts longer than a viewer's black between two
pictures, and none of its readings is far from its middle. What does not settle is no plateau: a
hand that passes, a page that was gone at once, one reading over two pages. The figures are ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from statistics import median_low

FEWEST = 3
"""Readings of a plateau."""
SHORTEST_S = 1.5
"""Longer than a viewer stays black between two pictures."""
APART = Decimal("0.03")
"""Share of the greater by which two luminances of one level may be apart: noise, and drift in
between. Neighbours of eighteen levels are further apart on anything that is not defective: by 6 %
at the bright end of a display whose luminance is proportional to the level."""
APART_QUANTA = 2
"""The same in units of the last place that the meter tells, which decides in the dark."""
KEPT = 5
"""Readings that are kept of a plateau at most."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading, and when it came, in seconds of a clock that does not jump."""

    at_s: float
    luminance_cd_m2: Decimal


@dataclass(frozen=True)
class Plateau:
    """Readings one after the other that are of one luminance."""

    samples: tuple[Sample, ...]

    @property
    def began_s(self) -> float:
        """When the first of them came."""
        return self.samples[0].at_s

    @property
    def ended_s(self) -> float:
        """When the last of them came."""
        return self.samples[-1].at_s

    @property
    def is_settled(self) -> bool:
        """Whether there are enough, over long enough."""
        return len(self.samples) >= FEWEST and self.ended_s - self.began_s >= SHORTEST_S

    @cached_property
    def middle_cd_m2(self) -> Decimal:
        """The median; one of them, with its last place."""
        return median_low(each.luminance_cd_m2 for each in self.samples)

    @property
    def kept(self) -> tuple[Sample, ...]:
        """What is to be kept: the last readings, without the ends, where a page may have turned."""
        inner = self.samples[1:-1] if len(self.samples) > FEWEST + 1 else self.samples
        return inner[-KEPT:]


@dataclass
class Stream:
    """Readings as they come, and the plateaus in them."""

    _open: list[Sample] = field(default_factory=list)
    _closed: list[Plateau] = field(default_factory=list)

    def add(self, sample: Sample) -> None:
        """The next reading. Raises ValueError for one that is older than the last."""
        if self._open and sample.at_s < self._open[-1].at_s:
            raise ValueError(f"{sample.at_s} s is before {self._open[-1].at_s} s")
        if self._open and are_apart(_middle(self._open), sample.luminance_cd_m2):
            self._close()
        self._open.append(sample)

    @property
    def plateaus(self) -> tuple[Plateau, ...]:
        """Those that settled, in order; the last of them may still grow."""
        return tuple(each for each in (*self._closed, *self._now()) if each.is_settled)

    @property
    def is_settled(self) -> bool:
        """Whether the light stays now."""
        return any(each.is_settled for each in self._now())

    def _now(self) -> list[Plateau]:
        return [Plateau(tuple(self._open))] if self._open else []

    def _close(self) -> None:
        self._closed += [each for each in self._now() if each.is_settled]
        self._open = []


def plateaus(samples: Iterable[Sample]) -> tuple[Plateau, ...]:
    """All of them in a stream that has ended."""
    stream = Stream()
    for each in samples:
        stream.add(each)
    return stream.plateaus


def are_apart(one_cd_m2: Decimal, other_cd_m2: Decimal, share: Decimal = APART) -> bool:
    """Whether two luminances, each with the last place that was told, are of different levels.

    They may be apart by ``share`` of the greater, or by two of the last place.
    """
    quantum = max(_quantum(one_cd_m2), _quantum(other_cd_m2))
    allowed = max(share * max(one_cd_m2, other_cd_m2), APART_QUANTA * quantum)
    return abs(one_cd_m2 - other_cd_m2) > allowed


def _middle(samples: list[Sample]) -> Decimal:
    return median_low(each.luminance_cd_m2 for each in samples)


def _quantum(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(0)
