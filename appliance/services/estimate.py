"""How long a backfill has to go, by how long it took so far."""

from dataclasses import dataclass, replace

from appliance.clock import Clock

LONGEST_GAP_S = 300.0
"""A longer time between two studies was spent waiting, for the night or for the archive."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """So many of ``total`` studies are done, at ``last_s`` of the monotonic clock."""

    total: int
    done: int
    busy_s: float
    last_s: float
    share_of_day: float = 1.0

    @classmethod
    def of(cls, total: int, clock: Clock) -> "Estimate":
        """Nothing is done yet."""
        return cls(total, 0, 0.0, clock.monotonic())

    def one_more(self, clock: Clock, share_of_day: float) -> "Estimate":
        """One more is done; the archive may be asked in that share of the day."""
        now = clock.monotonic()
        return replace(
            self,
            done=self.done + 1,
            busy_s=self.busy_s + min(now - self.last_s, LONGEST_GAP_S),
            last_s=now,
            share_of_day=share_of_day,
        )

    @property
    def per_s(self) -> float:
        """Studies a second while at work; 0 when nothing is done yet."""
        return self.done / self.busy_s if self.busy_s else 0.0

    @property
    def left_s(self) -> float:
        """Seconds to go, nights and days together."""
        per_s = self.per_s * self.share_of_day
        return (self.total - self.done) / per_s if per_s else 0.0
