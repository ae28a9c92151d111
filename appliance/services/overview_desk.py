"""What the first page shows: the state that MQTT tells, looked at once for all pages that ask.

**Knows:** how long one look counts, and since when the box is as it is.
**Does not know:** how it is shown (``console.overview``), and how it is counted (``status``).
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance import log
from appliance.alarms import Severity
from appliance.clock import Clock
from appliance.config import Configuration, within
from appliance.console.overview import MeterHere, Seen
from appliance.displayqa.meters.discovery import candidates
from appliance.displayqa.meters.registry import registry
from appliance.displayqa.meters.serial_line import plugged_in
from appliance.errors import StateError
from appliance.services.box_state import checks_of, snapshot_of
from appliance.status import Check, Snapshot, Verdict
from appliance.status.health import verdict_of

HOLDS_S = 3.0
"""Seconds that one look counts, however many pages ask."""


@dataclass
class OverviewDesk:
    """For any number of threads. ``root`` is where /sys and /proc are."""

    configuration: Configuration
    clock: Clock
    root: Path = Path("/")
    checks: Callable[[Configuration], Sequence[Check]] = checks_of
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _seen: Seen | None = None
    _until_s: float = float("-inf")
    _failing_since: float | None = None

    def is_on_wall(self, address: str) -> bool:
        """Whether a screen at that IP address is shown the box without an account."""
        return any(within(each, address) for each in self.configuration.console.wall_from)

    def seen(self) -> Seen:
        """The box now, or as it was ``HOLDS_S`` ago at most; who asks meanwhile waits for it."""
        with self._lock:
            if self._seen is None or self.clock.monotonic() >= self._until_s:
                self._seen = self._look()
                self._until_s = self.clock.monotonic() + HOLDS_S
            return self._seen

    def _look(self) -> Seen:
        snapshot, checks = self._snapshot(), self.checks(self.configuration)
        verdict = Verdict.BAD
        if snapshot is not None:
            verdict = verdict_of(checks, snapshot.alarms)
        now, meters = self.clock.wall(), self.configuration.meter
        return Seen(
            taken_at=now,
            snapshot=snapshot,
            checks=checks,
            verdict=verdict,
            since=self._since(snapshot, checks, now),
            meters=[MeterHere(each.name, each.calibrated_until) for each in meters],
            meters_plugged=meters_plugged(),
        )

    def _snapshot(self) -> Snapshot | None:
        try:
            return snapshot_of(self.configuration, self.clock, self.root)
        except (StateError, sqlite3.Error) as failure:
            log.error("ledger_unreadable", reason=log.place_of(failure))
            return None

    def _since(
        self, snapshot: Snapshot | None, checks: Sequence[Check], now: float
    ) -> float | None:
        """Of what fails without an alarm, when this process saw it first."""
        is_failing = snapshot is None or not all(each.is_well for each in checks)
        if not is_failing:
            self._failing_since = None
        elif self._failing_since is None:
            self._failing_since = now
        known = alarmed_since(snapshot) if snapshot else None
        if is_failing:
            return min(filter(None, (known, self._failing_since)))
        return known


def alarmed_since(snapshot: Snapshot) -> float | None:
    """Since when alarms are as they are; without any, since the last was cleared or the start."""
    critical = [
        each.raised_at for each in snapshot.alarms if each.code.severity is Severity.CRITICAL
    ]
    if raised := critical or [each.raised_at for each in snapshot.alarms]:
        return min(raised)
    uptime_s = snapshot.machine.boot.uptime_s
    if snapshot.last_cleared_at is not None:
        return snapshot.last_cleared_at
    return None if uptime_s is None else snapshot.taken_at - uptime_s


def meters_plugged() -> int:
    """Ports that something is plugged into that may be a luminance meter; none is asked."""
    known = registry()
    return sum(any(True for _ in candidates(port, known)) for port in plugged_in())
