"""That somebody is refused, told in the log, which whoever asks without end must not fill."""

import math
from dataclasses import dataclass, field

from appliance import log
from appliance.clock import Clock

SILENCE_S = 60.0
"""Between two lines of the log about one client."""
MOST_CLIENTS = 1024


@dataclass
class Refusals:
    """Says that somebody is refused, once in ``SILENCE_S`` and client; ``event``: in the log."""

    clock: Clock
    event: str
    _since: dict[str, tuple[float, int]] = field(default_factory=dict)

    def tell(self, client: str) -> None:
        """One more of ``client`` was refused; ``refused`` are those since the last line."""
        now = self.clock.monotonic()
        at, count = self._since.get(client, (-math.inf, 0))
        if now - at < SILENCE_S:
            self._since[client] = (at, count + 1)
            return
        self._forget(now)
        if len(self._since) < MOST_CLIENTS:
            log.warning(self.event, address=client, refused=count + 1)
            self._since[client] = (now, 0)

    def _forget(self, now: float) -> None:
        """Those of long ago, who come first."""
        while self._since:
            oldest = next(iter(self._since))
            if now - self._since[oldest][0] < SILENCE_S:
                return
            del self._since[oldest]
