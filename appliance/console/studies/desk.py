"""What the pages of studies ask of their process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from pydicom import Dataset

from appliance.dose.record import CTRadiationDose
from appliance.drl.alert import Exceedance
from appliance.drl.comparison import Comparison
from appliance.orders.order import Order
from appliance.orders.register import Search
from appliance.outbox import Outgoing
from appliance.outbox.course import Committed, Sent
from appliance.quarantine import Case, Settlement
from appliance.spool import Decision
from appliance.spool.batches import Batch
from appliance.studies import ANYTHING, Criteria, Study


class Told(StrEnum):
    """By what a patient is looked for."""

    PATIENT_ID = "patient-id"
    NAME = "name"
    ACCESSION_NUMBER = "accession-number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose study it is, by its own objects; empty: they do not say it."""

    patient_id: str = ""
    patient_name: str = ""
    birth_date: str = ""
    sex: str = ""
    accession_number: str = ""
    description: str = ""
    study_date: str = ""


NOBODY = Identity()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is to show.

    Attributes:
        before: Only studies of lower number; None: from the newest.
        shows_patients: Whether the list says whose studies they are.
        told: By what a patient is looked for; None: by nothing.
        words: What is looked for in it.
    """

    criteria: Criteria = ANYTHING
    before: int | None = None
    shows_patients: bool = False
    told: Told | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A study of a list; ``identity`` is None where the list does not say it."""

    study: Study
    identity: Identity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of a list.

    Attributes:
        next: Before which number the next page begins; None: there is none.
        looked_at: Of how many studies the identity was looked at; 0: of none.
    """

    studies: tuple[Listed, ...]
    next: int | None
    looked_at: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a study; ``dataset`` is None where its file is gone or damaged."""

    outgoing: Outgoing
    dataset: Dataset | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A frame of a dose screen; ``size_px`` is columns and rows, None where it is not known.

    ``is_here`` is False where the pixels were removed.
    """

    instance_id: int
    sop_instance_uid: str
    frame: int
    size_px: tuple[int, int] | None
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Perspective:
    """A study's doses beside reference levels; ``comparison`` is None where there are none."""

    comparison: Comparison | None = None
    exceedances: tuple[Exceedance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Everything about one study.

    Attributes:
        identity: None where none of its objects can be read any more.
        decisions: The oldest first.
        record: The dose record of the last decision, or None.
        merged: How its sources were put together, as in ``read.schema.json``; empty: they were not.
        cases: The oldest first, each with what a person decided.
        reports: The one that counts last.
        steps: The states of its performed procedure steps, and since when.
        rereadings: When it was asked to be read again, and when it had been.
        now: When all this was so, seconds since the epoch.
    """

    study: Study
    identity: Identity | None
    batches: tuple[Batch, ...]
    decisions: tuple[Decision, ...] = ()
    record: CTRadiationDose | None = None
    merged: Mapping[str, Any] = field(default_factory=dict)
    cases: tuple[tuple[Case, Settlement | None], ...] = ()
    reports: tuple[Report, ...] = ()
    sent: tuple[Sent, ...] = ()
    committed: tuple[Committed, ...] = ()
    search: Search | None = None
    order: Order | None = None
    steps: tuple[tuple[str, float], ...] = ()
    rereadings: tuple[tuple[float, float | None], ...] = ()
    pictures: tuple[Picture, ...] = ()
    perspective: Perspective = Perspective()
    now: float = 0.0


class Refusal(StrEnum):
    """Why there is no picture, or no file."""

    REMOVED = "removed"
    """It was removed after its time."""
    UNREADABLE = "unreadable"
    """It cannot be decoded."""
    NOT_CLEAN = "not-clean"
    """It cannot be freed of what names the patient for certain."""


class Desk(Protocol):
    """``by`` is who looks or asks; every look is written down before it is answered.

    Each call raises NotFoundError for what there is not.
    """

    def senders(self) -> Sequence[str]:
        """Every AE title that objects came from."""

    def found(self, wanted: Wanted, by: str) -> Found:
        """A page of the list."""

    def course(self, number: int, by: str) -> Course:
        """Everything about one study."""

    def picture(self, number: int, instance_id: int, frame: int, by: str) -> bytes | Refusal:
        """A frame of a dose screen, as PNG."""

    def report(self, number: int, outgoing_id: int, by: str) -> bytes | Refusal:
        """A report's file."""

    def clean_report(self, number: int, outgoing_id: int, by: str) -> bytes | Refusal:
        """The same without identity."""

    def read_again(self, number: int, by: str) -> None:
        """Have it read once more. Raises RefusedError when it is to be already."""

    def send_again(self, number: int, outgoing_id: int, destination: str, by: str) -> None:
        """Have a report sent once more."""
