"""The workstations told of by DICOM: from the register and the tests to what an N-GET is answered.

**Knows:** which tests of a display are told, and whose AE title a workstation has.
**Does not know:** how they are encoded (``displayqa``) and asked for (``receive``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydicom import Dataset

from appliance import log
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.config.workstation import Workstation as WorkstationSettings
from appliance.displayqa.display_system import (
    ATTRIBUTES,
    Subsystem,
    Test,
    Workstation,
    display_system,
)
from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.qa_results import qa_results
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.session import Session
from appliance.displays.display import Display
from appliance.errors import NotFoundError
from appliance.ledger import Ledger
from appliance.services.display_judging import judged
from appliance.services.display_records import DisplayRecords

MOST = 2
"""Tests of each occasion that are looked at for the most recent result of a kind."""
RECENT = 10
"""Of each occasion that are looked through for them: some go on, some were given up."""


@dataclass(frozen=True, slots=True)
class DisplaySystems:
    """Every workstation of the settings; what is told is as of the moment it is asked for."""

    configuration: Configuration
    clock: Clock

    @property
    def titles(self) -> list[str]:
        """The AE titles of all."""
        return [each.ae_title.strip() for each in self.configuration.workstation]

    def describe(self, title: str) -> Dataset:
        """The workstation of that AE title. Raises NotFoundError, sqlite3.OperationalError."""
        asked = [each for each in self.configuration.workstation if each.ae_title.strip() == title]
        if not asked:
            raise NotFoundError("there is no workstation of that AE title", title)
        ledger = Ledger(self.configuration.ledger_path, read_only=True)
        try:
            return self._told(asked[0], DisplayRecords(self.configuration, ledger, self.clock))
        finally:
            ledger.close()

    def _told(self, workstation: WorkstationSettings, records: DisplayRecords) -> Dataset:
        subsystems = [
            self._subsystem(each.display, records)
            for each in records.register.in_use().values()
            if each.display and each.display.workstation == workstation.name
        ]
        told = display_system(self._workstation(workstation), subsystems)
        told.update(qa_results(subsystems))
        return told

    def _workstation(self, settings: WorkstationSettings) -> Workstation:
        return Workstation(
            name=settings.name,
            manufacturer=settings.manufacturer,
            model=settings.model,
            serial_number=settings.serial_number,
            institution=self.configuration.site.institution_name,
            address=self.configuration.displayqa.institution_address,
            department=settings.department,
        )

    def _subsystem(self, display: Display, records: DisplayRecords) -> Subsystem:
        return Subsystem(
            number=records.register.history(display.name)[0].identifier,
            display=display,
            tests=tuple(self._tests(display, records)),
        )

    def _tests(self, display: Display, records: DisplayRecords) -> Iterator[Test]:
        for session in _told_of(list(_recent(records, display.name))):
            try:
                found = judged(records, session)
            except NotFoundError:  # its ruleset is gone, and with it what the test asked for
                continue
            yield Test(
                session=session,
                measured=found.measured,
                verdict=_verdict(session),
                manufacturer=self._manufacturer(session),
            )

    def _manufacturer(self, session: Session) -> str:
        """Of its meter, as the settings say."""
        name = session.meter.name if session.meter else ""
        known = (each for each in self.configuration.meter if each.name == name)
        return next((each.manufacturer for each in known), "")


@contextmanager
def display_systems_told(configuration: Configuration, clock: Clock) -> Iterator[None]:
    """Answers who asks, where a port is set. Raises OSError when it cannot listen there.

    Only who has one pays the 8 MiB of the DICOM libraries.
    """
    settings = configuration.displayqa
    if not settings.port:
        yield
        return
    from appliance.receive.display_system import DisplaySystemSCP  # noqa: PLC0415

    systems = DisplaySystems(configuration, clock)
    address = (settings.bind, settings.port)
    scp = DisplaySystemSCP(address, systems.titles, systems.describe, ATTRIBUTES, clock)
    scp.start()
    log.info("display_systems_listening", port=scp.port, workstations=len(systems.titles))
    try:
        yield
    finally:
        scp.stop()


def _recent(records: DisplayRecords, display: str) -> Iterator[Session]:
    for occasion in Occasion:
        yield from records.sessions(display, (occasion,), RECENT)


def _told_of(sessions: list[Session]) -> list[Session]:
    """The last of each occasion that ended, and the last acceptance that passed, in order."""
    ended = [each for each in sessions if each.ended and not each.ended.is_given_up]
    ended.sort(key=lambda each: each.identifier)
    wanted = [
        session
        for occasion in Occasion
        for session in [each for each in ended if each.begun.occasion is occasion][-MOST:]
    ]
    wanted += [each for each in ended if _is_accepted(each)][-1:]
    numbers = {each.identifier for each in wanted}
    return [each for each in ended if each.identifier in numbers]


def _is_accepted(session: Session) -> bool:
    return session.begun.occasion is Occasion.ACCEPTANCE and _verdict(session) is Verdict.PASS


def _verdict(session: Session) -> Verdict:
    """As it was judged when it ended."""
    return Verdict(session.ended.verdict) if session.ended else Verdict.INCOMPLETE
