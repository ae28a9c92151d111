"""Time as an argument.

**Knows:** the system's wall clock and monotonic clock, as one small object to pass around.
**Does not know:** time zones of studies; DICOM dates are text in the objects they came from.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """Wall time in seconds since the epoch and a monotonic count of seconds."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


SYSTEM_CLOCK = Clock()


def iso8601(wall_s: float) -> str:
    """``2026-11-21T03:04:05.678Z`` for a wall time in seconds since the epoch."""
    stamp = datetime.fromtimestamp(wall_s, UTC).isoformat(timespec="milliseconds")
    return stamp.replace("+00:00", "Z")
