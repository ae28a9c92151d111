"""How gently an archive is asked: so many studies a minute, in some hours of the day only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.clock import Clock

MINUTE_S = 60.0
DAY_MIN = 24 * 60
LOOK_S = 1.0
"""Seconds between two looks whether the waiting has an end."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of the day, local time, from minute ``first`` to before minute ``last``.

    They may span midnight; equal minutes are the whole day.
    """

    first: int = 0
    last: int = 0

    @classmethod
    def from_text(cls, text: str) -> "Hours":
        """``20:00-06:00``; an empty text is the whole day. Raises ValueError for another form."""
        if not text:
            return cls()
        first, last = (_minute(part) for part in text.split("-"))
        return cls(first, last)

    @property
    def share_of_day(self) -> float:
        """From above 0 to 1."""
        return ((self.last - self.first) % DAY_MIN or DAY_MIN) / DAY_MIN

    def wait_s(self, wall_s: float) -> float:
        """Seconds from ``wall_s`` until these hours begin; 0 within them."""
        now = datetime.fromtimestamp(wall_s).astimezone()
        minute = now.hour * 60 + now.minute
        if (minute - self.first) % DAY_MIN < (self.last - self.first) % DAY_MIN or (
            self.first == self.last
        ):
            return 0.0
        return (self.first - minute) % DAY_MIN * MINUTE_S - now.second - now.microsecond / 1e6


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


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
