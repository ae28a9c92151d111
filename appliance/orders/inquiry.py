"""What the objects of a study say that an order can be known by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydicom import Dataset

from appliance.orders.order import Order, text

ATTRIBUTES = ("AccessionNumber", "PatientID", "PatientBirthDate", "StudyDate")
"""What has to be known of each object, beside its study."""
_UNFIT = frozenset("*?\\")
"""In a C-FIND key these are wild cards or part values (PS3.4 C.2.2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """The study that an order is looked for; what its objects do not say, or not alike, is empty.

    Dates are as DA.
    """

    study_instance_uid: str
    accession_number: str = ""
    patient_id: str = ""
    patient_birth_date: str = ""
    study_date: str = ""

    def questions(self, *, by_patient: bool) -> Iterator["Question"]:
        """What can be asked, the surest first; ``by_patient``: also what is less than sure."""
        if _is_key(self.accession_number):
            yield Question(accession_number=self.accession_number)
        if _is_key(self.study_instance_uid):
            yield Question(study_instance_uid=self.study_instance_uid)
        if by_patient and _is_key(self.patient_id) and _is_key(self.study_date):
            yield Question(patient_id=self.patient_id, date=self.study_date)

    def contradictions(self, order: Order) -> tuple[str, ...]:
        """Names of the attributes in which ``order`` is another patient's, or another order."""
        compared = (
            ("PatientID", self.patient_id, order.patient_id),
            ("PatientBirthDate", self.patient_birth_date, _date(order.patient_birth_date)),
            ("AccessionNumber", self.accession_number, order.accession_number),
        )
        return tuple(name for name, ours, theirs in compared if ours and theirs and ours != theirs)

    def proves_patient(self, order: Order) -> bool:
        """Whether an attribute of the patient, or the study's UID, says that it is this patient."""
        pairs = (
            (self.patient_id, order.patient_id),
            (self.patient_birth_date, _date(order.patient_birth_date)),
            (self.study_instance_uid, order.study_instance_uid),
        )
        return any(ours and ours == theirs for ours, theirs in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Matching keys of one C-FIND; an empty one matches anything."""

    accession_number: str = ""
    study_instance_uid: str = ""
    patient_id: str = ""
    date: str = ""

    def is_answered_by(self, order: Order) -> bool:
        """Whether the order has these keys; a RIS may ignore keys that it need not know."""
        modality = order.scheduled_modality
        return (
            self.accession_number in {"", order.accession_number}
            and self.study_instance_uid in {"", order.study_instance_uid}
            and self.patient_id in {"", order.patient_id}
            and self.date in {"", order.scheduled_date}
            and (not self.patient_id or modality in {"", "CT"})
        )


def inquiry_of(headers: Iterable[Dataset]) -> Inquiry:
    """What ``headers``, at least one, of one study say alike."""
    known = list(headers)
    accession, patient, birth, date = (_alike(known, keyword) for keyword in ATTRIBUTES)
    return Inquiry(
        study_instance_uid=text(known[0], "StudyInstanceUID"),
        accession_number=accession,
        patient_id=patient,
        patient_birth_date=_date(birth),
        study_date=_date(date),
    )


def _alike(headers: Iterable[Dataset], keyword: str) -> str:
    values = {text(header, keyword) for header in headers} - {""}
    return values.pop() if len(values) == 1 else ""


def _date(value: str) -> str:
    """A date as DA, also where it was written as ACR-NEMA did, ``2009.08.10``."""
    return value.replace(".", "")


def _is_key(value: str) -> bool:
    return bool(value) and value.isascii() and value.isprintable() and _UNFIT.isdisjoint(value)
