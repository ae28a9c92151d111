"""What is on its way to the broker: of each topic the newest, of events every one in order.

Bounded whatever the broker does: one document a topic, and a window of messages without a receipt.
Events beyond it stay in the ledger until there is room.
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from appliance.status.event import Event, EventKind, Events
from appliance.status.stamp import Device
from appliance.status.topics import Topics

WINDOW = 20
"""Messages without a receipt at a time."""
NOTHING = b""
"""A retained message without content takes away what stands at a topic (MQTT 5 3.3.1.3)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; ``event`` is the number of the event that it tells, None if it is retained."""

    topic: str
    payload: bytes
    event: int | None = None

    @property
    def is_retained(self) -> bool:
        """Whether it stands at the broker until the next one of its topic."""
        return self.event is None


def encoded(document: Mapping[str, Any]) -> bytes:
    """As JSON, without spaces."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Outgoing:
    """For one thread. ``events`` are told from where the broker has them."""

    events: Events
    topics: Topics
    device: Device
    _standing: dict[str, bytes] = field(default_factory=dict)
    _due: dict[str, None] = field(default_factory=dict)
    _under_way: dict[int, Message] = field(default_factory=dict)
    _handed: int = 0
    _told: int = 0

    def __post_init__(self) -> None:
        self._told = self._handed = self.events.begin()

    def stand(self, topic: str, document: Mapping[str, Any]) -> None:
        """From now on this stands at the topic."""
        self._stand(topic, encoded(document))

    def take_away(self, topic: str) -> None:
        """From now on nothing stands there."""
        self._stand(topic, NOTHING)

    def stands(self, topic: str) -> bool:
        """Whether something is to stand there."""
        return bool(self._standing.get(topic))

    def all_again(self) -> None:
        """Another broker may be there, or the same one without its memory: tell all that stands."""
        self._due |= dict.fromkeys(self._standing)

    def forget_receipts(self) -> None:
        """No receipt will come for what is under way; it is told once more."""
        self._due |= {each.topic: None for each in self._under_way.values() if each.is_retained}
        self._under_way.clear()
        self._handed = self._told

    def next(self) -> Message | None:
        """What to hand to the broker now; None when there is nothing, or no room."""
        if len(self._under_way) >= WINDOW:
            return None
        busy = {each.topic for each in self._under_way.values() if each.is_retained}
        for topic in self._due:
            if topic not in busy:
                del self._due[topic]
                return Message(topic, self._standing[topic])
        return self._next_event()

    def handed(self, receipt: int, message: Message) -> None:
        """The message is under way; ``receipt`` will come back for it."""
        self._under_way[receipt] = message
        if message.event is not None:
            self._handed = message.event

    def received(self, receipt: int) -> None:
        """The broker has that message."""
        message = self._under_way.pop(receipt, None)
        if message is None:
            return
        if message.is_retained:
            if not self._standing.get(message.topic) and message.topic not in self._due:
                self._standing.pop(message.topic, None)
            return
        waiting = [each.event for each in self._under_way.values() if each.event is not None]
        told = min(waiting, default=self._handed + 1) - 1
        if told > self._told:
            self._told = told
            with suppress(sqlite3.Error):  # told again after the next start; health tells of it
                self.events.told(told)

    @property
    def is_empty(self) -> bool:
        """Whether the broker has everything that stands; events may still wait."""
        return not self._due and not any(each.is_retained for each in self._under_way.values())

    def _stand(self, topic: str, payload: bytes) -> None:
        is_known = self._standing.get(topic) == payload
        if is_known and payload and topic not in self._due:
            return
        self._standing[topic] = payload
        self._due[topic] = None

    def _next_event(self) -> Message | None:
        try:
            self._tell_of_lost()
            found = self.events.after(self._handed, 1)
        except sqlite3.Error:  # it waits; health tells of it
            return None
        return self._told_by(found[0]) if found else None

    def _tell_of_lost(self) -> None:
        lost = self.events.lost_after(self._handed)
        if lost:
            self._handed += lost
            self.events.enter(EventKind.EVENTS_LOST, {"lost": lost})

    def _told_by(self, event: Event) -> Message:
        notice = event.notice
        if event.kind == EventKind.ALARM_CLEARED and notice is not None:
            topic = self.topics.alarm(notice)
            if not self.stands(topic):
                self.take_away(topic)
        document = event.document(self.device)
        return Message(self.topics.event(event.kind), encoded(document), event.number)
