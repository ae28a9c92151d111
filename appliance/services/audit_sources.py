"""What the audit trail tells that the ledger knows already: each source by how far it was told.

Nothing is written twice, and nothing that holds up who receives or sends: a source is looked at
after the fact, from where it was left. What finds no room in the queue is left for the next look.

**Knows:** which rows of other rooms become which message.
**Does not know:** where messages go from here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from appliance.alarms import Alarm, AlarmCode, Alarms
from appliance.audit import AuditMessage, AuditQueue, Outcome, Participant, Seen, codes
from appliance.audit.events import instances_transferred, security_alert
from appliance.clock import Clock
from appliance.config import Configuration, Destination
from appliance.config.destination import MEDIUM, NETWORK_KINDS
from appliance.ledger import Ledger
from appliance.outbox import endings
from appliance.outbox.delivery import State
from appliance.outbox.endings import Ending
from appliance.services.audit_journal import JournalSource
from appliance.services.audit_patient import Patients
from appliance.services.auditing import here
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from appliance.spool.arrived import Arrived, arrived, newest

T = TypeVar("T")
MOST_AT_ONCE = 500
QUIET_S = 10.0
"""Seconds without an arrival after which what came is told; so a study is one message mostly."""
LONGEST_S = 60.0
"""Seconds after which it is told all the same."""
ALERTS = {
    AlarmCode.JOURNAL_BROKEN: (codes.OBJECT_CHANGED, Outcome.MAJOR),
    AlarmCode.KEPT_FILE_DAMAGED: (codes.OBJECT_CHANGED, Outcome.MAJOR),
    AlarmCode.CERTIFICATE_UNUSABLE: (codes.NODE_AUTHENTICATION, Outcome.MINOR),
}
"""Alarms that are security alerts."""
FAILED_HANDSHAKE = "tls-failed"
"""What a destination's last error begins with when it or the box was not believed."""


class Source(Protocol):
    """One kind of rows."""

    def news(self, room: int) -> Sequence[AuditMessage]:
        """What it has to tell, at most ``room`` messages; they count as told.

        To be called in a transaction of the ledger, with what becomes of the messages.
        """


def sources(
    configuration: Configuration, ledger: Ledger, clock: Clock, queue: AuditQueue
) -> list[Source]:
    """Every source of the box; one that is new tells only what happens from now on."""
    patients = Patients(configuration, ledger, clock)
    made: list[Source] = [
        Arrivals(configuration, ledger, clock, queue, patients),
        Deliveries(configuration, ledger, queue, patients),
        AlarmSource(configuration, Alarms(ledger, clock), queue),
        JournalSource(configuration, ledger, clock, queue, patients),
    ]
    return made


@dataclass
class Arrivals:
    """Objects that were received, study by study and caller by caller."""

    configuration: Configuration
    ledger: Ledger
    clock: Clock
    queue: AuditQueue
    patients: Patients
    name: str = "arrivals"

    def news(self, room: int) -> Sequence[AuditMessage]:
        """A message for each study and caller."""
        mark = self.queue.mark(self.name)
        if mark is None:
            self.queue.set_mark(self.name, newest(self.ledger))
            return ()
        came = arrived(self.ledger, mark, min(room, MOST_AT_ONCE))
        if not came or not self._is_time(came):
            return ()
        self.queue.set_mark(self.name, came[-1].instance_id)
        objects = [each for each in came if each.sop_class_uid != PERFORMED_PROCEDURE_STEP]
        return [self._message(key, each) for key, each in _grouped(objects, _sent)]

    def _is_time(self, came: list[Arrived]) -> bool:
        age_s = self.clock.wall() - came[-1].received_at
        oldest_s = self.clock.wall() - came[0].received_at
        is_quiet = not 0 <= age_s < QUIET_S  # a clock that was set back does not hold it up
        return is_quiet or oldest_s >= LONGEST_S or len(came) == MOST_AT_ONCE

    def _message(self, key: tuple[str, ...], came: list[Arrived]) -> AuditMessage:
        study, calling_ae, address = key
        sender = Participant(
            user_id=calling_ae,
            is_requestor=True,
            role=codes.SOURCE,
            ae_titles=(calling_ae,),
            address=address,
        )
        taker = here(self.configuration, "receiver").as_(codes.DESTINATION)
        seen = Seen(
            study_instance_uid=study,
            patient_id=self.patients.patient_id(study),
            instances=_counted(each.sop_class_uid for each in came),
        )
        return instances_transferred(came[-1].received_at, sender, taker, seen)


@dataclass
class Deliveries:
    """Objects that arrived at destinations, study by study."""

    configuration: Configuration
    ledger: Ledger
    queue: AuditQueue
    patients: Patients
    name: str = "deliveries"

    def news(self, room: int) -> Sequence[AuditMessage]:
        """A message for each study and destination."""
        mark = self.queue.mark(self.name)
        if mark is None:
            self.queue.set_mark(self.name, endings.newest(self.ledger))
            self.queue.note_deliveries(endings.open_now(self.ledger), ())
            return ()
        most = min(room, MOST_AT_ONCE)
        late = endings.ended_of(self.ledger, self.queue.open_deliveries())[:most]
        planned = endings.planned_after(self.ledger, mark, most - len(late))
        if planned:
            self.queue.set_mark(self.name, planned[-1].id)
        still_open = [each.id for each in planned if each.is_open]
        if late or still_open:
            self.queue.note_deliveries(still_open, [each.id for each in late])
        ended = [each for each in [*late, *planned] if each.state is State.DELIVERED]
        return list(self._messages(ended))

    def _messages(self, ended: Iterable[Ending]) -> Iterator[AuditMessage]:
        known = {each.name: each for each in self.configuration.destination}
        for (study, name), group in _grouped(ended, _arrived_at):
            destination = known.get(name)
            if destination is None or destination.kind != MEDIUM:
                yield self._message(study, name, destination, group)

    def _message(
        self, study: str, name: str, destination: Destination | None, group: list[Ending]
    ) -> AuditMessage:
        seen = Seen(
            study_instance_uid=study,
            patient_id=self.patients.patient_id(study),
            instances=_counted(each.sop_class_uid for each in group),
            is_anonymous=None if destination is None else destination.deidentify != "none",
        )
        box = here(self.configuration, "forwarder").as_(codes.SOURCE, is_requestor=True)
        ended_at = max(each.ended_at or 0.0 for each in group)
        return instances_transferred(ended_at, box, _taker(name, destination), seen)


@dataclass
class AlarmSource:
    """Alarms that concern security."""

    configuration: Configuration
    alarms: Alarms
    queue: AuditQueue
    name: str = "alarms"

    def news(self, room: int) -> Sequence[AuditMessage]:
        """An alert for each that was raised."""
        mark = self.queue.mark(self.name)
        if mark is None:
            self.queue.set_mark(self.name, self.alarms.newest())
            return ()
        raised = self.alarms.since(mark, min(room, MOST_AT_ONCE))
        if raised:
            self.queue.set_mark(self.name, raised[-1].number)
        return [message for alarm in raised if (message := self._message(alarm))]

    def _message(self, alarm: Alarm) -> AuditMessage | None:
        kind, outcome = ALERTS.get(alarm.code, (None, Outcome.MINOR))
        if alarm.code is AlarmCode.DESTINATION_FAILING and FAILED_HANDSHAKE in alarm.detail:
            kind = codes.NODE_AUTHENTICATION
        if kind is None:
            return None
        what = " ".join(filter(None, [alarm.code, alarm.subject, alarm.detail]))
        box = here(self.configuration, "alarms")
        return security_alert(alarm.raised_at, box, kind, outcome, what)


def _taker(name: str, destination: Destination | None) -> Participant:
    over_network = destination is not None and destination.kind in NETWORK_KINDS
    by_dicom = destination is not None and destination.kind == "c-store"
    return Participant(
        user_id=name,
        role=codes.DESTINATION,
        ae_titles=(destination.ae_title.strip(),) if destination and by_dicom else (),
        address=destination.host if destination and over_network else "",
    )


def _sent(each: Arrived) -> tuple[str, ...]:
    return each.study_instance_uid, each.calling_ae, each.address


def _arrived_at(each: Ending) -> tuple[str, ...]:
    return each.study_instance_uid, each.destination


def _grouped(
    rows: Iterable[T], key: Callable[[T], tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], list[T]]]:
    """The rows of each key, in the order in which keys appear."""
    groups: dict[tuple[str, ...], list[T]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    yield from groups.items()


def _counted(classes: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(classes).items()))
