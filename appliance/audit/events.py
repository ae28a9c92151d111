"""The messages of PS3.15 A.5.3 that the box writes, made of what happened.

A message about a study names the patient by Patient ID if that is told, and never by name. The
standard wants a patient in them; where none is told, an identifier says so.
"""

from dataclasses import dataclass
from enum import StrEnum

from appliance.audit import codes
from appliance.audit.codes import Code
from appliance.audit.message import (
    PATIENT,
    PERSON,
    REPORT,
    SECURITY_RESOURCE,
    SYSTEM_OBJECT,
    Action,
    AuditMessage,
    Outcome,
    Participant,
    Subject,
)

NOT_TOLD = "not told"
"""ParticipantObjectID of a patient where the site keeps identity out of the audit trail."""


class Stage(StrEnum):
    """What an application did, or a person."""

    START = "start"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Here:
    """This box in messages: a process of it, and the AE title it has."""

    process: str
    ae_title: str = ""

    def as_(self, role: Code | None, *, is_requestor: bool = False) -> Participant:
        """Taking part in a role."""
        titles = (self.ae_title,) if self.ae_title else ()
        return Participant(
            user_id=f"dose-{self.process}", is_requestor=is_requestor, role=role, ae_titles=titles
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A study that something was done with.

    Attributes:
        study_instance_uid: Which study.
        patient_id: Whose; None where that is not told.
        instances: How many objects of each SOP class.
        is_anonymous: Whether identity was removed before; None: not said.
    """

    study_instance_uid: str
    patient_id: str | None = None
    instances: tuple[tuple[str, int], ...] = ()
    is_anonymous: bool | None = None

    def subjects(self) -> tuple[Subject, Subject]:
        """The study and the patient."""
        study = Subject(
            kind=SYSTEM_OBJECT,
            role=REPORT,
            identified_by=codes.STUDY_UID,
            identifier=self.study_instance_uid,
            name="study",
            instances=self.instances,
            is_anonymous=self.is_anonymous,
        )
        return study, _patient(self.patient_id)


def _patient(patient_id: str | None) -> Subject:
    return Subject(
        kind=PERSON,
        role=PATIENT,
        identified_by=codes.PATIENT_NUMBER,
        identifier=NOT_TOLD if patient_id is None else patient_id,
        name="patient",
    )


def application_activity(at: float, here: Here, stage: Stage) -> AuditMessage:
    """A process of the box began or ended (A.5.3.1)."""
    kinds = {Stage.START: codes.APPLICATION_START, Stage.STOP: codes.APPLICATION_STOP}
    return AuditMessage(
        event=codes.APPLICATION_ACTIVITY,
        action=Action.EXECUTE,
        occurred_at=at,
        types=(kinds[stage],),
        participants=(here.as_(codes.APPLICATION),),
    )


def audit_log_used(at: float, person: str, log_uri: str) -> AuditMessage:
    """A person read what waits here (A.5.3.2)."""
    resource = Subject(
        kind=SYSTEM_OBJECT,
        role=SECURITY_RESOURCE,
        identified_by=codes.URI,
        identifier=log_uri,
        name="Security Audit Log",
    )
    return AuditMessage(
        event=codes.AUDIT_LOG_USED,
        action=Action.READ,
        occurred_at=at,
        participants=(Participant(user_id=person, is_requestor=True),),
        subjects=(resource,),
    )


def instances_transferred(
    at: float, source: Participant, destination: Participant, seen: Seen
) -> AuditMessage:
    """Objects of a study went from one to the other (A.5.3.7)."""
    return AuditMessage(
        event=codes.INSTANCES_TRANSFERRED,
        action=Action.CREATE,
        occurred_at=at,
        participants=(source, destination),
        subjects=seen.subjects(),
    )


def instances_accessed(
    at: float, person: str, here: Here, seen: Seen, action: Action = Action.UPDATE
) -> AuditMessage:
    """A person looked at a study, or decided about its report (A.5.3.6)."""
    return AuditMessage(
        event=codes.INSTANCES_ACCESSED,
        action=action,
        occurred_at=at,
        participants=(Participant(user_id=person, is_requestor=True), here.as_(None)),
        subjects=seen.subjects(),
    )


def exported(
    at: float, person: str, here: Here, medium: Participant, studies: tuple[Seen, ...]
) -> AuditMessage:
    """Reports left on a medium (A.5.3.4)."""
    return AuditMessage(
        event=codes.EXPORT,
        action=Action.READ,
        occurred_at=at,
        participants=(*_exporters(person, here), medium),
        subjects=_without_repeats(studies),
    )


def imported(at: float, here: Here, medium: Participant) -> AuditMessage:
    """Files of the site's own, no patient's, were taken from a medium (A.5.3.5)."""
    return AuditMessage(
        event=codes.IMPORT,
        action=Action.CREATE,
        occurred_at=at,
        participants=(here.as_(codes.DESTINATION, is_requestor=True), medium),
        subjects=(_patient(None),),
    )


def query(at: float, here: Here, peer: Participant, sop_class: str, asked: bytes) -> AuditMessage:
    """The box asked another one; ``asked`` in Explicit VR Little Endian (A.5.3.10)."""
    question = Subject(
        kind=SYSTEM_OBJECT,
        role=REPORT,
        identified_by=codes.CLASS_UID,
        identifier=sop_class,
        query=asked,
        details=(("TransferSyntax", b"1.2.840.10008.1.2.1"),),
    )
    return AuditMessage(
        event=codes.QUERY,
        action=Action.EXECUTE,
        occurred_at=at,
        participants=(here.as_(codes.SOURCE, is_requestor=True), peer),
        subjects=(question,),
    )


def security_alert(  # noqa: PLR0913 - what an alert is made of
    at: float,
    here: Here,
    kind: Code,
    outcome: Outcome,
    description: str,
    *,
    node: str = "",
    who: Participant | None = None,
) -> AuditMessage:
    """Something that concerns security; ``node`` is the address it is about (A.5.3.11)."""
    subject = Subject(
        kind=SYSTEM_OBJECT,
        role=SECURITY_RESOURCE,
        identified_by=codes.NODE_ID if node else codes.URI,
        identifier=node or f"urn:dose-appliance:{here.process}",
        name="alert",
        details=(("Alert Description", description.encode("utf-8", "replace")),),
    )
    return AuditMessage(
        event=codes.SECURITY_ALERT,
        action=Action.EXECUTE,
        occurred_at=at,
        outcome=outcome,
        types=(kind,),
        participants=(here.as_(None), *((who,) if who else ())),
        subjects=(subject,),
    )


def user_authentication(  # noqa: PLR0913 - who, from where, what and how it ended
    at: float, person: str, address: str, here: Here, stage: Stage, *, outcome: Outcome
) -> AuditMessage:
    """A person logged in or out, or tried to, from ``address`` (A.5.3.12)."""
    kinds = {Stage.START: codes.LOGIN, Stage.STOP: codes.LOGOUT}
    user = Participant(user_id=person, is_requestor=True, address=address)
    return AuditMessage(
        event=codes.USER_AUTHENTICATION,
        action=Action.EXECUTE,
        occurred_at=at,
        outcome=outcome,
        types=(kinds[stage],),
        participants=(user, here.as_(None)),
    )


def _exporters(person: str, here: Here) -> tuple[Participant, ...]:
    """The person, if one is known, and the process."""
    if not person:
        return (here.as_(codes.SOURCE, is_requestor=True),)
    asked = Participant(user_id=person, is_requestor=True, role=codes.SOURCE)
    return (asked, here.as_(codes.SOURCE))


def _without_repeats(studies: tuple[Seen, ...]) -> tuple[Subject, ...]:
    """Every study, and every patient once; one patient at least (A.5.3.4)."""
    pairs = [each.subjects() for each in studies]
    patients = dict.fromkeys(patient for _, patient in pairs) or (_patient(None),)
    return (*(study for study, _ in pairs), *patients)
