"""Every section of the pages with what it asks of this process, opened and ended together."""

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.console import Section
from appliance.console.commissioning import commissioning_section
from appliance.console.displayqa import displayqa_section
from appliance.console.doses import doses_sections
from appliance.console.overview import overview_section, wall_section
from appliance.console.people import login_section, people_section
from appliance.console.quarantine import quarantine_section, teaching_section
from appliance.console.screen import BrowserScreen, Pages, pairing_section, screen_section
from appliance.console.settings import settings_section
from appliance.console.studies import again_section, studies_section
from appliance.displays.display import Display
from appliance.displays.pairings import Pairings
from appliance.displays.register import Register
from appliance.ledger import Ledger, open_ledger
from appliance.services.commissioning_desk import CommissioningDesk
from appliance.services.commissioning_entering import Entering
from appliance.services.commissioning_trials import Trials
from appliance.services.display_desk import DisplayDesk
from appliance.services.display_meters import DisplayMeters
from appliance.services.doses_desk import DosesDesk
from appliance.services.lessons import Lessons, as_begun
from appliance.services.overview_desk import OverviewDesk
from appliance.services.people_desk import PeopleDesk
from appliance.services.quarantine_desk import QuarantineDesk
from appliance.services.settings_desk import SettingsDesk
from appliance.services.studies_desk import StudiesDesk


@dataclass(frozen=True, slots=True)
class Box:
    """What every section is opened with; ``opened`` ends it, the last one first.

    ``file`` is that of the settings.
    """

    configuration: Configuration
    clock: Clock
    file: Path
    opened: ExitStack

    def ledger(self) -> Ledger:
        """The ledger, for one thread at a time."""
        ledger = open_ledger(self.configuration.ledger_path)
        self.opened.callback(ledger.close)
        return ledger


@contextmanager
def opened_sections(
    configuration: Configuration, clock: Clock, file: Path, people: PeopleDesk
) -> Iterator[tuple[Section, ...]]:
    """All of them, in the order in which their links stand at the head of a page.

    Raises StateError when the ledger cannot be used.
    """
    with ExitStack() as opened:
        box = Box(configuration, clock, file, opened)
        yield (
            *_overview(box),
            *_studies(box),
            *_doses(box),
            *_displays(box),
            people_section(people),
            login_section(people),
        )


def _overview(box: Box) -> Iterator[Section]:
    desk = OverviewDesk(box.configuration, box.clock)
    yield overview_section(desk)
    yield wall_section(desk, desk.is_on_wall)


def _studies(box: Box) -> Iterator[Section]:
    studies = StudiesDesk(box.configuration, box.clock)
    yield studies_section(studies)
    yield again_section(studies)
    lessons = Lessons(as_begun(sys.argv, "console"))
    box.opened.callback(lessons.end)
    quarantine = QuarantineDesk(box.configuration, box.clock, lessons)
    yield quarantine_section(quarantine)
    yield teaching_section(quarantine)


def _doses(box: Box) -> Iterator[Section]:
    doses = DosesDesk(box.configuration, box.clock)
    box.opened.callback(doses.end)
    yield from doses_sections(doses)


def _displays(box: Box) -> Iterator[Section]:
    """With commissioning, which tries the same meters, and the settings that it writes into."""
    displays = DisplaysInUse(Register(box.ledger(), box.clock))
    pages = Pages(Pairings(box.ledger(), box.clock), displays, box.clock)
    meters = DisplayMeters(box.configuration, box.clock)
    desk = DisplayDesk(box.configuration, box.clock, pages, meters, partial(BrowserScreen, pages))
    box.opened.callback(desk.end)
    yield displayqa_section(desk)
    yield screen_section(pages, displays)
    yield pairing_section(pages, displays)
    writing = SettingsDesk(configuration=box.configuration, file=box.file, clock=box.clock)
    trials = Trials(box.configuration, box.clock, desk.gauges, desk.is_conducting)
    commissioning = CommissioningDesk(trials, Entering(writing))
    box.opened.callback(commissioning.close)
    yield commissioning_section(commissioning)
    yield settings_section(writing)


@dataclass(frozen=True, slots=True)
class DisplaysInUse:
    """The displays of the register, for threads that share its ledger."""

    register: Register
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> Mapping[str, Display]:
        """By name."""
        with self._lock:
            entries = self.register.in_use()
        return {name: each.display for name, each in entries.items() if each.display}
