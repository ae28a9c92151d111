"""The keeper's errand around the box's own clock: by whose word it stands, and whether it was set.

**Knows:** when a sighting is noted, and what about the clock is alarming.
**Does not know:** what sightings tell of a record (``timeline``), and how the state is known
(``clock``). It sets no clock.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock, ClockState, iso8601
from appliance.config import Configuration
from appliance.config.machine import Timekeeping as Settings
from appliance.ledger import Ledger
from appliance.machine import boot_of
from appliance.timeline import RENEWED_S, Sighting, Timeline

LOOK_S = 5.0
LONGEST_S = 60.0
SET_S = 1.0
"""A clock that went so far from the time since the boot was set, not steered."""
NOBODYS = frozenset({ClockState.RESTORED, ClockState.UNSET})
OURS = (AlarmCode.CLOCK_NOT_SET, AlarmCode.CLOCK_JUMPED)
SECONDS_PER_MINUTE = 60.0


def since_boot_s() -> float:
    """Seconds since the machine started, suspended time included; nobody can set them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def timekeeping(configuration: Configuration, ledger: Ledger, clock: Clock) -> "Timekeeping":
    """The errand."""
    return Timekeeping(configuration.clock, Timeline(ledger), Alarms(ledger, clock), clock)


@dataclass
class Timekeeping:
    """Looks at the clocks, and remembers what it saw last and the latest time that was."""

    settings: Settings
    timeline: Timeline
    alarms: Alarms
    clock: Clock
    since_boot_s: Callable[[], float] = since_boot_s
    root: Path = Path("/")
    name: str = "clock"
    longest_s: float = LONGEST_S
    _next_s: float = field(default=float("-inf"), init=False)
    _seen: Sighting | None = field(default=None, init=False)
    _noted: Sighting | None = field(default=None, init=False)
    _latest: float | None = field(default=None, init=False)
    _set_on_s: float = field(default=0.0, init=False)

    def work_next(self) -> bool:
        """Look if it is time to; never more at once."""
        if self.clock.monotonic() >= self._next_s:
            self._look()
            self._next_s = self.clock.monotonic() + LOOK_S
        return False

    def _look(self) -> None:
        if self._latest is None:
            self._latest, self._noted = self.timeline.latest(), self.timeline.last()
        now = self._sighting()
        self._follow(now)
        if self._is_news(now):
            self.timeline.note(now)
            self._noted = now
            log.info("clock_sighted", state=now.state, wall=iso8601(now.wall), boot=now.boot_id)
        self.alarms.hold(OURS, self._alarming(now))
        self._seen = now

    def _sighting(self) -> Sighting:
        return Sighting(
            boot_id=boot_of(self.root).boot_id or "",
            since_boot_s=self.since_boot_s(),
            wall=self.clock.wall(),
            state=self.clock.state(),
        )

    def _is_news(self, now: Sighting) -> bool:
        last, seen = self._noted, self._seen
        if last is None or (last.boot_id, last.state) != (now.boot_id, now.state):
            return True
        was_set = seen is not None and abs(now.step_s(seen)) > SET_S
        return was_set or now.since_boot_s - last.since_boot_s >= RENEWED_S

    def _follow(self, now: Sighting) -> None:
        """Keep the latest time, and by how much the clock was set on by nobody known.

        What a time server says is the time: whatever was later before never was.
        """
        step_s = now.step_s(self._seen) if self._seen else 0.0
        is_by_server = now.state is ClockState.NTP
        if is_by_server or self._seen is None:
            self._set_on_s = 0.0
        elif step_s > self.settings.jump_s and self._seen.state not in NOBODYS:
            self._set_on_s = step_s
        if self._latest is None or now.wall > self._latest:
            self._latest = now.wall

    def _alarming(self, now: Sighting) -> dict[tuple[AlarmCode, str], str]:
        held: dict[tuple[AlarmCode, str], str] = {}
        may_yet_be_set = now.since_boot_s < self.settings.settle_min * SECONDS_PER_MINUTE
        if now.state in NOBODYS and not may_yet_be_set:
            held[AlarmCode.CLOCK_NOT_SET, ""] = now.state
        behind_s = (self._latest or now.wall) - now.wall
        if behind_s > self.settings.jump_s:
            held[AlarmCode.CLOCK_JUMPED, ""] = f"behind records by {behind_s:.0f} s"
        elif self._set_on_s:
            held[AlarmCode.CLOCK_JUMPED, ""] = f"set on by {self._set_on_s:.0f} s"
        return held
