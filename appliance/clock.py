"""Time as an argument.

**Knows:** the system's wall clock and monotonic clock, as one small object to pass around, and by
whose word the wall clock stands (`docs/clock.md`).
**Does not know:** time zones of studies; DICOM dates are text in the objects they came from.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

SYNCHRONISED = Path("run/systemd/timesync/synchronized")
"""There once systemd-timesyncd has set the clock since the box started (systemd-timesyncd(8))."""
SAVED = Path("var/lib/systemd/timesync/clock")
"""Its time of change is the last time that was saved; the clock starts no earlier."""
EPOCH = Path("usr/lib/clock-epoch")
"""Its time of change is no later than any true time (systemd(1))."""
RTCS = Path("sys/class/rtc")
RTC_AGREES_S = 30.0
"""A real-time clock that is farther from the wall clock is not what that was set from."""
STATE_HOLDS_S = 1.0
"""For how long a state is told again without a look: a burst of objects asks hundreds of times."""


class ClockState(StrEnum):
    """By whose word the wall clock stands; the best first."""

    NTP = "ntp"
    """A time server's, since the box started."""
    RTC = "rtc"
    """The real-time clock's, which went on while the power was off."""
    RESTORED = "restored"
    """Nobody's: it went on from the time that was saved last, so it is late by the time off."""
    UNSET = "unset"
    """Nobody's, and nothing was saved, or it is behind what was saved."""


@dataclass(slots=True, eq=False)
class StateOfClock:
    """The state of the system's clock, by the files below ``root``."""

    root: Path = Path("/")
    _state: ClockState = ClockState.UNSET
    _until: float = field(default=float("-inf"))

    def __call__(self) -> ClockState:
        """The state now, at most ``STATE_HOLDS_S`` old."""
        now = time.monotonic()
        if now >= self._until:
            self._state, self._until = state_of_clock(self.root, time.time()), now + STATE_HOLDS_S
        return self._state


_STATE = StateOfClock()


@dataclass(frozen=True, slots=True)
class Clock:
    """Wall time in seconds since the epoch, a monotonic count of seconds, and the wall's state."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    state: Callable[[], ClockState] = _STATE


SYSTEM_CLOCK = Clock()


def state_of_clock(root: Path, wall_s: float) -> ClockState:
    """By whose word a clock that shows ``wall_s`` stands, by the files below ``root``."""
    saved_s = _changed_s(root / SAVED)
    if wall_s < lower_bound_s(root):
        return ClockState.UNSET
    if (root / SYNCHRONISED).exists():
        return ClockState.NTP
    if any(_set_the_clock(each, wall_s) for each in (root / RTCS).glob("rtc*")):
        return ClockState.RTC
    return ClockState.UNSET if saved_s is None else ClockState.RESTORED


def lower_bound_s(root: Path) -> float:
    """The latest time that is known to have been, in seconds since the epoch; 0 if none is."""
    known = (_changed_s(root / SAVED), _changed_s(root / EPOCH))
    return max((each for each in known if each is not None), default=0.0)


def _changed_s(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _set_the_clock(rtc: Path, wall_s: float) -> bool:
    """Whether the kernel set its clock from this one, and they still agree (rtc-sysfs ABI)."""
    try:
        shown_s = int((rtc / "since_epoch").read_text("ascii"))
        set_by = (rtc / "hctosys").read_text("ascii").strip()
    except (OSError, ValueError):
        return False
    return set_by == "1" and abs(shown_s - wall_s) <= RTC_AGREES_S


def iso8601(wall_s: float) -> str:
    """``2026-11-21T03:04:05.678Z`` for a wall time in seconds since the epoch."""
    stamp = datetime.fromtimestamp(wall_s, UTC).isoformat(timespec="milliseconds")
    return stamp.replace("+00:00", "Z")
