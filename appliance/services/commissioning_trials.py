"""Which trial belongs to which step, made of the settings, the ledger and what was typed.

**Knows:** what each step is tried with.
**Does not know:** how a trial runs beside the pages (``commissioning_work``).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.alarms import Alarms
from appliance.clock import Clock
from appliance.commissioning import Calls, Commissioning, Finding, Step
from appliance.commissioning.arrivals import arrived
from appliance.config import Configuration
from appliance.console.commissioning.desk import FROM_CT, TO_CT
from appliance.errors import NotFoundError
from appliance.ledger import Ledger, open_ledger
from appliance.quarantine import Confirmations, Quarantine
from appliance.services.commissioning_box import alarms, titles
from appliance.services.commissioning_broker import BrokerTrial
from appliance.services.commissioning_meter import MeterTrial
from appliance.services.commissioning_network import NetworkTrial
from appliance.services.commissioning_screens import confirmed, screens
from appliance.services.commissioning_work import Trial
from appliance.services.display_meters import DisplayMeters
from appliance.services.health import signs_of

if TYPE_CHECKING:
    from appliance.services.commissioning_peers import PeerTrials

MOST_STUDIES = 100


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
            Step.ECHO: lambda: self._peers().echo(self.since(of), subject, answers),
            Step.SCREENS: lambda: lambda: self._screens(of),
            Step.DESTINATIONS: lambda: self._peers().destination(subject, answers),
            Step.WORKLIST: lambda: self._peers().worklist(),
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

    def _screens(self, of: Commissioning) -> Iterator[Finding]:
        with self._ledger() as ledger:
            studies = arrived(ledger, of.after_instance, MOST_STUDIES)
            folder = self.configuration.quarantine_dir
            quarantine = Quarantine(folder, ledger, self.clock)
            known = confirmed(self.configuration, studies, quarantine, Confirmations(ledger))
        yield from screens(studies, known)

    def _peers(self) -> "PeerTrials":
        """What only they need costs memory that the pages are without until they try something."""
        from appliance.services.commissioning_peers import PeerTrials  # noqa: PLC0415

        return PeerTrials(self.configuration, self.clock, self.root)

    def _alarms(self) -> Iterator[Finding]:
        with self._ledger() as ledger:
            raised = Alarms(ledger, self.clock).raised()
        yield from alarms(raised, signs_of(self.configuration), self.clock)
