"""Settings of a FHIR server that summaries of doses are sent to."""

from dataclasses import dataclass

from appliance.config.setting import Form, setting
from appliance.config.web_server import WEB_PATH, WebServer

PATIENT_POLICIES = ("create", "known")
"""As in ``fhir``, which loads pydicom; the receiver loads these settings before it may."""
_URI = Form(r"[A-Za-z][A-Za-z0-9+.-]*:\S*[^\s/]", "a URI such as https://hospital.example/id")
_OPTIONAL_URI = Form(f"|{_URI.pattern}", f"empty, or {_URI.words}")
_OFFSET = Form(r"|[+-](0\d|1[0-4]):[0-5]\d", "empty, or an offset from UTC such as +09:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fhir(WebServer):
    """``[destination.fhir]``: a FHIR R4 server; TLS is as in ``[destination.tls]``."""

    path: str = setting("Path of the FHIR service.", "/fhir", form=WEB_PATH)
    patient_system: str = setting(
        "URI of the site's patient IDs, `Patient.identifier.system` on the server.",
        "",
        form=_OPTIONAL_URI,
    )
    patient: str = setting(
        "`create`: a patient whom the server does not know is created; `known`: the report waits "
        "for a person when the server does not know the patient.",
        "create",
        choices=PATIENT_POLICIES,
    )
    identifier_system: str = setting(
        "URI under which the box keeps its own identifiers there; the same on every box that "
        "writes to the server, and never changed.",
        "http://dose-appliance.invalid/identifier",
        form=_URI,
    )
    utc_offset: str = setting(
        "Offset from UTC of the CT's clock, for reports that do not say it; empty: their summaries "
        "tell the day, not the time.",
        "",
        form=_OFFSET,
    )
