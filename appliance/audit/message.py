"""Audit messages as values (PS3.15 A.5.1): what happened, who took part, what it was about."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.audit.codes import Code

PERSON, SYSTEM_OBJECT = "1", "2"
"""ParticipantObjectTypeCode."""
PATIENT, REPORT, MASTER_FILE, SECURITY_RESOURCE = "1", "3", "5", "13"
"""ParticipantObjectTypeCodeRole."""


class Action(StrEnum):
    """EventActionCode."""

    CREATE = "C"
    READ = "R"
    UPDATE = "U"
    EXECUTE = "E"


class Outcome(StrEnum):
    """EventOutcomeIndicator."""

    SUCCESS = "0"
    MINOR = "4"
    """It failed, and may be tried again."""
    SERIOUS = "8"
    """It was prevented."""
    MAJOR = "12"
    """It could not be prevented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A person, process, node or medium that took part (ActiveParticipant).

    Attributes:
        user_id: What it is called in logs.
        is_requestor: Whether it began what happened; of one message at most one is.
        role: What it did; None where the standard asks for none.
        ae_titles: Its AE titles, if it speaks DICOM.
        address: Host name or IP address; empty: unknown.
        medium: Of a medium, of which kind.
    """

    user_id: str
    is_requestor: bool = False
    role: Code | None = None
    ae_titles: tuple[str, ...] = ()
    address: str = ""
    medium: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What it was about (ParticipantObjectIdentification).

    Attributes:
        kind: ParticipantObjectTypeCode.
        role: ParticipantObjectTypeCodeRole.
        identified_by: What ``identifier`` is.
        name: A descriptor; the schema wants it wherever there is no ``query``.
        query: What was asked, byte by byte.
        details: Pairs of a type and a value.
        instances: How many objects of each SOP class.
        is_anonymous: Whether identity had been removed; None: not said.
    """

    kind: str
    role: str
    identified_by: Code
    identifier: str
    name: str = ""
    query: bytes | None = None
    details: tuple[tuple[str, bytes], ...] = ()
    instances: tuple[tuple[str, int], ...] = ()
    is_anonymous: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditMessage:
    """One message; ``occurred_at`` is a wall time in seconds since the epoch.

    ``event`` is its EventID, ``types`` its EventTypeCodes.
    """

    event: Code
    action: Action
    occurred_at: float
    participants: tuple[Participant, ...]
    outcome: Outcome = Outcome.SUCCESS
    types: tuple[Code, ...] = ()
    subjects: tuple[Subject, ...] = ()
