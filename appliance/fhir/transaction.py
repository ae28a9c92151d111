"""The transaction that leaves one valid summary on a server (FHIR R4 http, 3.1.0.11).

Patient, study and device are created when the server has none of that identifier. The summary is
put where the one with its key stands, or created: so a repeat is the same summary, and a newer
report of the study takes the place of the older one, whose text stays in the server's history.
"""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from appliance.fhir.codes import DICOM_UID, Json
from appliance.fhir.resources import (
    References,
    device,
    device_value,
    imaging_study,
    observation,
    patient,
)
from appliance.fhir.summary import DoseSummary

CREATE, KNOWN = "create", "known"
PATIENT_POLICIES = (CREATE, KNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What a site calls things by.

    Attributes:
        system: URI under which this box keeps its own identifiers of summaries, devices,
            pseudonyms and patients without an ID; the same on every box that writes to a server.
        patient_system: URI of the site's patient IDs.
        patient_policy: ``create``: the patient is created when the server has none of that ID;
            ``known``: the server must have the patient.
        utc_offset: Of the CT's clock, such as ``+09:00``, for times that come without; or empty.
    """

    system: str
    patient_system: str
    patient_policy: str = CREATE
    utc_offset: str = ""


def transaction(summary: DoseSummary, naming: Naming, *, one_of_study: bool) -> Json:
    """The Bundle. With ``one_of_study`` the report stands for its whole study, else for itself."""
    identity = _patient_identifier(summary, naming)
    study = _fullurl("study", summary.study_instance_uid)
    known = device_value(summary.equipment) if summary.equipment.is_known else ""
    key = {
        "system": f"{naming.system}/summary",
        "value": summary.study_instance_uid if one_of_study else summary.sop_instance_uid,
    }
    by_search = naming.patient_policy == KNOWN and not summary.patient.is_pseudonym
    subject = f"Patient?{_query(identity)}" if by_search else _fullurl("patient", *_pair(identity))
    references = References(subject, study, _fullurl("device", known) if known else "")
    made = observation(summary, key, references, naming.utc_offset)
    entries = [
        _entry(_fullurl("summary", *_pair(key)), made, "PUT", f"Observation?{_query(key)}"),
        _created(
            study,
            imaging_study(summary, subject, naming.utc_offset),
            {"system": DICOM_UID, "value": f"urn:oid:{summary.study_instance_uid}"},
        ),
    ]
    if not by_search:
        entries.append(_created(subject, patient(summary.patient, identity), identity))
    if known:
        mark = {"system": f"{naming.system}/device", "value": known}
        entries.append(_created(references.device, device(summary.equipment, mark), mark))
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _patient_identifier(summary: DoseSummary, naming: Naming) -> Json:
    """By the ID, of the site or a pseudonym; a patient without one is known by the study only."""
    if summary.patient.patient_id and summary.patient.is_pseudonym:
        return {"system": f"{naming.system}/pseudonym", "value": summary.patient.patient_id}
    if summary.patient.patient_id:
        return {"system": naming.patient_system, "value": summary.patient.patient_id}
    return {"system": f"{naming.system}/patient-of-study", "value": summary.study_instance_uid}


def _created(full_url: str, resource: Json, identifier: Json) -> Json:
    entry = _entry(full_url, resource, "POST", str(resource["resourceType"]))
    entry["request"]["ifNoneExist"] = _query(identifier)
    return entry


def _entry(full_url: str, resource: Json, method: str, url: str) -> Json:
    return {
        "fullUrl": full_url,
        "resource": resource,
        "request": {"method": method, "url": url},
    }


def _query(identifier: Json) -> str:
    """A search by token (FHIR R4 search, 3.1.1.4.10), as it stands in a URL."""
    system, value = (_escaped(identifier[part]) for part in ("system", "value"))
    return f"identifier={system}%7C{value}"


def _escaped(text: str) -> str:
    """Escape the marks that mean something in a search (FHIR R4 search, 3.1.1.4.0.1)."""
    for mark in "\\|,$":
        text = text.replace(mark, f"\\{mark}")
    return quote(text, safe=":/")


def _pair(identifier: Json) -> tuple[str, str]:
    return str(identifier["system"]), str(identifier["value"])


def _fullurl(*words: str) -> str:
    """The same for the same words: a transaction that is repeated is the same text."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, chr(0).join(words))}"
