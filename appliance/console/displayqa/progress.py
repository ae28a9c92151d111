"""How far a test is: what is to be done now, what was read, and how long the rest may take."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from statistics import median

from appliance.console.displayqa.field import Pair
from appliance.displayqa.report.figures import plain
from appliance.displayqa.sessions.happening import Entry, Hindered, Measured
from appliance.displayqa.sessions.places import MIDDLE, NAMES
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Light, Look, Measure, Place, Step


class Task(StrEnum):
    """What is to be done now."""

    LOOK = "look"
    LIGHT = "light"
    PLACE = "place"
    MEASURE = "measure"
    NOTHING = "nothing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Steps done of all; ``left`` is None until enough was measured to tell."""

    done: int
    total: int
    left: timedelta | None = None

    @property
    def percent(self) -> int:
        """Of the steps."""
        return 100 * self.done // self.total if self.total else 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One reading that counts, for a table: ``spread_cd_m2`` is greatest minus least."""

    pattern: str
    ddl: int
    place: str
    place_name: Pair
    luminance_cd_m2: Decimal
    spread_cd_m2: Decimal
    chromaticity: str
    damaged: int

    @property
    def luminance(self) -> str:
        """For people."""
        return plain(self.luminance_cd_m2)

    @property
    def spread(self) -> str:
        """For people."""
        return plain(self.spread_cd_m2, 2)


def task(session: Session) -> Task:
    """Of the first step that remains; nothing, where what it was judged by is gone."""
    if session.ended:
        return Task.ENDED
    return _TASKS[type(session.remaining[0])] if session.remaining else Task.NOTHING


_TASKS: dict[type[Step], Task] = {
    Look: Task.LOOK,
    Light: Task.LIGHT,
    Place: Task.PLACE,
    Measure: Task.MEASURE,
}


def key(session: Session) -> str:
    """The same as long as the same is asked of a person, so that nothing typed is thrown away."""
    step = session.remaining[0] if session.remaining else None
    match step:
        case Look(check):
            return f"look-{check.identifier}"
        case Place(name):
            return f"place-{name}"
        case Measure(pattern, _, place):
            return f"measure-{pattern}-{place}"
        case _:
            return str(task(session))


def progress(session: Session) -> Progress:
    """Of everything that the plan has; a place that the meter is at is done."""
    counted = [each for each in session.steps if not isinstance(each, Place)]
    left = [each for each in session.remaining if not isinstance(each, Place)]
    measuring = sum(isinstance(each, Measure) for each in left)
    pace = _pace(session.entries)
    return Progress(
        done=len(counted) - len(left),
        total=len(counted),
        left=None if pace is None or not measuring else measuring * pace,
    )


ENOUGH = 3
"""Gaps between readings that tell how long one takes."""


def _pace(entries: Sequence[Entry]) -> timedelta | None:
    """From one reading to the next, where nothing else happened between."""
    gaps = [
        (after.at - before.at).total_seconds()
        for before, after in pairwise(entries)
        if isinstance(before.happening, Measured) and isinstance(after.happening, Measured)
    ]
    return timedelta(seconds=median(gaps)) if len(gaps) >= ENOUGH else None


def hindrance(session: Session) -> Hindered | None:
    """What stands in the way now: nothing went on since."""
    last = session.entries[-1].happening
    return last if isinstance(last, Hindered) and not session.ended else None


def readings(session: Session) -> tuple[tuple[Read, ...], tuple[Read, ...]]:
    """Of the grey scale from dark to bright, and over the screen by level and place."""
    every = sorted(map(_read, session.readings.values()), key=_order)
    scale = tuple(each for each in every if not each.place)
    return scale, tuple(each for each in every if each.place)


def _order(read: Read) -> tuple[int, int]:
    return read.ddl, list(NAMES).index(read.place or MIDDLE)


def _read(measured: Measured) -> Read:
    luminances = measured.luminances_cd_m2
    mean = sum(luminances, Decimal(0)) / len(luminances)
    return Read(
        pattern=measured.pattern,
        ddl=measured.ddl,
        place=measured.place,
        place_name=NAMES[measured.place or MIDDLE],
        luminance_cd_m2=mean,
        spread_cd_m2=max(luminances) - min(luminances),
        chromaticity="  ".join(_chromaticity(measured)),
        damaged=measured.damaged,
    )


def _chromaticity(measured: Measured) -> Iterator[str]:
    if measured.chromaticities:
        first = measured.chromaticities[0]
        yield f"{float(first.u_prime):.4f}"
        yield f"{float(first.v_prime):.4f}"
