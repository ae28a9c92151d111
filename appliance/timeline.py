"""What the wall clock was worth at any time that the ledger names.

The wall clock is looked at beside a clock that nobody sets, the time since the boot. A sighting is
noted when the machine has started, when the state changes, when the wall clock is set, and now and
then between. So each of them speaks for a stretch of wall time, and a time that any row of any
table names is told by the stretches that it lies in: where the clock was set back there are
several, and the worst word counts.

**Knows:** the table ``clock_sighting``, the stretches, and the latest time that was.
**Does not know:** who looks at the clock and when, and what is alarming about it (``services``).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from appliance.clock import ClockState
from appliance.ledger import Ledger

RENEWED_S = 3600.0
"""A sighting is noted again after so long at the latest: it speaks for no more than that."""
LATE_S = 60.0
"""How much later than that it may be."""
UNSEEN_S = 15.0
"""The clock may have been set so long before it was seen to be."""
AT_THE_START = {ClockState.NTP: ClockState.RESTORED}
"""Before it was first seen, a clock that was seen set by a server may not have been."""
BY_WORTH = tuple(ClockState)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One look at the clocks.

    Attributes:
        boot_id: The kernel's name of the boot.
        since_boot_s: Seconds since then, suspended time included.
        wall: What the wall clock showed, in seconds since the epoch.
        state: By whose word.
    """

    boot_id: str
    since_boot_s: float
    wall: float
    state: ClockState

    @property
    def booted_at(self) -> float:
        """The wall time of the boot, by this clock."""
        return self.wall - self.since_boot_s

    def step_s(self, earlier: "Sighting") -> float:
        """By how many seconds the wall clock was set on since ``earlier``; back if negative.

        Of another boot it can only be said that it was set back.
        """
        if self.boot_id == earlier.boot_id:
            return self.booted_at - earlier.booted_at
        return min(0.0, self.wall - earlier.wall)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Wall times from ``begins_at`` to ``ends_at``, and by whose word the clock stood."""

    begins_at: float
    ends_at: float
    state: ClockState


class Timeline:
    """The sightings in a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def note(self, sighting: Sighting) -> None:
        """Add one; part of the ledger's transaction, if one is open."""
        self._ledger.execute(
            "INSERT INTO clock_sighting (boot_id, since_boot_s, wall, state) VALUES (?, ?, ?, ?)",
            sighting.boot_id,
            sighting.since_boot_s,
            sighting.wall,
            sighting.state,
        )

    def sightings(self) -> list[Sighting]:
        """Every one, in the order in which they were made."""
        return [_sighting(row) for row in self._ledger.rows(f"{_SELECT} ORDER BY id")]

    def last(self) -> Sighting | None:
        """The newest."""
        row = self._ledger.row(f"{_SELECT} ORDER BY id DESC LIMIT 1")
        return None if row is None else _sighting(row)

    def state_at(self, wall: float) -> ClockState | None:
        """What a clock that showed ``wall`` was worth at the worst; None: it was not looked at."""
        return worst(each for each in stretches(self.sightings()) if _holds(each, wall))

    def latest(self) -> float | None:
        """The latest time that was, in seconds since the epoch; None in an empty ledger.

        Times from before a time server set the clock back never were.
        """
        last = self.last()
        recorded = [float(row[0]) for row in self._ledger.rows(_RECORDED)]
        if last is None:
            return max(recorded, default=None)
        (seen,) = self._ledger.rows(_LATEST_SEEN, ClockState.NTP)[0]
        horizon = last.wall + RENEWED_S + LATE_S
        return max([float(seen), *(each for each in recorded if each <= horizon)])


_SELECT = "SELECT boot_id, since_boot_s, wall, state FROM clock_sighting"
_LATEST_SEEN = """
SELECT MAX(wall) FROM clock_sighting
WHERE id >= COALESCE((SELECT MAX(id) FROM clock_sighting WHERE state = ?), 0)
"""
_RECORDED = """
SELECT * FROM (SELECT received_at FROM instance ORDER BY id DESC LIMIT 1)
UNION ALL SELECT * FROM (SELECT written_at FROM journal ORDER BY seq DESC LIMIT 1)
"""
"""What was written last: rows are only added to these two."""


def stretches(sightings: Sequence[Sighting]) -> Iterator[Stretch]:
    """What each sighting speaks for, in their order."""
    before: Sighting | None = None
    for sighting, after in pairwise([*sightings, None]):
        assert sighting is not None  # noqa: S101 - only the last of the list is
        if before is None or before.boot_id != sighting.boot_id:
            state = AT_THE_START.get(sighting.state, sighting.state)
            yield Stretch(sighting.booted_at, sighting.wall, state)
        ends_at = sighting.wall + _lasts_s(sighting, after)
        yield Stretch(sighting.wall - UNSEEN_S, ends_at, sighting.state)
        before = sighting


def worst(told: Iterable[Stretch]) -> ClockState | None:
    """The word that is worth least; None without any."""
    return max((each.state for each in told), key=BY_WORTH.index, default=None)


def _lasts_s(sighting: Sighting, after: Sighting | None) -> float:
    if after is None or after.boot_id != sighting.boot_id:
        return RENEWED_S + LATE_S
    return after.since_boot_s - sighting.since_boot_s


def _holds(stretch: Stretch, wall: float) -> bool:
    return stretch.begins_at <= wall <= stretch.ends_at


def _sighting(row: sqlite3.Row) -> Sighting:
    return Sighting(
        boot_id=row["boot_id"],
        since_boot_s=row["since_boot_s"],
        wall=row["wall"],
        state=ClockState(row["state"]),
    )
