"""The trials of those who are spoken to: the CT, the destinations, the worklist.

With them come the DICOM libraries, which are 8 MiB of a process: it loads them once something is
tried, and that is once in a box's life (``commissioning_trials``).

**Knows:** whom each of these steps calls, and as whom.
**Does not know:** what is asked of them (the trials themselves).
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from appliance.association import Peer
from appliance.clock import Clock
from appliance.commissioning import Calls, Finding
from appliance.config import Configuration
from appliance.console.commissioning.desk import FROM_CT
from appliance.errors import RefusedError
from appliance.ledger import open_ledger
from appliance.services.commissioning_destination import DestinationTrial
from appliance.services.commissioning_echo import echoed, heard
from appliance.services.commissioning_work import Trial
from appliance.services.commissioning_worklist import WorklistTrial
from appliance.services.equipment import recording_device
from appliance.tls import Credentials

MOST_PORT = 65535
ANSWER_S = 15.0
"""How long a CT may take for each answer."""
LONGEST_TITLE = 16
"""PS3.5 6.2, VR AE."""


@dataclass(frozen=True, slots=True)
class PeerTrials:
    """``root`` is where /proc is."""

    configuration: Configuration
    clock: Clock
    root: Path

    def echo(self, since: float, subject: str, answers: Mapping[str, str]) -> Trial:
        """The CT calls, or is called. Raises RefusedError for a peer that cannot be meant."""
        wanted = answers.get("ae", "").strip()
        if subject == FROM_CT:
            return lambda: self._heard(since, wanted)
        peer = self._peer(wanted, answers)
        return lambda: echoed(peer, self.clock, longest_s=ANSWER_S)

    def destination(self, name: str, answers: Mapping[str, str]) -> Trial:
        """The destination of that name, with the marked object where it was answered so."""
        settings = next(each for each in self.configuration.destination if each.name == name)
        serial = recording_device(self.configuration).device_serial_number
        stores = answers.get("stores") == "yes"
        return DestinationTrial(self.configuration, settings, self.clock, serial, stores, self.root)

    def worklist(self) -> Trial:
        """The RIS."""
        return WorklistTrial(self.configuration, self.clock)

    def _heard(self, since: float, wanted: str) -> Iterator[Finding]:
        with closing(open_ledger(self.configuration.ledger_path)) as ledger:
            callers = Calls(ledger).since(since)
        yield from heard(callers, wanted, since, self.clock, wanted or "*")

    def _peer(self, ae_title: str, answers: Mapping[str, str]) -> Peer:
        host, port = answers.get("host", "").strip(), answers.get("port", "").strip()
        is_title = 0 < len(ae_title) <= LONGEST_TITLE and ae_title.isascii()
        is_sound = is_title and ae_title.isprintable() and "\\" not in ae_title
        is_number = port.isascii() and port.isdigit() and 0 < int(port) <= MOST_PORT
        if not (is_sound and host and is_number):
            raise RefusedError("AE title, address or port cannot be meant", "commissioning")
        return Peer(
            ae_title=ae_title,
            host=host,
            port=int(port),
            calling_ae_title=self.configuration.receiver.ae_title,
            connection_timeout_s=ANSWER_S,
            timeout_s=ANSWER_S,
            credentials=self._credentials(ae_title),
        )

    def _credentials(self, ae_title: str) -> Credentials | None:
        """As the CT is called to be told what is committed."""
        for each in self.configuration.scanner:
            if each.ae_title.strip() == ae_title and each.commitment.tls.enabled:
                return Credentials.of(each.commitment.tls)
        return None
