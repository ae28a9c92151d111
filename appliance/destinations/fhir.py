"""A FHIR R4 server as destination: each report's summary, by one transaction.

The report itself stays here; what is sent is what ``fhir`` makes of it, after whatever had to be
taken out of it.
"""

import io

from pydicom import dcmread

from appliance import config
from appliance.destinations.caller import Caller
from appliance.destinations.consignment import Consignment
from appliance.destinations.fhir_answer import outcome_of
from appliance.destinations.outcome import Cause, Delivered, Outcome, Refused, Retry
from appliance.destinations.web_server import WebServer
from appliance.errors import UnreadableObjectError
from appliance.fhir import DoseSummary, Naming, NoSummary, as_json, read_summary, transaction
from appliance.spool.dataset import tolerance

FHIR_JSON = "application/fhir+json"


class Fhir:
    """A destination that is sent summaries of reports."""

    def __init__(self, settings: config.Destination, caller: Caller) -> None:
        fhir = settings.fhir
        self._path = fhir.path or "/"
        self._naming = Naming(
            system=fhir.identifier_system,
            patient_system=fhir.patient_system,
            patient_policy=fhir.patient,
            utc_offset=fhir.utc_offset,
        )
        self._server = WebServer(settings, fhir, caller.device)

    def send(self, consignment: Consignment) -> Outcome:
        """Put the summary of one report in its place; the connection stays open."""
        if consignment.superseded:
            return Delivered("a newer report stands in its place")
        summary = _summary(consignment.content)
        if isinstance(summary, NoSummary):
            return Refused(Cause.NO_SUMMARY, summary.reason)
        bundle = transaction(summary, self._naming, one_of_study=consignment.one_of_study)
        answer = self._server.ask(
            "POST",
            self._path,
            {
                "Accept": FHIR_JSON,
                "Content-Type": f"{FHIR_JSON}; charset=utf-8",
                "Prefer": "return=minimal",
            },
            (as_json(bundle).encode(),),
        )
        if isinstance(answer, Retry):
            return answer
        return outcome_of(answer, len(bundle["entry"]))

    def close(self) -> None:
        """End the connection."""
        self._server.close()


def _summary(content: bytes) -> DoseSummary | NoSummary:
    """A CT's own report may hold anything; what pydicom says of it would stand in the log."""
    try:
        with tolerance("a report"):
            return read_summary(dcmread(io.BytesIO(content)))
    except UnreadableObjectError as failure:
        return NoSummary(failure.what)
