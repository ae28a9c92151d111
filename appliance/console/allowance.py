"""How much somebody may ask for: so much at once, and so much each second (a token bucket)."""

from dataclasses import dataclass, field

from appliance.clock import Clock

NEWCOMERS = ""
"""Whose the shared allowance is; no client is called so."""
LOOK_S = 1.0
"""Between two looks for who need not be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """``per_s`` requests come back each second, up to ``most``; what is dear may count for more."""

    per_s: float
    most: float

    def __post_init__(self) -> None:
        if not (self.per_s > 0 and self.most >= 1):
            raise ValueError("a pace at which nobody could ask for anything")


@dataclass(slots=True)
class _Bucket:
    """What was ``left`` at a time ``at``, of the monotonic clock."""

    left: float
    at: float


@dataclass
class Allowances:
    """What each client has left. For one thread at a time.

    Who has all left is not kept, for that is what anybody has who never asked: so what is kept is
    bounded by who asked lately, and forgetting takes nothing from and gives nothing to anybody.
    Where still more than ``most_clients`` asked lately, newcomers share one allowance.
    """

    pace: Pace
    clock: Clock
    most_clients: int
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _looked_at: float = field(default=float("-inf"))

    def take(self, client: str, cost: float = 1.0) -> float:
        """Seconds until ``client`` may have what costs ``cost``; 0: now, and then it is taken."""
        bucket = self._bucket(client)
        bucket.left = self._left(bucket)
        bucket.at = self.clock.monotonic()
        payable = min(cost, self.pace.most)
        if bucket.left < payable:
            return (payable - bucket.left) / self.pace.per_s
        bucket.left -= payable
        return 0.0

    def __len__(self) -> int:
        """Clients that something is kept of."""
        return len(self._buckets)

    def _bucket(self, client: str) -> _Bucket:
        if self._is_one_too_many(client):
            self._forget()
        own = NEWCOMERS if self._is_one_too_many(client) else client
        new = _Bucket(self.pace.most, self.clock.monotonic())
        return self._buckets.setdefault(own, new)

    def _is_one_too_many(self, client: str) -> bool:
        return client not in self._buckets and len(self._buckets) >= self.most_clients

    def _left(self, bucket: _Bucket) -> float:
        since_s = self.clock.monotonic() - bucket.at
        return min(self.pace.most, bucket.left + since_s * self.pace.per_s)

    def _forget(self) -> None:
        """Those who have all left; a look at all takes a while, so seldom."""
        if self.clock.monotonic() - self._looked_at < LOOK_S:
            return
        self._looked_at = self.clock.monotonic()
        kept = {who: each for who, each in self._buckets.items() if not self._is_full(each)}
        self._buckets = kept

    def _is_full(self, bucket: _Bucket) -> bool:
        return self._left(bucket) >= self.pace.most
