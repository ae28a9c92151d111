"""What happened once, numbered and kept until the broker has it, through any number of restarts.

Events of alarms are written in the transaction that raises or clears them (a trigger of the
ledger), so they are in order whatever the clock does, and whether or not this process runs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.alarms import Alarms
from appliance.clock import Clock, iso8601
from appliance.ledger import Ledger
from appliance.status.alarm_notice import AlarmNotice
from appliance.status.stamp import Device

SCHEMA = "event/1"


class EventKind(StrEnum):
    """What can happen."""

    ALARM_RAISED = "alarm-raised"
    ALARM_CLEARED = "alarm-cleared"
    STATUS_STARTED = "status-started"
    """The process that tells all this has started; `details` has the version and the slot."""
    CLOCK_STEPPED = "clock-stepped"
    """The wall clock was set; `details.step_s` is by how many seconds, negative: back."""
    EVENTS_LOST = "events-lost"
    """More happened without a broker than is kept; `details.lost` events were not told."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``number`` goes up by one from event to event of a box.

    ``kind`` is an ``EventKind``, or a word of a newer version that ran here before.
    """

    number: int
    kind: str
    happened_at: float
    notice: AlarmNotice | None
    details: Mapping[str, Any]

    def document(self, device: Device) -> dict[str, Any]:
        """The document of its topic."""
        return device.head(SCHEMA) | {
            "number": self.number,
            "kind": self.kind,
            "happened_at": iso8601(self.happened_at),
            "alarm": None if self.notice is None else self.notice.as_json(),
            "details": dict(self.details),
        }


class Events:
    """The events in a ledger, and how far the broker has taken them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._alarms = Alarms(ledger, clock)

    def begin(self) -> int:
        """The last event that was told; where nobody was ever told, what was is no news."""
        row = self._ledger.row("SELECT event_id FROM status_progress")
        if row is None:
            newest = self._ledger.rows("SELECT COALESCE(MAX(id), 0) FROM status_event")[0][0]
            self._ledger.execute("INSERT INTO status_progress (id, event_id) VALUES (1, ?)", newest)
            return int(newest)
        return int(row["event_id"])

    def enter(self, kind: EventKind, details: Mapping[str, Any]) -> None:
        """Something happened now."""
        self._ledger.execute(
            "INSERT INTO status_event (kind, happened_at, details) VALUES (?, ?, ?)",
            kind,
            self._clock.wall(),
            json.dumps(dict(details)),
        )

    def after(self, number: int, most: int) -> list[Event]:
        """What happened after event ``number``, in order, at most ``most``."""
        rows = self._ledger.rows(
            "SELECT * FROM status_event WHERE id > ? ORDER BY id LIMIT ?", number, most
        )
        return [
            Event(
                row["id"],
                row["kind"],
                row["happened_at"],
                self._notice(row["alarm_id"]),
                json.loads(row["details"]),
            )
            for row in rows
        ]

    def lost_after(self, number: int) -> int:
        """How many events after ``number`` are not kept any more."""
        oldest = self._ledger.rows("SELECT MIN(id) FROM status_event")[0][0]
        return 0 if oldest is None else max(0, int(oldest) - number - 1)

    def told(self, number: int) -> None:
        """The broker has every event up to ``number``."""
        self._ledger.execute("UPDATE status_progress SET event_id = ?", number)

    def _notice(self, alarm_id: int | None) -> AlarmNotice | None:
        alarm = None if alarm_id is None else self._alarms.numbered(alarm_id)
        return None if alarm is None else AlarmNotice.of(alarm)
