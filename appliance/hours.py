"""Hours of the day in which something may be done.

**Knows:** how hours are written, and how long it is until they begin.
**Does not know:** what may be done in them.
"""

from dataclasses import dataclass
from datetime import datetime

MINUTE_S = 60.0
DAY_MIN = 24 * 60


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


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
