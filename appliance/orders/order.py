"""An order: what one answer of a worklist says (PS3.4 Table K.6-1), as a value.

Text is decoded, absent text is empty. One scheduled step is taken: the answer's first.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from pydicom import Dataset


@dataclass(frozen=True, slots=True)
class Code:
    """One item of a code sequence (PS3.3 8.8)."""

    value: str
    scheme: str
    version: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Patient, request and scheduled step, by the names of the attributes they come from.

    The codes are those of Requested Procedure Code Sequence (0032,1064) and of the step's Scheduled
    Protocol Code Sequence (0040,0008).
    """

    patient_name: str = ""
    patient_id: str = ""
    issuer_of_patient_id: str = ""
    patient_birth_date: str = ""
    patient_sex: str = ""
    patient_size: str = ""
    patient_weight: str = ""
    accession_number: str = ""
    study_instance_uid: str = ""
    referring_physician_name: str = ""
    placer_order_number: str = ""
    filler_order_number: str = ""
    requested_procedure_id: str = ""
    requested_procedure_description: str = ""
    requested_procedure_codes: tuple[Code, ...] = ()
    scheduled_step_id: str = ""
    scheduled_step_description: str = ""
    scheduled_date: str = ""
    scheduled_modality: str = ""
    scheduled_protocol_codes: tuple[Code, ...] = ()

    @property
    def codes(self) -> tuple[Code, ...]:
        """What was ordered, the protocol before the procedure."""
        return self.scheduled_protocol_codes + self.requested_procedure_codes


KEYWORDS = {
    "patient_name": "PatientName",
    "patient_id": "PatientID",
    "issuer_of_patient_id": "IssuerOfPatientID",
    "patient_birth_date": "PatientBirthDate",
    "patient_sex": "PatientSex",
    "patient_size": "PatientSize",
    "patient_weight": "PatientWeight",
    "accession_number": "AccessionNumber",
    "study_instance_uid": "StudyInstanceUID",
    "referring_physician_name": "ReferringPhysicianName",
    "placer_order_number": "PlacerOrderNumberImagingServiceRequest",
    "filler_order_number": "FillerOrderNumberImagingServiceRequest",
    "requested_procedure_id": "RequestedProcedureID",
    "requested_procedure_description": "RequestedProcedureDescription",
}
"""Field of an Order → attribute of an answer."""
NAMES = ("patient_name", "referring_physician_name")
"""Of these a RIS may leave nothing but the delimiters of what it cannot encode."""
STEP_KEYWORDS = {
    "scheduled_step_id": "ScheduledProcedureStepID",
    "scheduled_step_description": "ScheduledProcedureStepDescription",
    "scheduled_date": "ScheduledProcedureStepStartDate",
    "scheduled_modality": "Modality",
}
"""The same, within the item of Scheduled Procedure Step Sequence (0040,0100)."""


_UNDECLARED = re.compile("[\x80-\xff]")
CODE_FIELDS = ("requested_procedure_codes", "scheduled_protocol_codes")


def order_of(answer: Dataset) -> Order:
    """The order that ``answer``, an identifier of a C-FIND response, describes."""
    steps = items(answer, "ScheduledProcedureStepSequence")
    step = steps[0] if steps else Dataset()
    texts = {name: text(answer, keyword) for name, keyword in KEYWORDS.items()}
    texts |= {name: texts[name].rstrip("^=") for name in NAMES}
    texts |= {name: text(step, keyword) for name, keyword in STEP_KEYWORDS.items()}
    return Order(
        **texts,
        requested_procedure_codes=codes(answer, "RequestedProcedureCodeSequence"),
        scheduled_protocol_codes=codes(step, "ScheduledProtocolCodeSequence"),
    )


def without_undeclared(order: Order) -> Order:
    """``order`` without text that was decoded as Latin-1 only because nothing was declared.

    Of codes only the meanings are left out.
    """
    changes: dict[str, Any] = {
        each.name: ""
        for each in fields(order)
        if each.name not in CODE_FIELDS and _UNDECLARED.search(getattr(order, each.name))
    }
    for name in CODE_FIELDS:
        changes[name] = tuple(map(_without_undeclared, getattr(order, name)))
    return replace(order, **changes)


def _without_undeclared(code: Code) -> Code:
    return replace(code, meaning="") if _UNDECLARED.search(code.meaning) else code


def text(dataset: Dataset, keyword: str) -> str:
    """The first value of an attribute as text without padding; empty when there is none."""
    value = dataset.get(keyword)
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = value[0] if value else None
    return "" if value is None else str(value).strip(" \0")


def items(dataset: Dataset, keyword: str) -> list[Dataset]:
    """The items of a sequence; none when it is absent, or no sequence."""
    value = dataset.get(keyword) or ()
    is_sequence = isinstance(value, Sequence) and not isinstance(value, str)
    return [item for item in value if isinstance(item, Dataset)] if is_sequence else []


def codes(dataset: Dataset, keyword: str) -> tuple[Code, ...]:
    """The codes in a sequence, those without a value left out."""
    return tuple(code for code in map(_code, items(dataset, keyword)) if code.value)


def _code(item: Dataset) -> Code:
    keywords = ("CodeValue", "CodingSchemeDesignator", "CodingSchemeVersion", "CodeMeaning")
    value, scheme, version, meaning = (text(item, keyword) for keyword in keywords)
    return Code(value or text(item, "LongCodeValue"), scheme, version, meaning)


def to_json(order: Order) -> bytes:
    """The order as JSON; the same order gives the same bytes."""
    body = {name: value for name, value in asdict(order).items() if value}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1).encode()


def from_json(content: bytes) -> Order:
    """The order that ``to_json`` wrote. Raises ValueError for anything else."""
    body = json.loads(content)
    known = {each.name for each in fields(Order)}
    if not isinstance(body, dict) or not set(body) <= known:
        raise ValueError("not an order")
    return Order(**dict(_fields(body)))


def _fields(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in body.items():
        is_codes = isinstance(value, list)
        yield name, tuple(Code(**each) for each in value) if is_codes else str(value)
