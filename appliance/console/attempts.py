"""How often somebody may guess: wrong attempts by address and altogether, within a while."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from appliance.clock import Clock


@dataclass
class Attempts:
    """Wrong attempts of the last ``window_s`` seconds; the limits hold in one process.

    Attributes:
        most: Wrong attempts of one address after which it has to wait.
        most_in_all: The same of all addresses together: many may guess as one.
    """

    clock: Clock
    most: int = 10
    most_in_all: int = 30
    window_s: float = 600.0
    _failed: deque[tuple[float, str]] = field(default_factory=deque)

    def wait_s(self, address: str) -> float:
        """Seconds until ``address`` may try again; 0: now."""
        self._forget()
        own = [at for at, who in self._failed if who == address]
        waits = (self._wait_s(own, self.most), self._wait_s(self._times(), self.most_in_all))
        return max(waits)

    def fail(self, address: str) -> None:
        """Count a wrong attempt."""
        self._failed.append((self.clock.monotonic(), address))

    def forgive(self, address: str) -> None:
        """It was right at last: what it failed before does not count."""
        self._failed = deque(each for each in self._failed if each[1] != address)

    def _times(self) -> list[float]:
        return [at for at, _ in self._failed]

    def _wait_s(self, times: Iterable[float], most: int) -> float:
        counted = sorted(times)
        if len(counted) < most:
            return 0.0
        return max(0.0, counted[-most] + self.window_s - self.clock.monotonic())

    def _forget(self) -> None:
        """What is too long ago; so what is kept is bounded by what may be tried."""
        while self._failed and self._failed[0][0] + self.window_s <= self.clock.monotonic():
            self._failed.popleft()
