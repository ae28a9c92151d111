"""Whether a FHIR server would take a report, found out without one (FHIR R4 http, 3.1.0).

What a report is sent as, a transaction, is sent with a Basic resource in it, which says that it is
a connection test; it has no patient and no dose, and is deleted again.
"""

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from appliance import config
from appliance.destinations.caller import Caller
from appliance.destinations.fhir_answer import outcome_of
from appliance.destinations.outcome import Cause, Delivered, Outcome, Refused, Retry
from appliance.destinations.web_server import Answer, WebServer
from appliance.destinations.web_status import not_carried_out

FHIR_JSON = "application/fhir+json"
WORDS = "connection test of a dose appliance: no patient, may be deleted"
OK, DONE = 200, range(200, 300)
GONE = (404, 410)


class FhirTrial:
    """The server of a destination of the kind ``fhir``."""

    def __init__(self, settings: config.Destination, caller: Caller) -> None:
        self._base = settings.fhir.path
        self._server = WebServer(settings, settings.fhir, caller.device)

    def visit(self) -> Outcome:
        """Ask what it can do; nothing is written."""
        answer = self._ask("GET", f"{self._base}/metadata")
        if isinstance(answer, Retry):
            return answer
        if answer.status != OK:
            return not_carried_out(answer)
        told = _object(answer.body)
        if told.get("resourceType") != "CapabilityStatement":
            return Retry(Cause.ANSWER_UNCLEAR, "no CapabilityStatement")
        return Delivered(f"FHIR {str(told.get('fhirVersion', '?'))[:16]}")

    def store(self) -> tuple[Outcome, str]:
        """The outcome of a transaction, and the path of what it made; empty: not known."""
        resource = {"resourceType": "Basic", "code": {"text": WORDS}}
        request = {"method": "POST", "url": "Basic"}
        entry = {"fullUrl": f"urn:uuid:{uuid4()}", "resource": resource, "request": request}
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
        answer = self._ask("POST", self._base or "/", json.dumps(bundle).encode())
        if isinstance(answer, Retry):
            return answer, ""
        return outcome_of(answer, 1), self._made(_object(answer.body))

    def remove(self, path: str) -> Outcome:
        """Delete what was made."""
        answer = self._ask("DELETE", path)
        if isinstance(answer, Retry):
            return answer
        if answer.status in DONE or answer.status in GONE:
            return Delivered("removed")
        found = not_carried_out(answer)
        return Refused(found.cause, found.detail)

    def close(self) -> None:
        """End the connection."""
        self._server.close()

    def _ask(self, method: str, path: str, body: bytes = b"") -> Answer | Retry:
        head = {"Accept": FHIR_JSON, "Prefer": "return=minimal"}
        head |= {"Content-Type": f"{FHIR_JSON}; charset=utf-8"} if body else {}
        return self._server.ask(method, path, head, (body,) if body else ())

    def _made(self, told: dict[str, Any]) -> str:
        """By the location of its one entry: the last two levels before ``_history`` count."""
        entries = told.get("entry")
        entry = entries[0] if isinstance(entries, list) and entries else {}
        response = entry.get("response") if isinstance(entry, dict) else None
        location = response.get("location") if isinstance(response, dict) else None
        levels = urlsplit(str(location or "")).path.partition("/_history")[0].split("/")
        known = len(levels) > 1 and levels[-2] == "Basic" and levels[-1].replace("-", "").isalnum()
        return f"{self._base}/Basic/{levels[-1]}" if known else ""


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
