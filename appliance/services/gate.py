"""What may keep a courier from trying at all: the hours of the day, and the limits of a session.

**Knows:** when a way is closed, why, and when a session is full.
**Does not know:** what waits; whether the other end is there (``destinations``).
"""

from typing import Protocol

from appliance import config
from appliance.clock import Clock, iso8601
from appliance.destinations import Cause, Retry
from appliance.hours import Hours
from appliance.outbox import Outbox

BYTES_PER_MIB = 1 << 20
SECONDS_PER_MINUTE = 60.0


class Gate(Protocol):
    """Whether the way to a destination is open; asked before each attempt."""

    def closed(self) -> Retry | None:
        """Why nothing may leave now; None: it may."""


class Window:
    """The hours in which a destination is sent anything."""

    def __init__(self, hours: str, clock: Clock) -> None:
        self._hours = Hours.from_text(hours)
        self._clock = clock

    def closed(self) -> Retry | None:
        """Outside the hours; the moment when they begin goes along."""
        now = self._clock.wall()
        wait_s = self._hours.wait_s(now)
        return Retry(Cause.OUTSIDE_HOURS, f"until {iso8601(now + wait_s)}") if wait_s else None


class Session:
    """So many objects and bytes, then the connection ends, and the next one has its time.

    What a session held is not known after a restart: it counts as full.
    """

    def __init__(self, settings: config.Destination, outbox: Outbox, clock: Clock) -> None:
        self._name = settings.name
        self._most = settings.most_per_session
        self._most_bytes = settings.session_mib * BYTES_PER_MIB
        self._every_s = settings.session_every_min * SECONDS_PER_MINUTE
        self._outbox = outbox
        self._clock = clock
        self._objects = 0
        self._bytes = 0

    def closed(self) -> Retry | None:
        """Between two sessions."""
        if self._objects or not self._every_s:
            return None
        now = self._clock.wall()
        wait_s = self._outbox.session_began_at(self._name) + self._every_s - now
        # A longer wait was written before the wall clock was set back.
        if not 0 < wait_s <= self._every_s:
            return None
        return Retry(Cause.SESSION_FULL, f"until {iso8601(now + wait_s)}")

    def fits(self, size_bytes: int) -> bool:
        """Whether one more object of that size may go in this session; the first one always may."""
        within = not self._most_bytes or self._bytes + size_bytes <= self._most_bytes
        return not self._objects or within

    def took(self, size_bytes: int) -> None:
        """An object was sent."""
        if not self._objects and self._every_s:
            self._outbox.begin_session(self._name)
        self._objects += 1
        self._bytes += size_bytes

    @property
    def is_full(self) -> bool:
        """Whether not even a small object may go any more."""
        many = bool(self._most) and self._objects >= self._most
        return many or (bool(self._most_bytes) and self._bytes >= self._most_bytes)

    def end(self) -> None:
        """The next object belongs to another session."""
        self._objects = self._bytes = 0
