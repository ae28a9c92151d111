"""How gently an archive is asked: so many studies a minute, in some hours of the day only."""

from collections.abc import Callable

from appliance.clock import Clock
from appliance.hours import Hours

MINUTE_S = 60.0
LOOK_S = 1.0
"""Seconds between two looks whether the waiting has an end."""


class Pace:
    """Waits before each study as long as it takes."""

    def __init__(self, per_min: float, hours: Hours, clock: Clock) -> None:
        """``per_min`` studies at most; 0 is no limit."""
        self._interval_s = MINUTE_S / per_min if per_min else 0.0
        self._hours = hours
        self._clock = clock
        self._next_s = clock.monotonic()

    @property
    def share_of_day(self) -> float:
        """In which the archive may be asked."""
        return self._hours.share_of_day

    @property
    def is_closed(self) -> bool:
        """Whether it is not the hour to ask the archive."""
        return self._hours.wait_s(self._clock.wall()) > 0

    def wait_s(self) -> float:
        """Seconds until the archive may be asked for a study; 0 when it may now."""
        closed_s = self._hours.wait_s(self._clock.wall())
        return max(closed_s, self._next_s - self._clock.monotonic(), 0.0)

    def took(self) -> None:
        """The archive was asked for one study."""
        self._next_s = max(self._next_s, self._clock.monotonic() - MINUTE_S) + self._interval_s

    def wait(self, goes_on: Callable[[], bool]) -> bool:
        """Wait until the archive may be asked; False when ``goes_on`` said no first."""
        while goes_on():
            wait_s = self.wait_s()
            if not wait_s:
                return True
            self._clock.sleep(min(wait_s, LOOK_S))
        return False
