"""The clerk's errand to the audit repository: what happened, told in order, until it was taken.

**Knows:** when sources are looked at, when the repository is tried again, and what is alarming.
**Does not know:** what a source tells (``audit_sources``), how messages travel (``audit``).
"""

import random
from dataclasses import dataclass

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.audit import AuditQueue, NotTaken, Outcome, Repository, Sender, Waiting, codes
from appliance.audit.events import security_alert
from appliance.audit.queue import LOST
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.ledger import Ledger
from appliance.services.audit_sources import Source, sources
from appliance.services.auditing import audit_queue, here, sender
from appliance.tls import Credentials

LOOK_S = 5.0
"""Seconds between looks at the sources."""
MOST_AT_ONCE = 200
"""Messages of one connection."""
MOST_DOUBLINGS = 30
MARGIN_S = 60.0


def audit_trail(configuration: Configuration, ledger: Ledger, clock: Clock) -> "AuditTrail | None":
    """The errand; None, and its alarm cleared, where there is no repository."""
    alarms = Alarms(ledger, clock)
    queue = audit_queue(configuration, ledger)
    if queue is None:
        alarms.clear(AlarmCode.AUDIT_REPOSITORY_FAILING)
        return None
    settings = configuration.audit
    repository = Repository(
        host=settings.host,
        port=settings.port,
        credentials=Credentials.of(settings.tls),
        connection_timeout_s=settings.connection_timeout_s,
        timeout_s=settings.timeout_s,
    )
    told = sources(configuration, ledger, clock, queue)
    return AuditTrail(configuration, ledger, queue, repository, told, sender(), alarms, clock)


@dataclass
class AuditTrail:
    """Gathers what happened, and sends what waits."""

    configuration: Configuration
    ledger: Ledger
    queue: AuditQueue
    repository: Repository
    sources: list[Source]
    sender: Sender
    alarms: Alarms
    clock: Clock
    name: str = "audit"
    _looks_at: float = float("-inf")
    _rests_until: float = float("-inf")
    _failures: int = 0

    @property
    def longest_s(self) -> float:
        """A repository with several addresses that answers in the last moment."""
        settings = self.configuration.audit
        return 4 * settings.connection_timeout_s + 3 * settings.timeout_s + MARGIN_S

    def work_next(self) -> bool:
        """Look at the sources if it is time to, then send what waits; False when nothing does."""
        now = self.clock.monotonic()
        if now >= self._looks_at:
            self._looks_at = now + LOOK_S
            self._gather()
        if now < self._rests_until:
            return False
        batch = self.queue.waiting(MOST_AT_ONCE)
        if not batch:
            return False
        self._send(batch)
        return True

    def _gather(self) -> None:
        """Each source is told in a transaction of its own, with how far it was told."""
        for source in self.sources:
            with self.ledger.transaction():
                for message in source.news(self.queue.room()):
                    self.queue.put(message)
        self._tell_lost()

    def _tell_lost(self) -> None:
        """Say how many messages found no room, as soon as there is room."""
        if (lost := self.queue.mark(LOST)) and self.queue.room() > 0:
            box = here(self.configuration, "clerk")
            what = f"messages that found no room and were not kept: {lost}"
            now, kind = self.clock.wall(), codes.AUDIT_RECORDING_STOPPED
            with self.ledger.transaction():
                self.queue.put(security_alert(now, box, kind, Outcome.MAJOR, what))
                self.queue.set_mark(LOST, 0)
            log.error("audit_messages_lost", messages=lost)

    def _send(self, batch: list[Waiting]) -> None:
        now = self.clock.wall()
        frames = [self.sender.message(each.xml, each.number, now) for each in batch]
        match self.repository.take(frames):
            case NotTaken(reason):
                self._failed(reason)
            case None:
                self.queue.taken(batch[-1].number)
                self._failures = 0
                self.alarms.clear(AlarmCode.AUDIT_REPOSITORY_FAILING)
                log.info("audit_messages_taken", messages=len(batch), last=batch[-1].number)

    def _failed(self, reason: str) -> None:
        """Leave the repository alone for a while, longer each time."""
        settings = self.configuration.audit
        doubled = settings.retry_first_s * 2.0 ** min(self._failures, MOST_DOUBLINGS)
        chance = random.random()  # noqa: S311 - jitter
        pause_s = min(doubled, settings.retry_max_s) * (1 + chance) / 2
        self._failures += 1
        self._rests_until = self.clock.monotonic() + pause_s
        self.alarms.raise_(AlarmCode.AUDIT_REPOSITORY_FAILING, "", reason)
        log.warning(
            "audit_messages_not_taken",
            waiting=self.queue.count(),
            reason=reason,
            pause_s=f"{pause_s:.1f}",
        )
