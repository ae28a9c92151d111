"""The resources of a summary, without how they refer to each other on a server."""

import hashlib
import re
from dataclasses import dataclass

from appliance.fhir.codes import (
    MGY_CM,
    PROFILE,
    UCUM,
    Json,
    concept,
    extension,
    uid_identifier,
)
from appliance.fhir.summary import DoseSummary, Equipment, Person

_DT = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\.\d{1,6})?([+-]\d{4})?")
_REPRESENTATIONS = ("ABC", "IDE", "SYL")


@dataclass(frozen=True, slots=True)
class References:
    """How the summary names the others: FHIR references."""

    patient: str
    study: str
    device: str


def observation(summary: DoseSummary, key: Json, references: References, utc_offset: str) -> Json:
    """The Radiation Dose Summary; ``key`` is the identifier that it is known again by."""
    began = instant(summary.started_at, utc_offset)
    study = {
        "reference": references.study,
        "identifier": uid_identifier(
            "study-instance-uid", "Study Instance UID", summary.study_instance_uid
        ),
    }
    made: Json = {
        "resourceType": "Observation",
        "identifier": [
            uid_identifier("sop-instance-uid", "SOP Instance UID", summary.sop_instance_uid),
            key,
        ],
        "basedOn": _based_on(summary.accession_number),
        "partOf": [study],
        "status": summary.status,
        "code": concept("summary"),
        "subject": {"reference": references.patient},
        "focus": [{"reference": references.study}],
        "effectiveDateTime": began,
        "performer": [_performer(summary.authorised_by)],
        "valueString": _in_words(summary),
        "device": {"reference": references.device} if references.device else None,
        "component": list(_components(summary)),
    }
    if began:
        made = {"resourceType": "Observation", "meta": {"profile": [PROFILE]}} | made
    return {name: value for name, value in made.items() if value}


def patient(person: Person, identifier: Json) -> Json:
    """The patient, as far as the report says who that is."""
    names = [
        _human_name(group, representation)
        for group, representation in zip(person.names, _REPRESENTATIONS, strict=False)
        if group.strip("^ ")
    ]
    born = instant(person.birth_date, "")
    made: Json = {
        "resourceType": "Patient",
        "identifier": [identifier],
        "name": names,
        "gender": person.sex,
        "birthDate": born if len(person.birth_date) == len("20120314") else "",
    }
    return {name: value for name, value in made.items() if value}


def imaging_study(summary: DoseSummary, subject: str, utc_offset: str) -> Json:
    """The study that the dose is of; whether its images can be had is not known here."""
    identifier = uid_identifier(
        "study-instance-uid", "Study Instance UID", summary.study_instance_uid
    )
    made: Json = {
        "resourceType": "ImagingStudy",
        "identifier": [identifier],
        "status": "unknown",
        "modality": concept("modality")["coding"],
        "subject": {"reference": subject},
        "started": instant(summary.started_at, utc_offset),
    }
    return {name: value for name, value in made.items() if value}


def device(equipment: Equipment, key: Json) -> Json:
    """The irradiating device. No profile is claimed: that of the guide demands its AE title."""
    identifiers = [key]
    if equipment.serial_number:
        kind = concept("serial_number")
        identifiers.append({"type": kind, "value": equipment.serial_number})
    if equipment.uid:
        identifiers.append(uid_identifier("device-uid", "Device UID", equipment.uid))
    named = (("manufacturer-name", equipment.manufacturer), ("model-name", equipment.model_name))
    made: Json = {
        "resourceType": "Device",
        "identifier": identifiers,
        "manufacturer": equipment.manufacturer,
        "serialNumber": equipment.serial_number,
        "deviceName": [{"name": name, "type": kind} for kind, name in named if name],
        "type": concept("modality"),
    }
    return {name: value for name, value in made.items() if value}


def device_value(equipment: Equipment) -> str:
    """What a device is known again by: the same for the same words."""
    words = (equipment.uid, equipment.manufacturer, equipment.model_name, equipment.serial_number)
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def instant(dicom: str, utc_offset: str) -> str:
    """A DICOM DT or DA as FHIR dateTime; empty for what is none.

    FHIR allows a time of day with its offset from UTC only: without one just the date is told.
    """
    found = _DT.fullmatch(dicom.strip())
    if found is None:
        return ""
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    date = "-".join(filter(None, (year, month, day)))
    zone = f"{offset[:3]}:{offset[3:]}" if offset else utc_offset
    if not (day and hour and minute and zone):
        return date
    return f"{date}T{hour}:{minute}:{second or '00'}{fraction or ''}{zone}"


def _components(summary: DoseSummary) -> list[Json]:
    dose = {"value": summary.dlp_total_mgy_cm, "unit": MGY_CM, "system": UCUM, "code": MGY_CM}
    found: list[Json] = [
        {
            "code": concept("procedure_reported"),
            "valueCodeableConcept": concept("computed_tomography"),
        },
        {"code": concept("dlp_total"), "valueQuantity": dose},
    ]
    if summary.irradiation_events is not None:
        code = concept("irradiation_events")
        found.append({"code": code, "valueInteger": summary.irradiation_events})
    return found


def _in_words(summary: DoseSummary) -> str:
    dose = f"CT Dose Length Product Total = {summary.dlp_total_mgy_cm:f} mGy.cm"
    if summary.irradiation_events is None:
        return dose
    return f"{dose}; Total Number of Irradiation Events = {summary.irradiation_events}"


def _based_on(accession_number: str) -> list[Json]:
    if not accession_number:
        return []
    identifier = {"type": concept("accession"), "value": accession_number}
    return [{"type": "ServiceRequest", "identifier": identifier}]


def _performer(name: str) -> Json:
    """Who authorised the irradiation; the guide demands one, and a report need not say."""
    if not name:
        return {"type": "Practitioner", "extension": [extension("data_absent", "unknown")]}
    return {"type": "Practitioner", "display": name.replace("^", " ").strip()}


def _human_name(group: str, representation: str) -> Json:
    """A component group of PN (PS3.5 6.2): family, given, middle, prefix, suffix."""
    family, given, middle, prefix, suffix = (group.split("^") + [""] * 5)[:5]
    made: Json = {
        "extension": [extension("name_representation", representation)],
        "family": family.strip(),
        "given": [part.strip() for part in (given, middle) if part.strip()],
        "prefix": [prefix.strip()] if prefix.strip() else [],
        "suffix": [suffix.strip()] if suffix.strip() else [],
    }
    return {name: value for name, value in made.items() if value}
