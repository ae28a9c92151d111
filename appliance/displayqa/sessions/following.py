"""Following a person who pages through a series of patterns in a viewer, there and back.

The meter is read without a pause. What was measured is told once all levels are known; before that
only whether the light stays, and how many levels there seem to be.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.meters.reading import Failure, Reading
from appliance.displayqa.paging import Doubt, Level, Paging, Unknown
from appliance.displayqa.plateau import Sample, Stream, are_apart
from appliance.displayqa.sessions.happening import Measured
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Measure

TURNS = 2
"""At the last picture, and at the first."""


@dataclass
class Follower:
    """``read`` asks the meter for one reading; ``now_s`` is a clock that does not jump."""

    read: Callable[[], Reading | Failure]
    now_s: Callable[[], float]
    _stream: Stream = field(default_factory=Stream, init=False)
    _samples: list[Sample] = field(default_factory=list, init=False)
    _chromaticities: dict[float, Chromaticity] = field(default_factory=dict, init=False)
    _spoken_s: list[float] = field(default_factory=list, init=False)

    def look(self) -> Failure | None:
        """Read once. A failure is of that reading only; what was read before stays."""
        outcome = self.read()
        if isinstance(outcome, Failure):
            return outcome
        if outcome.luminance_cd_m2 is not None:
            self._keep(Sample(self.now_s(), outcome.luminance_cd_m2), outcome)
        return None

    @property
    def is_settled(self) -> bool:
        """Whether the light stays now, so that the person may page on."""
        return self._stream.is_settled

    @property
    def stays(self) -> int:
        """How often the light has stayed, which tells the person to page on."""
        return len(self._stream.plateaus)

    @property
    def seen_cd_m2(self) -> tuple[Decimal, ...]:
        """Luminances that were each clearly brighter than all before: what there seems to be."""
        seen: list[Decimal] = []
        for each in self._stream.plateaus:
            middle = each.middle_cd_m2
            if not seen or (middle > seen[-1] and are_apart(middle, seen[-1])):
                seen.append(middle)
        return tuple(seen)

    @property
    def last_cd_m2(self) -> Decimal | None:
        """What was read last; None: nothing yet."""
        return self._samples[-1].luminance_cd_m2 if self._samples else None

    def turn(self) -> None:
        """The person says that the last picture is shown, and later that the first is again."""
        self._spoken_s.append(self._samples[-1].at_s if self._samples else self.now_s())

    def measured(self, session: Session) -> tuple[Measured, ...] | Unknown:
        """The grey scale of the test's plan, or why no level is known."""
        steps = scale(session)
        if len(self._spoken_s) != TURNS:
            return Unknown(Doubt.NOTHING_SETTLED)
        levels = Paging(tuple(self._samples), *self._spoken_s).levels(len(steps))
        return levels if isinstance(levels, Unknown) else tuple(self._told(levels, steps))

    def _keep(self, sample: Sample, reading: Reading) -> None:
        self._stream.add(sample)
        self._samples.append(sample)
        u_prime, v_prime = reading.u_prime, reading.v_prime
        if u_prime is not None and v_prime is not None and 0 <= u_prime <= 1 and 0 <= v_prime <= 1:
            point = Chromaticity(Fraction(u_prime), Fraction(v_prime))
            self._chromaticities[sample.at_s] = point

    def _told(self, levels: Sequence[Level], steps: Sequence[Measure]) -> Iterator[Measured]:
        known = self._chromaticities
        for level, step in zip(levels, steps, strict=True):
            yield Measured(
                pattern=step.pattern,
                ddl=step.ddl,
                luminances_cd_m2=tuple(each.luminance_cd_m2 for each in level.kept),
                chromaticities=tuple(known[each.at_s] for each in level.kept if each.at_s in known),
                exchanges=len(level.kept),
            )


def scale(session: Session) -> tuple[Measure, ...]:
    """The grey scale of a test's plan, from dark to bright."""
    return tuple(each for each in session.steps if isinstance(each, Measure) and not each.place)
