"""Whether the box is there: said by itself, and by the broker when it is not.

The broker may tell the will of a connection that is long replaced by another one. Each document
names its connection, so that a watcher can tell; and the box says that it is there again with every
state, so that a wrong will does not stand for long.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.clock import iso8601
from appliance.status.stamp import Device

SCHEMA = "availability/1"


class Presence(StrEnum):
    """Is it there?"""

    ONLINE = "online"
    OFFLINE = "offline"


class Absence(StrEnum):
    """Why not."""

    STOPPED = "stopped"
    """The process was stopped in order, as by an update or a shutdown."""
    LOST = "lost"
    """The broker lost it: said by the broker, with the words that the box left there."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection to the broker; ``name`` is random, ``began_at`` a wall time of the box."""

    name: str
    began_at: float

    def online(self, device: Device, now: float) -> dict[str, Any]:
        """The box is there now."""
        return self._document(device, Presence.ONLINE, None) | device.validity(now)

    def stopped(self, device: Device, now: float) -> dict[str, Any]:
        """It goes now."""
        return self._document(device, Presence.OFFLINE, Absence.STOPPED) | {
            "taken_at": iso8601(now),
            "valid_until": None,
            "valid_for_s": None,
        }

    def will(self, device: Device) -> dict[str, Any]:
        """What the broker says when it loses the box; nobody knows beforehand when that is."""
        return self._document(device, Presence.OFFLINE, Absence.LOST) | {
            "taken_at": None,
            "valid_until": None,
            "valid_for_s": None,
        }

    def _document(self, device: Device, presence: Presence, why: Absence | None) -> dict[str, Any]:
        return device.head(SCHEMA) | {
            "state": presence,
            "reason": why,
            "connection": self.name,
            "connected_at": iso8601(self.began_at),
        }
