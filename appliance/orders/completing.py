"""What of an order completes a header that the CT left empty.

Nothing that stands in the header is changed, and of an order that contradicts it nothing is taken.
What a RIS writes in a form that its attribute does not allow is left out: it must not keep a report
from conforming.
"""

import re
from collections.abc import Iterator

from pydicom import Dataset
from pydicom.config import RAISE
from pydicom.datadict import dictionary_VR
from pydicom.valuerep import PersonName, validate_value

from appliance.orders.inquiry import inquiry_of
from appliance.orders.order import Code, Order, codes, items, text

UTF_8 = "ISO_IR 192"
_FORBIDDEN = re.compile("[\\\\\x00-\x1f\x7f-\x9f\ufffd]")
"""Backslash, control characters, and what stands for bytes that could not be decoded."""
_TEXT_VRS = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
_SEXES = frozenset({"M", "F", "O"})

STUDY = (
    ("PatientName", "patient_name"),
    ("PatientID", "patient_id"),
    ("IssuerOfPatientID", "issuer_of_patient_id"),
    ("PatientBirthDate", "patient_birth_date"),
    ("PatientSex", "patient_sex"),
    ("PatientSize", "patient_size"),
    ("PatientWeight", "patient_weight"),
    ("AccessionNumber", "accession_number"),
    ("ReferringPhysicianName", "referring_physician_name"),
    ("StudyID", "requested_procedure_id"),
    ("StudyDescription", "requested_procedure_description"),
    ("PlacerOrderNumberImagingServiceRequest", "placer_order_number"),
    ("FillerOrderNumberImagingServiceRequest", "filler_order_number"),
)
"""Attribute of the header ← field of the order (IHE RAD TF-2 appendix A for the last four)."""

REQUEST = (
    ("AccessionNumber", "accession_number"),
    ("StudyInstanceUID", "study_instance_uid"),
    ("RequestedProcedureID", "requested_procedure_id"),
    ("RequestedProcedureDescription", "requested_procedure_description"),
    ("ScheduledProcedureStepID", "scheduled_step_id"),
    ("ScheduledProcedureStepDescription", "scheduled_step_description"),
)
"""The same for the item of Request Attributes Sequence (0040,0275)."""

NUMBERS = (
    ("AccessionNumber", "accession_number"),
    ("RequestedProcedureID", "requested_procedure_id"),
    ("ScheduledProcedureStepID", "scheduled_step_id"),
)
"""Those of them that tell one request from another."""

REQUEST_CODES = (
    ("RequestedProcedureCodeSequence", "requested_procedure_codes"),
    ("ScheduledProtocolCodeSequence", "scheduled_protocol_codes"),
)


def contradictions(header: Dataset, order: Order) -> tuple[str, ...]:
    """Names of the attributes in which ``order`` is another patient's, or another order."""
    return inquiry_of([header]).contradictions(order)


def completed(header: Dataset, order: Order) -> Dataset:
    """``header``, which is left as it is, with what ``completion`` adds to it."""
    whole = Dataset()
    whole.update({element.tag: element for element in header})
    whole.update(completion(header, order))
    return whole


def completion(header: Dataset, order: Order) -> Dataset:
    """The attributes that ``header`` lacks and ``order`` has; none when the two contradict.

    Specific Character Set (0008,0005) is among them when only this makes the added text readable.
    """
    if contradictions(header, order):
        return Dataset()
    added = Dataset()
    _fill(added, header, order, STUDY)
    _fill_codes(added, header, "ProcedureCodeSequence", order.requested_procedure_codes)
    if (request := _request(header, order)) is not None:
        added.RequestAttributesSequence = [request]
    return _readable(added, header)


def _fill(
    target: Dataset, present: Dataset, order: Order, pairs: tuple[tuple[str, str], ...]
) -> None:
    for keyword, name in pairs:
        value = getattr(order, name)
        if not text(present, keyword) and is_writable(keyword, value):
            setattr(target, keyword, value)


def _fill_codes(target: Dataset, present: Dataset, keyword: str, wanted: tuple[Code, ...]) -> None:
    sound = [code for code in wanted if is_sound(code)]
    if sound and not codes(present, keyword):
        setattr(target, keyword, [item_of(code) for code in sound])


def _request(header: Dataset, order: Order) -> Dataset | None:
    """The header's one request, or a new one, with what it lacks; None when nothing is added."""
    requests = items(header, "RequestAttributesSequence")
    item = Dataset()
    item.update({element.tag: element for each in requests for element in each})
    if len(requests) > 1 or _is_another(item, order):
        return None
    added = Dataset()
    _fill(added, item, order, REQUEST)
    for keyword, name in REQUEST_CODES:
        _fill_codes(added, item, keyword, getattr(order, name))
    item.update(added)
    return item if len(added) else None


def _is_another(item: Dataset, order: Order) -> bool:
    """Whether a request of the header is not the one that ``order`` is about."""
    pairs = ((text(item, keyword), getattr(order, name)) for keyword, name in NUMBERS)
    return any(ours and theirs and ours != theirs for ours, theirs in pairs)


def is_writable(keyword: str, value: str) -> bool:
    """Whether ``value`` is there and of the form that the attribute's VR allows (PS3.5 6.2)."""
    if not value.strip(" ^=") or _FORBIDDEN.search(value):
        return False
    if keyword == "PatientSex" and value not in _SEXES:
        return False
    try:
        validate_value(dictionary_VR(keyword), value, RAISE)
    except ValueError:
        return False
    return True


def is_sound(code: Code) -> bool:
    """Whether a code can stand in a code sequence: value, designator and meaning (PS3.3 8.8)."""
    return (
        is_writable("CodeValue", code.value)
        and is_writable("CodingSchemeDesignator", code.scheme)
        and is_writable("CodeMeaning", code.meaning)
        and (not code.version or is_writable("CodingSchemeVersion", code.version))
    )


def item_of(code: Code) -> Dataset:
    """The item of a code sequence that says ``code``."""
    item = Dataset()
    item.CodeValue = code.value
    item.CodingSchemeDesignator = code.scheme
    if code.version:
        item.CodingSchemeVersion = code.version
    item.CodeMeaning = code.meaning
    return item


def _readable(added: Dataset, header: Dataset) -> Dataset:
    """``added`` as far as it can be read beside what ``header`` holds.

    A header that declares no character set may hold bytes of any: then nothing can be declared for
    text that is added, and only ASCII is.
    """
    if text(header, "SpecificCharacterSet") or len(_values(header, "SpecificCharacterSet")) > 1:
        return added
    if all(map(str.isascii, _texts(added))):
        return added
    if all(map(str.isascii, _texts(header))):
        added.SpecificCharacterSet = UTF_8
        return added
    for element in list(added):
        holder = Dataset()
        holder.add(element)
        if not all(map(str.isascii, _texts(holder))):
            del added[element.tag]
    return added


def _values(dataset: Dataset, keyword: str) -> list[str]:
    value = dataset.get(keyword)
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _texts(dataset: Dataset) -> Iterator[str]:
    """Every text that Specific Character Set governs, sequences included."""
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value or ():
                yield from _texts(item)
        elif element.VR in _TEXT_VRS and element.value:
            is_one = isinstance(element.value, str | PersonName)
            yield from map(str, [element.value] if is_one else element.value)
