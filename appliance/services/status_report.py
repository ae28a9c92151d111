"""What is told of the box: looked at now and then, and at once when an alarm comes or goes.

**Knows:** when to look, and which documents stand at the broker because of it.
**Does not know:** how a broker is reached (``status.session``), and how anything is counted.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance import __version__, log
from appliance.alarms import Alarm, AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import StateError
from appliance.ledger import Ledger
from appliance.machine import look_at
from appliance.services.box_state import snapshot_of
from appliance.status import (
    AlarmNotice,
    Check,
    EventKind,
    Events,
    Outgoing,
    health_document,
    state_document,
)
from appliance.status.discovery import discovery
from appliance.status.session import Session

LOOK_S = 1.0
"""Seconds between looks at the alarms and the clock."""
LEAST_S = 5.0
"""Seconds between two states, however much happens."""
STEP_S = 2.0
"""A wall clock that goes so much beside the monotonic one between two looks was set."""
MOST_ALARM_TOPICS = 200
"""The oldest alarms have topics of their own; the state counts all."""
LEDGER = "ledger-readable"

Checks = Callable[[], Sequence[Check]]


@dataclass
class Reporter:
    """For one thread. ``checks`` gives the vital signs, ``root`` is where /sys and /proc are."""

    configuration: Configuration
    clock: Clock
    ledger: Ledger
    outgoing: Outgoing
    session: Session
    checks: Checks
    root: Path = Path("/")
    _alarms: Alarms = field(init=False)
    _events: Events = field(init=False)
    _raised: dict[str, AlarmNotice] = field(default_factory=dict)
    _offset_s: float | None = None
    _look_next_s: float = float("-inf")
    _state_at_s: float = float("-inf")
    _is_due: bool = True

    def __post_init__(self) -> None:
        self._alarms = Alarms(self.ledger, self.clock)
        self._events = self.outgoing.events
        self._device = self.outgoing.device

    def begin(self) -> None:
        """Tell that the process runs again, and which version of it."""
        boot = look_at(self.root, self.clock.wall()).boot
        started = {"version": __version__, "slot": boot.slot, "image_version": boot.image_version}
        self._events.enter(EventKind.STATUS_STARTED, started)
        settings = self.configuration.mqtt
        if settings.home_assistant.enabled:
            self.outgoing.stand(*discovery(settings, self.outgoing.topics))

    def work(self) -> None:
        """Look, if it is time to, and have what is found told."""
        now = self.clock.monotonic()
        if now < self._look_next_s:
            return
        self._look_next_s = now + LOOK_S
        try:
            self._notice_a_step()
            self._tell_of_the_broker(now)
            self._look_at_alarms()
            self._tell_if_due(now)
        except (StateError, sqlite3.Error) as failure:
            self._tell_that_there_is_no_ledger(failure)

    def _notice_a_step(self) -> None:
        offset_s = self.clock.wall() - self.clock.monotonic()
        before_s, self._offset_s = self._offset_s, offset_s
        if before_s is not None and abs(offset_s - before_s) > STEP_S:
            step_s = round(offset_s - before_s, 1)
            log.warning("clock_stepped", step_s=step_s)
            self._events.enter(EventKind.CLOCK_STEPPED, {"step_s": step_s})
            self._is_due = True

    def _tell_of_the_broker(self, now: float) -> None:
        lost_at, host = self.session.lost_at, self.configuration.mqtt.host
        if lost_at is None:
            self._alarms.clear(AlarmCode.BROKER_UNREACHABLE, host)
        elif now - lost_at > self.configuration.mqtt.alarm_after_s:
            reason = str(self.session.failure or "")
            self._alarms.raise_(AlarmCode.BROKER_UNREACHABLE, host, reason)

    def _look_at_alarms(self) -> None:
        notices = [AlarmNotice.of(each) for each in self._alarms.raised()[:MOST_ALARM_TOPICS]]
        raised = {self.outgoing.topics.alarm(each): each for each in notices}
        if raised == self._raised:
            return
        for topic, notice in raised.items():
            self.outgoing.stand(topic, notice.document(self._device))
        for topic in self._raised.keys() - raised.keys():
            self.outgoing.take_away(topic)
        self._raised, self._is_due = raised, True

    def _tell_if_due(self, now: float) -> None:
        every_s = LEAST_S if self._is_due else self.configuration.mqtt.every_s
        if now - self._state_at_s < every_s:
            return
        self._state_at_s, self._is_due = now, False
        snapshot = snapshot_of(self.configuration, self.clock, self.root)
        told = state_document(snapshot, self._device, map(AlarmNotice.of, snapshot.alarms))
        self.outgoing.stand(self.outgoing.topics.state, told)
        self._tell_health(self.checks(), snapshot.alarms)
        self.session.say_that_it_is_there()

    def _tell_health(self, checks: Sequence[Check], alarms: Sequence[Alarm]) -> None:
        health = health_document(checks, alarms, self._device, self.clock.wall())
        self.outgoing.stand(self.outgoing.topics.health, health)

    def _tell_that_there_is_no_ledger(self, failure: Exception) -> None:
        now = self.clock.monotonic()
        if now - self._state_at_s < self.configuration.mqtt.every_s and not self._is_due:
            return
        self._state_at_s, self._is_due = now, False
        log.error("ledger_unreadable", reason=log.place_of(failure))
        self._tell_health([Check(LEDGER, "", is_well=False, detail="")], ())
        self.session.say_that_it_is_there()
