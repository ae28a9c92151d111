"""What the journal says, as audit messages: decisions and looks, media, who was let in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.audit import AuditMessage, AuditQueue, Outcome, Participant, Seen, codes
from appliance.audit.events import exported, imported, instances_accessed, security_alert
from appliance.audit.message import Action
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.journal import Entry, Journal
from appliance.ledger import Ledger
from appliance.services.account_events import AccountEvent
from appliance.services.again import REREADING_ASKED, SENDING_ASKED
from appliance.services.audit_accounts import account_message
from appliance.services.audit_patient import Patients
from appliance.services.audit_requests import request_message
from appliance.services.auditing import here
from appliance.services.looks import PATIENT_SEEN
from appliance.services.settings_folder import REQUEST_CARRIED_OUT

MOST_AT_ONCE = 100
STUDIES_A_MESSAGE = 5
"""A longer message may be cut off at its receiver."""
BY_A_PERSON = (
    "quarantine-settled",
    "quarantine-discarded",
    "quarantine-wrong-patient",
    "quarantine-first-decision",
    "quarantine-declined",
    "wrong-patient-acknowledged",
    "native-report-acknowledged",
    "dose-alert-acknowledged",
)
"""Kinds that say that a person looked at a study and decided."""
EXPORTED, IMPORTED, REIDENTIFIED = "media-exported", "media-imported", "reidentified"


@dataclass
class JournalSource:
    """Entries of the journal that an audit trail tells."""

    configuration: Configuration
    ledger: Ledger
    clock: Clock
    queue: AuditQueue
    patients: Patients
    name: str = "journal"

    def news(self, room: int) -> Sequence[AuditMessage]:
        """The messages of as many entries as there is room for."""
        journal = Journal(self.ledger, self.clock)
        mark = self.queue.mark(self.name)
        if mark is None:
            self.queue.set_mark(self.name, journal.newest())
            return ()
        told: list[AuditMessage] = []
        for entry in journal.since(mark, MOST_AT_ONCE):
            messages = list(self._messages(entry))
            if len(told) + len(messages) > room:
                break
            told += messages
            self.queue.set_mark(self.name, entry.seq)
        return told

    def _messages(self, entry: Entry) -> Iterator[AuditMessage]:
        made: dict[str, Callable[[Entry], Iterator[AuditMessage]]] = {
            EXPORTED: self._exported,
            IMPORTED: self._imported,
            REIDENTIFIED: self._reidentified,
            PATIENT_SEEN: self._seen_by_a_person,
            **dict.fromkeys((REREADING_ASKED, SENDING_ASKED), self._asked_by_a_person),
            REQUEST_CARRIED_OUT: self._asked_of_root,
            **dict.fromkeys(AccountEvent, self._about_an_account),
            **dict.fromkeys(BY_A_PERSON, self._accessed),
        }
        if entry.kind in made:
            yield from made[entry.kind](entry)

    def _accessed(self, entry: Entry) -> Iterator[AuditMessage]:
        body = entry.body
        for study in _studies(body):
            box, seen = here(self.configuration, "recogniser"), self._seen(study)
            yield instances_accessed(entry.written_at, str(body.get("person", "")), box, seen)

    def _seen_by_a_person(self, entry: Entry) -> Iterator[AuditMessage]:
        body, box = entry.body, here(self.configuration, "console")
        seen = self._seen(str(body["study_instance_uid"]))
        yield instances_accessed(entry.written_at, str(body["by"]), box, seen, Action.READ)

    def _asked_by_a_person(self, entry: Entry) -> Iterator[AuditMessage]:
        body, box = entry.body, here(self.configuration, "console")
        seen = self._seen(str(body["study_instance_uid"]))
        yield instances_accessed(entry.written_at, str(body["by"]), box, seen)

    def _about_an_account(self, entry: Entry) -> Iterator[AuditMessage]:
        yield account_message(entry, here(self.configuration, "console"))

    def _asked_of_root(self, entry: Entry) -> Iterator[AuditMessage]:
        yield request_message(entry, here(self.configuration, "console"))

    def _exported(self, entry: Entry) -> Iterator[AuditMessage]:
        body = entry.body
        medium = Participant(
            user_id=str(body.get("medium", "")),
            role=codes.DESTINATION_MEDIA,
            medium=codes.USB_DISK,
        )
        seen = [self._seen(study) for study in _studies(body)]
        for at in range(0, max(len(seen), 1), STUDIES_A_MESSAGE):
            box, some = here(self.configuration, "media"), tuple(seen[at : at + STUDIES_A_MESSAGE])
            yield exported(entry.written_at, str(body.get("person", "")), box, medium, some)

    def _imported(self, entry: Entry) -> Iterator[AuditMessage]:
        what = f"{entry.body.get('kind', '')} {entry.body.get('number', '')}"
        medium = Participant(user_id=what, role=codes.SOURCE_MEDIA, medium=codes.USB_DISK)
        yield imported(entry.written_at, here(self.configuration, "media"), medium)

    def _reidentified(self, entry: Entry) -> Iterator[AuditMessage]:
        who = Participant(user_id=str(entry.body.get("by", "")))
        what = f"pseudonyms were looked up, journal entry {entry.seq}"
        box, kind = here(self.configuration, "reidentify"), codes.RESTRICTED_FUNCTION
        yield security_alert(entry.written_at, box, kind, Outcome.SUCCESS, what, who=who)

    def _seen(self, study: str) -> Seen:
        return Seen(study_instance_uid=study, patient_id=self.patients.patient_id(study))


def _studies(body: Mapping[str, Any]) -> list[str]:
    named = body.get("studies") or [body.get("study_instance_uid")]
    return [str(each) for each in named if each]
