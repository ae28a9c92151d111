"""What the first page asks of its process."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from appliance.status import Check, Snapshot, Verdict

EVERY_S = 5
"""Seconds after which a page asks anew."""
VALID_S = 20.0
"""Seconds that what was seen is shown as what is."""


@dataclass(frozen=True, slots=True)
class MeterHere:
    """A luminance meter of [[meter]], and the last day of its certificate; empty: not known."""

    name: str
    calibrated_until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The box at one moment; times in seconds since the epoch.

    Attributes:
        taken_at: When it was looked at.
        snapshot: What was counted; None: the ledger could not be read.
        checks: The vital signs.
        verdict: What that comes to, as MQTT tells it.
        since: Since when it is so; None where nobody knows.
        meters: The luminance meters that the configuration names.
        meters_plugged: How many ports there are that may be a meter's; none is asked.
    """

    taken_at: float
    snapshot: Snapshot | None
    checks: Sequence[Check]
    verdict: Verdict
    since: float | None
    meters: Sequence[MeterHere] = ()
    meters_plugged: int = 0


class Desk(Protocol):
    """Whoever looks at the box."""

    def seen(self) -> Seen:
        """The box now, or a few seconds ago: many pages share one look."""
