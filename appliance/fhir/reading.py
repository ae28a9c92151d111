"""An X-Ray Radiation Dose SR to what its summary says (PS3.16 TID 10011, 10012, 1020, 1021).

Nothing is computed: a total that the report does not state, or states twice, or in another unit,
makes no summary.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pydicom import Dataset

from appliance.fhir.codes import MGY_CM
from appliance.fhir.summary import DoseSummary, Equipment, Person

X_RAY_RADIATION_DOSE_SR = "1.2.840.10008.5.1.4.1.1.88.67"
PERSON_NAME, PERSON_ROLE, IRRADIATION_AUTHORIZING = "113870", "113875", "113850"
DEVICE_ROLE, IRRADIATING_DEVICE = "113876", "113859"
DEVICE_MANUFACTURER, DEVICE_MODEL, DEVICE_SERIAL, DEVICE_UID = (
    "113878",
    "113879",
    "113880",
    "121012",
)
START_OF_IRRADIATION, DATETIME_STARTED = "113809", "111526"
CT_ACCUMULATED_DOSE_DATA, DLP_TOTAL, EVENTS_TOTAL = "113811", "113813", "113812"
SEXES = {"M": "male", "F": "female", "O": "other"}


@dataclass(frozen=True, slots=True)
class NoSummary:
    """The object cannot be summed up; ``reason`` names no patient."""

    reason: str


def read_summary(report: Dataset) -> DoseSummary | NoSummary:
    """What the summary of ``report`` says, of what the report says as it is."""
    if report.get("SOPClassUID") != X_RAY_RADIATION_DOSE_SR:
        return NoSummary("not an X-Ray Radiation Dose SR")
    if not (report.get("SOPInstanceUID") and report.get("StudyInstanceUID")):
        return NoSummary("no SOP Instance UID or Study Instance UID")
    accumulated = list(_children(report, CT_ACCUMULATED_DOSE_DATA))
    if len(accumulated) != 1:
        return NoSummary(f"{len(accumulated)} CT Accumulated Dose Data (113811, DCM), not one")
    total = _dose_length_product(accumulated[0])
    if isinstance(total, NoSummary):
        return total
    return _summary(report, accumulated[0], total)


def _summary(report: Dataset, accumulated: Dataset, total: Decimal) -> DoseSummary:
    return DoseSummary(
        sop_instance_uid=str(report.SOPInstanceUID),
        study_instance_uid=str(report.StudyInstanceUID),
        accession_number=str(report.get("AccessionNumber") or ""),
        started_at=_started_at(report),
        dlp_total_mgy_cm=total,
        irradiation_events=_count(accumulated),
        replaces_another=bool(report.get("PredecessorDocumentsSequence")),
        is_complete=report.get("CompletionFlag", "COMPLETE") == "COMPLETE",
        authorised_by=_authorising_person(report),
        patient=_patient(report),
        equipment=_equipment(report),
    )


def _dose_length_product(accumulated: Dataset) -> Decimal | NoSummary:
    found = list(_children(accumulated, DLP_TOTAL))
    if len(found) != 1 or not found[0].get("MeasuredValueSequence"):
        return NoSummary("no CT Dose Length Product Total (113813, DCM)")
    measured = found[0].MeasuredValueSequence[0]
    unit = (measured.get("MeasurementUnitsCodeSequence") or [Dataset()])[0].get("CodeValue")
    if unit != MGY_CM:
        return NoSummary("CT Dose Length Product Total is not in mGy.cm")
    number = _number(measured)
    return NoSummary("CT Dose Length Product Total is no number") if number is None else number


def _number(measured: Dataset) -> Decimal | None:
    """Numeric Value as it is written; None for what is not one finite number from zero on."""
    try:
        number = Decimal(str(measured["NumericValue"].value).strip())
    except (KeyError, InvalidOperation):
        return None
    return number if number.is_finite() and number >= 0 else None


def _count(accumulated: Dataset) -> int | None:
    for item in _children(accumulated, EVENTS_TOTAL):
        for measured in item.get("MeasuredValueSequence") or ():
            number = _number(measured)
            if number is not None and number == number.to_integral_value():
                return int(number)
    return None


def _started_at(report: Dataset) -> str:
    stated = [str(item.get("DateTime") or "") for item in _children(report, START_OF_IRRADIATION)]
    events = [str(i.get("DateTime") or "") for i in _all(report) if _name(i) == DATETIME_STARTED]
    return next(filter(None, stated), "") or min(filter(None, events), default="")


def _authorising_person(report: Dataset) -> str:
    for item in _all(report):
        roles = _children(item, PERSON_ROLE)
        if _name(item) == PERSON_NAME and any(_is(r, IRRADIATION_AUTHORIZING) for r in roles):
            return str(item.get("PersonName") or "").split("=", 1)[0]
    return ""


def _patient(report: Dataset) -> Person:
    name = report.get("PatientName")
    return Person(
        patient_id=str(report.get("PatientID") or ""),
        is_pseudonym=report.get("PatientIdentityRemoved") == "YES",
        issuer=str(report.get("IssuerOfPatientID") or ""),
        names=tuple(str(name or "").split("=")),
        birth_date=str(report.get("PatientBirthDate") or ""),
        sex=SEXES.get(str(report.get("PatientSex") or ""), "unknown"),
    )


def _equipment(report: Dataset) -> Equipment:
    device = next(
        (i for i in _all(report) if _name(i) == DEVICE_ROLE and _is(i, IRRADIATING_DEVICE)),
        Dataset(),
    )

    def text(name: str, keyword: str = "TextValue") -> str:
        return next((str(item.get(keyword) or "") for item in _children(device, name)), "")

    return Equipment(
        manufacturer=text(DEVICE_MANUFACTURER),
        model_name=text(DEVICE_MODEL),
        serial_number=text(DEVICE_SERIAL),
        uid=text(DEVICE_UID, "UID"),
    )


def _all(item: Dataset) -> Iterator[Dataset]:
    for each in item.get("ContentSequence") or ():
        yield each
        yield from _all(each)


def _children(item: Dataset, name: str) -> Iterator[Dataset]:
    return (each for each in item.get("ContentSequence") or () if _name(each) == name)


def _name(item: Dataset) -> str:
    """Code Value of the concept name, if it is of DCM."""
    return _dcm(item, "ConceptNameCodeSequence")


def _is(item: Dataset, code: str) -> bool:
    return _dcm(item, "ConceptCodeSequence") == code


def _dcm(item: Dataset, keyword: str) -> str:
    code = (item.get(keyword) or [Dataset()])[0]
    return str(code.get("CodeValue")) if code.get("CodingSchemeDesignator") == "DCM" else ""
