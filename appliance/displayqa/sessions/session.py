"""What the happenings of a test amount to: what is done, what is next, what was measured."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import takewhile

from appliance.displayqa.measurement import Measurements, Reading
from appliance.displayqa.sessions.happening import (
    LIGHT,
    Begun,
    Ended,
    Entry,
    Happening,
    LightTold,
    Measured,
    MeterUsed,
    Placed,
    Repeated,
    Seen,
    Tried,
)
from appliance.displayqa.sessions.places import MIDDLE
from appliance.displayqa.sessions.step import Light, Look, Measure, Place, Step

STEADY_PERCENT = 3
"""A display that changes by more while it is tested was still warming up: our figure."""


@dataclass(frozen=True)
class Session:
    """A test of a display so far.

    Attributes:
        identifier: Of the ledger.
        display: Name of the display, as it was entered when the test began.
        steps: Its plan.
        entries: What happened, in order.
        bits: Depth of the display's levels.

    Raises ValueError when it does not begin with its beginning.
    """

    identifier: int
    display: str
    steps: tuple[Step, ...]
    entries: tuple[Entry, ...]
    bits: int = 8

    def __post_init__(self) -> None:
        if not self.entries or not isinstance(self.entries[0].happening, Begun):
            raise ValueError(f"session {self.identifier} does not begin with its beginning")

    @cached_property
    def begun(self) -> Begun:
        """How it began."""
        first = self.entries[0].happening
        assert isinstance(first, Begun)  # noqa: S101 - the constructor saw to it
        return first

    @cached_property
    def meter(self) -> MeterUsed | None:
        """The meter in use; None before one was chosen."""
        return next((each for each in self._backwards if isinstance(each, MeterUsed)), None)

    @cached_property
    def trials(self) -> tuple[Tried, ...]:
        """What the meter in use saw of the display before it was trusted, the last one first."""
        since = takewhile(lambda each: not isinstance(each, MeterUsed), self._backwards)
        return tuple(each for each in since if isinstance(each, Tried))

    @cached_property
    def drift_percent(self) -> Decimal | None:
        """How much brighter the brightest level is than when the meter tried it: warming up.

        None: it was not tried, or not measured since.
        """
        tried = next((each.brightest_cd_m2 for each in self.trials), None)
        scale = [each for each in self.steps if isinstance(each, Measure) and not each.place]
        read = self.readings.get((scale[-1].pattern, "")) if scale else None
        return 100 * (read.luminances_cd_m2[0] - tried) / tried if tried and read else None

    @property
    def is_steady(self) -> bool:
        """Whether it was as bright at the end as at the beginning, as far as that is known."""
        return self.drift_percent is None or abs(self.drift_percent) <= STEADY_PERCENT

    @cached_property
    def light(self) -> LightTold | None:
        """The light of the room, as it was told last; None: nobody told."""
        for each in self._backwards:
            if isinstance(each, LightTold):
                return each
            if isinstance(each, Repeated) and each.check == LIGHT:
                return None
        return None

    @cached_property
    def place(self) -> str:
        """Where the meter is; empty: nobody put it anywhere yet."""
        for each in self._backwards:
            if isinstance(each, Placed):
                return each.place
            if isinstance(each, Measured):
                return each.place or MIDDLE
        return ""

    @cached_property
    def ended(self) -> Ended | None:
        """How it ended; None while it goes on, or on again: what is repeated opens it anew."""
        for each in self._backwards:
            if isinstance(each, Ended):
                return each
            if isinstance(each, Repeated):
                return self._given_up
        return None

    @cached_property
    def readings(self) -> Mapping[tuple[str, str], Measured]:
        """What counts of what was measured, by pattern and place."""
        counting: dict[tuple[str, str], Measured] = {}
        for each in self._happenings:
            if isinstance(each, Measured):
                counting[each.pattern, each.place] = each
            elif isinstance(each, Repeated):
                counting = {at: one for at, one in counting.items() if not each.is_of(one)}
        return counting

    @cached_property
    def seen(self) -> Mapping[str, Seen]:
        """What counts of what was answered, by the check."""
        counting: dict[str, Seen] = {}
        for each in self._happenings:
            if isinstance(each, Seen):
                counting[each.check] = each
            elif isinstance(each, Repeated):
                counting.pop(each.check, None)
        return counting

    @cached_property
    def remaining(self) -> tuple[Step, ...]:
        """Steps still to be done, the next one first; none when it has ended.

        What can be measured where the meter is comes before it is moved.
        """
        return () if self.ended else tuple(self._remaining())

    @cached_property
    def measured(self) -> Measurements:
        """What was measured and seen, without baseline and without other displays."""
        scale: dict[int, Reading] = {}
        screen: dict[int, dict[str, Reading]] = {}
        for (_, place), each in self.readings.items():
            at = screen.setdefault(each.ddl, {}) if place else None
            reading = Reading(each.luminances_cd_m2, each.chromaticities)
            if at is None:
                scale[each.ddl] = reading
            else:
                at[place] = reading
        light = self.light or LightTold()
        return Measurements(
            bits=self.bits,
            scale=scale,
            screen=screen,
            method=self.begun.method,
            ambient_cd_m2=_fraction(light.ambient_cd_m2),
            illuminance_lx=light.illuminance_lx,
            displays=self.begun.displays,
            seen={each.check: each.is_fulfilled for each in self.seen.values()},
            accuracy_percent=_worst(
                [each.accuracy_percent if each else None for each in self._meters]
            ),
            repeatability_percent=_worst(
                [each.repeatability_percent if each else None for each in self._meters]
            ),
        )

    @cached_property
    def _happenings(self) -> tuple[Happening, ...]:
        return tuple(each.happening for each in self.entries)

    @property
    def _given_up(self) -> Ended | None:
        """What nothing opens anew."""
        ends = (each for each in self._happenings if isinstance(each, Ended))
        return next((each for each in ends if each.is_given_up), None)

    @property
    def _backwards(self) -> Iterator[Happening]:
        return reversed(self._happenings)

    @cached_property
    def _meters(self) -> tuple[MeterUsed | None, ...]:
        """With which meter each reading that counts was read."""
        used: dict[int, MeterUsed | None] = {}
        meter: MeterUsed | None = None
        for each in self._happenings:
            if isinstance(each, MeterUsed):
                meter = each
            elif isinstance(each, Measured):
                used[id(each)] = meter
        return tuple(dict.fromkeys(used[id(each)] for each in self.readings.values()))

    def _remaining(self) -> Iterator[Step]:
        yield from (each for each in self.steps if self._is_for_eyes(each))
        left = [each for each in self.steps if isinstance(each, Measure)]
        left = [each for each in left if (each.pattern, each.place) not in self.readings]
        where = self.place
        for each in sorted(left, key=lambda measure: _where(measure) != where):
            if _where(each) != where:
                where = _where(each)
                yield Place(where)
            yield each

    def _is_for_eyes(self, step: Step) -> bool:
        """Whether it is still to be looked at, or told."""
        if isinstance(step, Look):
            return step.check.identifier not in self.seen
        return isinstance(step, Light) and self.light is None


def _where(measure: Measure) -> str:
    return measure.place or MIDDLE


def _fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _worst(figures: list[Decimal | None]) -> Fraction | None:
    """The greatest; None when one of them is not known."""
    known = [each for each in figures if each is not None]
    return Fraction(max(known)) if known and len(known) == len(figures) else None
