"""Whether a DICOMweb server can be asked (PS3.18 10.6, QIDO-RS), with a question about nobody."""

from appliance import config
from appliance.destinations.caller import Caller
from appliance.destinations.outcome import Delivered, Outcome, Retry
from appliance.destinations.web_server import WebServer
from appliance.destinations.web_status import not_carried_out

DONE = range(200, 300)


def visit(settings: config.Destination, caller: Caller, patient_id: str) -> Outcome:
    """Ask for the studies of ``patient_id``, who is nobody's; nothing is written."""
    server = WebServer(settings, settings.stow, caller.device)
    path = f"{settings.stow.path}/studies?PatientID={patient_id}&limit=1"
    answer = server.ask("GET", path, {"Accept": "application/dicom+json"}, ())
    server.close()
    if isinstance(answer, Retry):
        return answer
    return Delivered(f"HTTP {answer.status}") if answer.status in DONE else not_carried_out(answer)
