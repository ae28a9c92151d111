"""Who called, from the receiver's memory into the ledger: seldom, bounded, and never in the way.

**Knows:** that a caller that says nothing new is written down every ``EVERY_S`` seconds at most.
**Does not know:** who may call (``receive``), and who looks at it (``commissioning``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from appliance.clock import Clock
from appliance.commissioning import Caller, plain
from appliance.receive import Called

EVERY_S = 5.0
MOST_CALLERS = 50
"""Told apart between two times of writing; further ones are left out."""
Key = tuple[str, str, str]


@dataclass
class Callers:
    """Collects for ``write``, which makes durable what it is given; for one thread."""

    write: Callable[[list[Caller]], None]
    clock: Clock
    _waiting: dict[Key, Caller] = field(default_factory=dict)
    _told: dict[Key, str] = field(default_factory=dict)
    _written_at: float = float("-inf")
    _is_urgent: bool = False

    def note(self, called: Called) -> None:
        """Remember it."""
        caller = self._caller(called)
        key = (caller.calling_ae, caller.called_ae, caller.address)
        known = self._waiting.get(key)
        if known is None and len(self._waiting) >= MOST_CALLERS:
            return
        self._is_urgent |= called.is_echo or self._told.get(key) != called.refused
        self._waiting[key] = caller if known is None else _later(known, caller)

    def tell(self) -> None:
        """Write down what is remembered, if it is time to. Raises sqlite3.OperationalError."""
        now = self.clock.monotonic()
        if not self._waiting or (now - self._written_at < EVERY_S and not self._is_urgent):
            return
        self._written_at, self._is_urgent = now, False
        waiting, self._waiting = self._waiting, {}
        self._told = {key: each.refused for key, each in waiting.items()}
        self.write(list(waiting.values()))

    def _caller(self, called: Called) -> Caller:
        now = self.clock.wall()
        return Caller(
            calling_ae=plain(called.calling_ae),
            called_ae=plain(called.called_ae),
            address=called.address,
            called_at=now,
            refused=called.refused,
            calls=0 if called.is_echo else 1,
            verified_at=now if called.is_echo else None,
            negotiated=called.negotiated,
        )


def _later(before: Caller, after: Caller) -> Caller:
    """Both as one."""
    return replace(
        after,
        calls=before.calls + after.calls,
        verified_at=after.verified_at or before.verified_at,
        negotiated=after.negotiated or before.negotiated,
    )
