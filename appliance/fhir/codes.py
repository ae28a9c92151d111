"""The codes of ``codes.toml`` as FHIR writes them."""

import tomllib
from importlib.resources import files
from typing import Any

Json = dict[str, Any]
_DATA: Json = tomllib.loads((files("appliance.fhir") / "codes.toml").read_text("utf-8"))
PROFILE: str = _DATA["profile"]["url"]
IDENTIFIER_TYPES: str = _DATA["identifier_types"]["url"]
DICOM_UID = "urn:dicom:uid"
UCUM = "http://unitsofmeasure.org"
MGY_CM = "mGy.cm"


def concept(name: str) -> Json:
    """A CodeableConcept with the code that is called ``name`` in the data."""
    entry = _DATA["code"][name]
    return {"coding": [{key: entry[key] for key in ("system", "code", "display")}]}


def extension(name: str, code: str) -> Json:
    """The extension that is called ``name`` in the data, with ``code`` as its value."""
    return {"url": _DATA["extension"][name]["url"], "valueCode": code}


def uid_identifier(kind: str, display: str, uid: str) -> Json:
    """An Identifier that is a DICOM UID (FHIR R4 ImagingStudy.identifier); ``kind`` is its type."""
    coding = {"system": IDENTIFIER_TYPES, "code": kind, "display": display}
    return {"type": {"coding": [coding]}, "system": DICOM_UID, "value": f"urn:oid:{uid}"}
