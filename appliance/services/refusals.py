"""Callers that were turned away, for the audit trail: counted, so that none can fill it.

**Knows:** how many alerts a minute there may be, and that repeats are one alert with their number.
**Does not know:** who is turned away and why (``receive``).
"""

from dataclasses import dataclass, field

from appliance.audit import AuditQueue, Here, Outcome, Participant, codes
from appliance.audit.events import security_alert
from appliance.clock import Clock
from appliance.receive import TurnedAway
from appliance.services.auditing import record

EVERY_S = 60.0
"""Seconds between alerts."""
MOST_CALLERS = 50
"""Callers that are told apart between two alerts; the others are counted together."""
OTHERS = TurnedAway("", "others", "further-callers")


@dataclass
class Refusals:
    """Collects for ``queue``; without one nothing is told."""

    queue: AuditQueue | None
    here: Here
    clock: Clock
    _counts: dict[TurnedAway, int] = field(default_factory=dict)
    _told_at: float = float("-inf")

    def note(self, refusal: TurnedAway) -> None:
        """Count it."""
        known = refusal in self._counts or len(self._counts) < MOST_CALLERS
        caller = refusal if known else OTHERS
        self._counts[caller] = self._counts.get(caller, 0) + 1

    def tell(self) -> None:
        """Write the alerts, if it is time to and there are any."""
        now = self.clock.monotonic()
        if not self._counts or now - self._told_at < EVERY_S:
            return
        self._told_at = now
        counts, self._counts = self._counts, {}
        for caller, count in counts.items():
            self._put(caller, count)

    def _put(self, caller: TurnedAway, count: int) -> None:
        if self.queue is None:
            return
        name = caller.calling_ae or caller.address
        titles = (caller.calling_ae,) if caller.calling_ae else ()
        who = Participant(user_id=name, ae_titles=titles, address=caller.address)
        what = f"{caller.reason}; {count} times"
        at, kind = self.clock.wall(), codes.NODE_AUTHENTICATION
        alert = security_alert(
            at, self.here, kind, Outcome.SERIOUS, what, node=caller.address, who=who
        )
        record(self.queue, alert)
