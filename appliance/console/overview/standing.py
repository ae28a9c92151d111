"""How each scanner, destination and alarm stands, and which of that is good news."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from appliance.alarms import AlarmCode, Severity
from appliance.alarms.remedy import remedy
from appliance.destinations import Cause
from appliance.spool import Outcome
from appliance.status import AlarmNotice, DestinationQueue, Snapshot, Verdict
from appliance.status.today import UNDECIDED

GOOD, DOUBT, BAD, IDLE = "good", "doubt", "bad", "idle"
"""States as ``parts/badge.html`` has them."""
OF_VERDICT = {Verdict.GOOD: GOOD, Verdict.ATTENTION: DOUBT, Verdict.BAD: BAD}
CAUSE = re.compile(r"[a-z]+(?:-[a-z]+)*")
PAGES = {
    AlarmCode.STUDY_QUARANTINED: "/quarantine",
    AlarmCode.RECOGNISER_FAILED: "/quarantine",
    AlarmCode.INSTANCE_CONFLICT: "/quarantine",
    AlarmCode.DELIVERY_REFUSED: "/studies?sending=refused",
    AlarmCode.DISPLAY_FAILED: "/displayqa",
    AlarmCode.DISPLAY_TEST_DUE: "/displayqa",
    AlarmCode.DOSE_ABOVE_ALERT_VALUE: "/doses/alerts",
    AlarmCode.MEDIAN_ABOVE_DRL: "/doses",
    AlarmCode.CERTIFICATE_EXPIRING: "/settings/certificates",
    AlarmCode.CERTIFICATE_UNUSABLE: "/settings/certificates",
    AlarmCode.BACKUP_FAILED: "/settings/backups",
    AlarmCode.BACKUP_OVERDUE: "/settings/backups",
    AlarmCode.UPDATE_FAILED: "/settings/updates",
}
"""Where an alarm is settled, for whoever may."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A scanner today. ``name`` is None for senders without one, ``last`` by modality."""

    name: str | None
    state: str
    last: tuple[tuple[str, float], ...]
    read: int
    waiting: int
    undecided: int
    set_aside: int

    @property
    def studies(self) -> int:
        """All of today's."""
        return self.read + self.waiting + self.undecided + self.set_aside


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination; ``error`` is the cause, `other` for one without a word, empty: none."""

    queue: DestinationQueue
    state: str
    waiting: int
    refused: int
    error: str
    remedy: tuple[str, str] | None
    held: str


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm, what to do about it, and where."""

    notice: AlarmNotice
    state: str
    remedy: tuple[str, str]
    page: str

    @property
    def section(self) -> str:
        """What a person has to see at the head of the page to be led there; empty: nowhere."""
        return f"/{self.page[1:].partition('?')[0].partition('/')[0]}" if self.page else ""


def scanners(snapshot: Snapshot) -> Iterator[Scanner]:
    """Those that are configured, then the others together if anything came of them."""
    days = {each.scanner: each.by_outcome for each in snapshot.today}
    for name in dict.fromkeys([*days, *(each.scanner for each in snapshot.last_received)]):
        counts = days.get(name, {})
        last = [each for each in snapshot.last_received if each.scanner == name]
        waiting = counts.get(Outcome.QUARANTINED, 0)
        yield Scanner(
            name,
            DOUBT if waiting else GOOD if sum(counts.values()) else IDLE,
            tuple((each.modality, each.received_at) for each in last),
            counts.get(Outcome.REPORTED, 0),
            waiting,
            counts.get(UNDECIDED, 0),
            counts.get(Outcome.SET_ASIDE, 0),
        )


def destinations(snapshot: Snapshot) -> Iterator[Destination]:
    """In the order of the configuration."""
    failing = {
        each.subject for each in snapshot.alarms if each.code is AlarmCode.DESTINATION_FAILING
    }
    for queue in snapshot.destinations:
        cause, held = _cause(queue.last_error), _cause(queue.held)
        refused = queue.by_state.get("refused", 0)
        yield Destination(
            queue,
            _state_of(queue, is_failing=queue.destination in failing, refused=refused),
            queue.by_state.get("waiting", 0) + queue.by_state.get("leased", 0),
            refused,
            _word(cause, queue.last_error),
            cause.remedy if cause else None,
            _word(held, queue.held),
        )


def raised(snapshot: Snapshot) -> Iterator[Raised]:
    """The most urgent first, of those the oldest."""
    order = list(Severity)
    for alarm in sorted(snapshot.alarms, key=lambda each: order.index(each.code.severity)):
        is_critical = alarm.code.severity is Severity.CRITICAL
        yield Raised(
            AlarmNotice.of(alarm),
            BAD if is_critical else DOUBT,
            remedy(alarm.code),
            PAGES.get(alarm.code, ""),
        )


def is_past(day: str, today: date) -> bool:
    """Whether a day as in [[meter]] is before ``today``; an empty one is not."""
    return bool(day) and date.fromisoformat(day) < today


def worst(states: Sequence[str]) -> str:
    """The one that counts of several."""
    return next((each for each in (BAD, DOUBT, GOOD) if each in states), IDLE)


def _state_of(queue: DestinationQueue, *, is_failing: bool, refused: int) -> str:
    if is_failing or refused:
        return BAD
    if queue.last_error:
        return DOUBT
    return GOOD if queue.last_delivered_at is not None else IDLE


def _cause(text: str) -> Cause | None:
    """The enumerated word that an error begins with: what else it says stays in the log."""
    found = CAUSE.match(text)
    return Cause(found[0]) if found and found[0] in set(Cause) else None


def _word(cause: Cause | None, text: str) -> str:
    return str(cause) if cause else "other" if text else ""
