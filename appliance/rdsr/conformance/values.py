"""Whether one content item's value is what its row asks for (PS3.3 C.17.3, C.18)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from pydicom import Dataset

from appliance.dose.coded import (
    CTAcquisitionType,
    EffectiveDoseMethod,
    Phantom,
    ProcedureContext,
    ReferenceAuthority,
    SizeSpecificDoseMethod,
    SourceOfDoseInformation,
)
from appliance.dose.region import REGIONS
from appliance.rdsr.concepts import DUMMIES, CodedEntry, Fixed
from appliance.rdsr.conformance.table import Row
from appliance.rdsr.evidence import is_uid
from appliance.units import Unit

_DATE_TIME = re.compile(r"\d{8}(\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?)?([+-]\d{4})?")
_DECIMAL_STRING = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DECIMAL_STRING_LENGTH = 16
_PRINTED = frozenset({"ACQUISITION_PROTOCOL", "IRRADIATION_EVENT_LABEL", "COMMENT"})
"""Texts that a screen or a person words; anything but nothing may stand there."""

_CONTEXT_GROUPS: Mapping[str, tuple[CodedEntry, ...]] = {
    "CID 270": (Fixed.PERSON, Fixed.DEVICE),
    "CID 4030": tuple(REGIONS.values()),
    "CID 4052": tuple(Phantom),
    "CID 10011": tuple(EffectiveDoseMethod),
    "CID 10013": (*CTAcquisitionType, Fixed.UNKNOWN),
    "CID 10014": tuple(ProcedureContext),
    "CID 10015": tuple(ReferenceAuthority),
    "CID 10022": (Fixed.SERIES_NUMBER, Fixed.ACQUISITION_NUMBER),
    "CID 10023": tuple(SizeSpecificDoseMethod),
    "CID 10021": tuple(SourceOfDoseInformation),
}


def value_faults(item: Dataset, row: Row) -> Iterator[str]:
    """What is wrong with the value of ``item``, in words; nothing when it is right."""
    check = _CHECKS.get(row.value_type)
    if check is None:
        raise ValueError(f"rows.txt: unknown value type {row.value_type}")
    return check(item, row)


def entry_faults(
    sequence: Sequence[Dataset] | None, allowed: tuple[CodedEntry, ...]
) -> Iterator[str]:
    """Whether a code sequence holds exactly one of ``allowed``, meaning included."""
    entries = list(sequence or ())
    if len(entries) != 1:
        yield f"{len(entries)} codes, not one"
        return
    found = code_of(entries[0])
    if not all(found):
        yield "a code without value, scheme or meaning"
    elif found not in {(e.code_value, e.coding_scheme, e.code_meaning) for e in allowed}:
        yield f"the code {found} is not allowed here"


def code_of(entry: Dataset) -> tuple[str, str, str]:
    """Code Value, Coding Scheme Designator and Code Meaning; what is absent is empty."""
    keywords = ("CodeValue", "CodingSchemeDesignator", "CodeMeaning")
    value, scheme, meaning = (str(entry.get(keyword) or "") for keyword in keywords)
    return value, scheme, meaning


def measured_value(item: Dataset) -> Decimal | None:
    """The number of a NUM item, or None: absent, or no finite decimal."""
    measured = item.get("MeasuredValueSequence")
    if not measured:
        return None
    try:
        number = Decimal(str(measured[0].get("NumericValue")))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _allowed(name: str) -> tuple[CodedEntry, ...]:
    return _CONTEXT_GROUPS.get(name) or (Fixed[name],)


def _code_faults(item: Dataset, row: Row) -> Iterator[str]:
    return entry_faults(item.get("ConceptCodeSequence"), _allowed(row.value))


def _num_faults(item: Dataset, row: Row) -> Iterator[str]:
    """A number with its unit, or no number and the reason; never both, never neither."""
    measured = item.get("MeasuredValueSequence")
    if measured is None:
        yield "no Measured Value Sequence, which is of type 2"
    elif len(measured) == 0:
        qualifier = item.get("NumericValueQualifierCodeSequence")
        yield from (
            f"no value, and Numeric Value Qualifier: {fault}"
            for fault in entry_faults(qualifier, (Fixed.VALUE_UNKNOWN,))
        )
    elif "NumericValueQualifierCodeSequence" in item:
        yield "a value and a reason for its absence"
    else:
        yield from _measured_faults(measured[0], row)


def _measured_faults(measured: Dataset, row: Row) -> Iterator[str]:
    unit_name, *least = row.value.split()
    unit = Unit[unit_name]
    found = code_of((measured.get("MeasurementUnitsCodeSequence") or [Dataset()])[0])
    if found != (unit.code, "UCUM", unit.meaning):
        yield f"the unit is {found}, not {unit.code}"
    text = str(measured.get("NumericValue", ""))
    if len(text) > _DECIMAL_STRING_LENGTH or not _DECIMAL_STRING.fullmatch(text):
        yield "no Decimal String"
    elif not _is_in_range(Decimal(text), least):
        yield f"the value is not {' '.join(least)}"


def _is_in_range(value: Decimal, least: list[str]) -> bool:
    """Whether a value is ``["any"]``, or ``[">", "0"]``, or ``[">=", "0"]``."""
    if least == ["any"]:
        return True
    comparison, bound = least
    return value > Decimal(bound) or (comparison == ">=" and value == Decimal(bound))


def _text_faults(item: Dataset, row: Row) -> Iterator[str]:
    text = str(item.get("TextValue") or "").strip()
    if not text:
        yield "no text"
    elif row.name not in _PRINTED and text.casefold() in DUMMIES:
        yield f"the dummy {text!r}"


def _pname_faults(item: Dataset, row: Row) -> Iterator[str]:
    del row
    name = str(item.get("PersonName") or "").strip(" ^=")
    if not name or name.casefold() in DUMMIES:
        yield "no person"


def _date_time_faults(item: Dataset, row: Row) -> Iterator[str]:
    del row
    if not _DATE_TIME.fullmatch(str(item.get("DateTime") or "")):
        yield "no DT"


def _uidref_faults(item: Dataset, row: Row) -> Iterator[str]:
    """The study's UID is the scanner's own; whether it is the right one, consistency tells."""
    uid = str(item.get("UID") or "")
    if not uid or (row.name != "STUDY_INSTANCE_UID" and not is_uid(uid)):
        yield "no UID"


def _container_faults(item: Dataset, row: Row) -> Iterator[str]:
    if item.get("ContinuityOfContent") != "SEPARATE":
        yield "Continuity Of Content is not SEPARATE"
    if not item.get("ContentSequence"):
        yield "an empty container"
    templates = item.get("ContentTemplateSequence") or []
    found = [(each.get("MappingResource"), each.get("TemplateIdentifier")) for each in templates]
    if found != ([("DCMR", row.value)] if row.value else []):
        yield f"the template is {found}, not {row.value}"


_CHECKS: Mapping[str, Callable[[Dataset, Row], Iterator[str]]] = {
    "CODE": _code_faults,
    "CONTAINER": _container_faults,
    "DATETIME": _date_time_faults,
    "NUM": _num_faults,
    "PNAME": _pname_faults,
    "TEXT": _text_faults,
    "UIDREF": _uidref_faults,
}
