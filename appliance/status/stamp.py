"""What every document says first: its schema, and which box it is of, until when."""

from dataclasses import dataclass
from typing import Any

from appliance.clock import iso8601

MISSED = 3
"""So many states in a row may be missing before the last one is not to be believed."""


@dataclass(frozen=True, slots=True)
class Device:
    """Which box; None at a box that tells no broker. ``every_s``: seconds between its states."""

    site: str | None = None
    name: str | None = None
    every_s: float | None = None

    @property
    def valid_for_s(self) -> float | None:
        """Seconds that a state is to be believed; by the watcher's own clock if it likes."""
        return None if self.every_s is None else MISSED * self.every_s

    def head(self, schema: str) -> dict[str, Any]:
        """The first keys of a document."""
        return {"schema": schema, "site": self.site or None, "device": self.name or None}

    def validity(self, now: float) -> dict[str, Any]:
        """Until when the document is to be believed, by the box's clock and without one."""
        valid_s = self.valid_for_s
        return {
            "taken_at": iso8601(now),
            "valid_until": None if valid_s is None else iso8601(now + valid_s),
            "valid_for_s": valid_s,
        }
