"""Which trial belongs to which step, made of the settings, the ledger and what was typed.

**Knows:** what each step is tried with.
**Does not know:** how a trial runs beside the pages (``commissioning_work``).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from appliance.alarms import Alarms
from appliance.association import Peer
from appliance.clock import Clock
from appliance.commissioning import Calls, Commissioning, Finding, Step
from appliance.commissioning.arrivals import arrived
from appliance.config import Configuration
from appliance.console.commissioning.desk import FROM_CT, TO_CT
from appliance.errors import NotFoundError, RefusedError
from appliance.ledger import Ledger, open_ledger
from appliance.quarantine import Confirmations, Quarantine
from appliance.services.commissioning_box import alarms, titles
from appliance.services.commissioning_broker import BrokerTrial
from appliance.services.commissioning_destination import DestinationTrial
from appliance.services.commissioning_echo import echoed, heard
from appliance.services.commissioning_meter import MeterTrial
from appliance.services.commissioning_network import NetworkTrial
from appliance.services.commissioning_screens import confirmed, screens
from appliance.services.commissioning_work import Trial
from appliance.services.commissioning_worklist import WorklistTrial
from appliance.services.display_meters import DisplayMeters
from appliance.services.equipment import recording_device
from appliance.services.health import signs_of
from appliance.tls import Credentials

MOST_STUDIES = 100
MOST_PORT = 65535
ANSWER_S = 15.0
"""How long a CT may take for each answer."""
LONGEST_TITLE = 16
"""PS3.5 6.2, VR AE."""


@dataclass(frozen=True)
class Trials:
    """``is_busy`` says whether a display test is being conducted; ``root`` is where /proc is."""

    configuration: Configuration
    clock: Clock
    meters: DisplayMeters
    is_busy: Callable[[], bool]
    root: Path = Path("/")

    def subjects(self, step: Step) -> tuple[str, ...]:
        """What of a step has a result of its own."""
        if step is Step.ECHO:
            return FROM_CT, TO_CT
        if step is Step.DESTINATIONS:
            return tuple(each.name for each in self.configuration.destination)
        return ("",)

    def trial(
        self, of: Commissioning, step: Step, subject: str, answers: Mapping[str, str]
    ) -> Trial:
        """What is to be tried. Raises NotFoundError, RefusedError for what cannot be meant."""
        if subject not in self.subjects(step):
            raise NotFoundError("there is nothing of that name to try", subject)
        made: dict[Step, Callable[[], Trial]] = {
            Step.NETWORK: lambda: NetworkTrial(self.configuration, self.clock, self.root),
            Step.TITLES: lambda: lambda: self._titles(of),
            Step.ECHO: lambda: self._echo(of, subject, answers),
            Step.SCREENS: lambda: lambda: self._screens(of),
            Step.DESTINATIONS: lambda: self._destination(subject, answers),
            Step.WORKLIST: lambda: WorklistTrial(self.configuration, self.clock),
            Step.BROKER: lambda: BrokerTrial(self.configuration, self.clock),
            Step.METER: lambda: MeterTrial(self.meters, self.is_busy),
            Step.ALARMS: lambda: self._alarms,
        }
        return made[step]()

    def _ledger(self) -> closing[Ledger]:
        return closing(open_ledger(self.configuration.ledger_path))

    def since(self, of: Commissioning) -> float:
        """From when on calls count: all, where the clock was set back since it began."""
        return of.begun_at if of.begun_at <= self.clock.wall() else 0.0

    def _titles(self, of: Commissioning) -> Iterator[Finding]:
        since = self.since(of)
        with self._ledger() as ledger:
            callers = Calls(ledger).since(since)
        yield from titles(self.configuration, callers, since, self.clock)

    def _echo(self, of: Commissioning, subject: str, answers: Mapping[str, str]) -> Trial:
        wanted = answers.get("ae", "").strip()
        if subject == FROM_CT:
            return lambda: self._heard(of, wanted)
        peer = self._peer(wanted, answers)
        return lambda: echoed(peer, self.clock, longest_s=ANSWER_S)

    def _heard(self, of: Commissioning, wanted: str) -> Iterator[Finding]:
        since = self.since(of)
        with self._ledger() as ledger:
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

    def _screens(self, of: Commissioning) -> Iterator[Finding]:
        with self._ledger() as ledger:
            studies = arrived(ledger, of.after_instance, MOST_STUDIES)
            folder = self.configuration.quarantine_dir
            quarantine = Quarantine(folder, ledger, self.clock)
            known = confirmed(self.configuration, studies, quarantine, Confirmations(ledger))
        yield from screens(studies, known)

    def _destination(self, name: str, answers: Mapping[str, str]) -> Trial:
        settings = next(each for each in self.configuration.destination if each.name == name)
        serial = recording_device(self.configuration).device_serial_number
        stores = answers.get("stores") == "yes"
        return DestinationTrial(self.configuration, settings, self.clock, serial, stores, self.root)

    def _alarms(self) -> Iterator[Finding]:
        with self._ledger() as ledger:
            raised = Alarms(ledger, self.clock).raised()
        yield from alarms(raised, signs_of(self.configuration), self.clock)
