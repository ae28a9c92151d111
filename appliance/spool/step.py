"""Modality performed procedure steps: what one message says of its step (PS3.4 F.7.2).

A step is created IN PROGRESS and set until it is COMPLETED or DISCONTINUED. Here only that state
and the study are looked at; what a step says of its dose is read from the same bytes later.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

from pydicom import Dataset

from appliance.ledger import Ledger
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from appliance.spool import file_meta
from appliance.spool.arrival import Arrival
from appliance.spool.dataset import read_elements
from appliance.spool.folder import Buffer

STATE, SCHEDULED = "PerformedProcedureStepStatus", "ScheduledStepAttributesSequence"


class StepState(StrEnum):
    """Performed Procedure Step Status (0040,0252)."""

    IN_PROGRESS = "IN PROGRESS"
    COMPLETED = "COMPLETED"
    DISCONTINUED = "DISCONTINUED"


class StepVerdict(Enum):
    """What the spool made of a message; the first two may be acknowledged, nothing else is kept."""

    NEW = "new"
    REPEAT = "repeat"
    """The same bytes were said of the same step already; nothing was added."""
    DUPLICATE = "duplicate"
    """The step is there already, and this creates it otherwise."""
    UNKNOWN = "unknown"
    """The step that is to be set was never created here."""
    ENDED = "ended"
    """The step is COMPLETED or DISCONTINUED."""
    STATE_MISSING = "state-missing"
    STATE_EMPTY = "state-empty"
    STATE_WRONG = "state-wrong"
    """Not IN PROGRESS when it is created, or no state at all."""
    STUDY_MISSING = "study-missing"
    """No Study Instance UID in Scheduled Step Attributes Sequence (0040,0270)."""
    STUDY_EMPTY = "study-empty"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class StepMessage:
    """What a message says.

    Attributes:
        state: As it stands there; empty when it is empty, None when it is not there.
        studies: The Study Instance UIDs of Scheduled Step Attributes Sequence, empty ones as well.
    """

    state: str | None
    studies: tuple[str, ...]

    @property
    def study(self) -> str:
        """The study that it is of; empty when it names none."""
        return next(filter(None, self.studies), "")


def is_step(arrival: Arrival) -> bool:
    """Whether it is a message about a performed procedure step."""
    return arrival.sop_class_uid == PERFORMED_PROCEDURE_STEP


def read_message(arrival: Arrival, dataset: Sequence[Buffer]) -> StepMessage:
    """What ``dataset``, the bytes as received, says.

    Raises UnreadableObjectError when it is no data set.
    """
    content = io.BytesIO(b"".join((file_meta.encode(arrival), *dataset)))
    elements = read_elements(content, arrival.sop_instance_uid, (STATE, SCHEDULED))
    scheduled = elements.get(SCHEDULED) or ()
    items = [item for item in scheduled if isinstance(item, Dataset)]
    named = [item for item in items if "StudyInstanceUID" in item]
    studies = tuple(str(item.StudyInstanceUID or "").strip() for item in named)
    if STATE not in elements:
        return StepMessage(None, studies)
    return StepMessage(str(elements.get(STATE) or "").strip(), studies)


def judged_new(message: StepMessage) -> StepVerdict:
    """Whether ``message`` may create a step (PS3.4 F.7.2.1)."""
    if message.state is None:
        return StepVerdict.STATE_MISSING
    if not message.state:
        return StepVerdict.STATE_EMPTY
    if message.state != StepState.IN_PROGRESS:
        return StepVerdict.STATE_WRONG
    if not message.study:
        return StepVerdict.STUDY_EMPTY if message.studies else StepVerdict.STUDY_MISSING
    return StepVerdict.NEW


def judged_change(message: StepMessage, before: StepState | None) -> StepVerdict:
    """Whether ``message`` may set a step that is in the state ``before`` (PS3.4 F.7.2.2)."""
    if before is None:
        return StepVerdict.UNKNOWN
    if before is not StepState.IN_PROGRESS:
        return StepVerdict.ENDED
    if message.state == "":
        return StepVerdict.STATE_EMPTY
    if message.state is not None and message.state not in tuple(StepState):
        return StepVerdict.STATE_WRONG
    return StepVerdict.NEW


def state_of(ledger: Ledger, sop_instance_uid: str) -> StepState | None:
    """The state that a step is in; None when there is no such step."""
    sql = "SELECT state FROM performed_step WHERE sop_instance_uid = ?"
    row = ledger.row(sql, sop_instance_uid)
    return StepState(row["state"]) if row else None


def enter(ledger: Ledger, uid: str, message: StepMessage, received_at: float) -> None:
    """Write down what a message that may be has changed; joins the transaction."""
    ledger.execute(
        "INSERT INTO performed_step (sop_instance_uid, study_instance_uid, state, begun_at,"
        " changed_at) VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (sop_instance_uid) DO UPDATE"
        " SET state = excluded.state, changed_at = excluded.changed_at"
        " WHERE performed_step.state = 'IN PROGRESS'",
        uid,
        message.study,
        message.state or StepState.IN_PROGRESS,
        received_at,
    )
