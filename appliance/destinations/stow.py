"""A DICOMweb origin server as destination: the Store transaction (PS3.18 10.5, STOW-RS).

One object a request: what the answer says is then said of this object.
"""

import hashlib

from appliance import config
from appliance.destinations.caller import Caller
from appliance.destinations.consignment import Consignment
from appliance.destinations.outcome import Outcome, Retry
from appliance.destinations.stow_answer import outcome_of
from appliance.destinations.web_server import WebServer


class Stow:
    """A destination that is sent objects by STOW-RS."""

    def __init__(self, settings: config.Destination, caller: Caller) -> None:
        self._path = f"{settings.stow.path}/studies"
        self._server = WebServer(settings, settings.stow, caller.device)

    def send(self, consignment: Consignment) -> Outcome:
        """Store one object; the connection stays open for the next one."""
        content = consignment.content
        boundary = hashlib.sha256(content).hexdigest()  # no content holds its own digest
        answer = self._server.ask(
            "POST",
            self._path,
            {
                "Accept": "application/dicom+json",
                "Content-Type": (
                    f'multipart/related; type="application/dicom"; boundary={boundary}'
                ),
            },
            (_opening(boundary), content, f"\r\n--{boundary}--\r\n".encode("ascii")),
        )
        if isinstance(answer, Retry):
            return answer
        return outcome_of(answer, consignment.sop_instance_uid)

    def close(self) -> None:
        """End the connection."""
        self._server.close()


def _opening(boundary: str) -> bytes:
    """The delimiter and the header of the one part (RFC 2046 5.1, RFC 2387)."""
    return f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode("ascii")
