"""The pages of the box, served to whoever has an account.

A process of its own, because whoever can open a page speaks to it: it has no part in receiving,
reading or sending doses.
"""

import os
import ssl
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from appliance import log
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration, Console
from appliance.console import application
from appliance.console.commissioning import commissioning_section
from appliance.console.displayqa import displayqa_section
from appliance.console.doses import doses_sections
from appliance.console.overview import overview_section, wall_section
from appliance.console.people import Recognition, login_section, people_section
from appliance.console.quarantine import quarantine_section, teaching_section
from appliance.console.screen import BrowserScreen, Pages, pairing_section, screen_section
from appliance.console.server import Server, listening
from appliance.console.settings import settings_section
from appliance.console.studies import again_section, studies_section
from appliance.displays.display import Display
from appliance.displays.pairings import Pairings
from appliance.displays.register import Register
from appliance.errors import EXIT_OK
from appliance.ledger import open_ledger
from appliance.services.commissioning_desk import CommissioningDesk
from appliance.services.commissioning_entering import Entering
from appliance.services.commissioning_trials import Trials
from appliance.services.display_desk import DisplayDesk
from appliance.services.display_meters import DisplayMeters
from appliance.services.display_posting import reports_posted
from appliance.services.display_system import display_systems_told
from appliance.services.doses_desk import DosesDesk
from appliance.services.lessons import Lessons, as_begun
from appliance.services.overview_desk import OverviewDesk
from appliance.services.page_vitals import page_answers
from appliance.services.people_desk import PeopleDesk, use_written
from appliance.services.quarantine_desk import QuarantineDesk
from appliance.services.settings_desk import SettingsDesk
from appliance.services.setup_code import code_file, offered_code
from appliance.services.signals import ended_by_signal
from appliance.services.studies_desk import StudiesDesk
from appliance.services.vitals import Sign, ledger_readable
from appliance.services.watchdog import Pulse, Watchdog, attended
from appliance.tls import Credentials, server_context

PROFILE = "bcp195"
LONGEST_TURN_S = 30.0
"""The loop that serves goes round ten times a second."""
INSTALLED_FILE = Path("/etc/dose-appliance/appliance.toml")
"""The settings of an installed box."""
NOT_ASKED = "none"
"""No browser is asked for a certificate."""


def run(
    configuration: Configuration,
    clock: Clock = SYSTEM_CLOCK,
    stop: threading.Event | None = None,
    file: Path = INSTALLED_FILE,
) -> int:
    """Serve until ``stop`` is set, or until SIGTERM or SIGINT when it is None.

    Raises StateError when the data directory cannot be used, OSError when the address, the port or
    the certificate cannot.
    """
    ended = stop or ended_by_signal()
    settings = configuration.console
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    pairing_ledger = open_ledger(configuration.ledger_path)
    displays_ledger = open_ledger(configuration.ledger_path)
    displays = DisplaysInUse(Register(displays_ledger, clock))
    pages = Pages(Pairings(pairing_ledger, clock), displays, clock)
    desk = DisplayDesk(
        configuration,
        clock,
        pages,
        DisplayMeters(configuration, clock),
        partial(BrowserScreen, pages),
    )
    overview = OverviewDesk(configuration, clock)
    trials = Trials(configuration, clock, desk.gauges, desk.is_conducting)
    writing = SettingsDesk(configuration=configuration, file=file, clock=clock)
    commissioning = CommissioningDesk(trials, Entering(writing))
    studies = StudiesDesk(configuration, clock)
    people, doses = PeopleDesk(configuration, clock), DosesDesk(configuration, clock)
    lessons = Lessons(as_begun(sys.argv, "console"))
    quarantine = QuarantineDesk(configuration, clock, lessons)
    if people.is_unclaimed():
        offered_code(configuration)
        log.info("console_unclaimed", setup_code_file=code_file(configuration))
    sections = (
        overview_section(overview),
        wall_section(overview, overview.is_on_wall),
        studies_section(studies),
        again_section(studies),
        quarantine_section(quarantine),
        teaching_section(quarantine),
        *doses_sections(doses),
        displayqa_section(desk),
        screen_section(pages, displays),
        pairing_section(pages, displays),
        commissioning_section(commissioning),
        settings_section(writing),
        people_section(people),
        login_section(people),
    )
    app = application(
        sections,
        Recognition(people),
        names=settings.names,
        language=configuration.site.language,
    )
    listener = listening(settings.bind, settings.port)
    pulse = Pulse(clock, LONGEST_TURN_S)
    server = Server(app, listener, _context(settings), ended, pulse)
    port: int = listener.getsockname()[1]
    log.info("console_started", port=port, pid=os.getpid())
    with (
        display_systems_told(configuration, clock),
        reports_posted(configuration, clock),
        use_written(people),
    ):

        def look() -> Iterator[Sign]:
            yield pulse.sign()
            yield ledger_readable(configuration.ledger_path)
            yield page_answers(settings.bind, port, encrypted=bool(settings.certificate_file))

        watchdog = Watchdog(look, clock, os.environ)
        with attended(watchdog, lambda: "serving pages"):
            server.serve_until_ended()
    commissioning.close()
    desk.end()
    lessons.end()
    doses.end()
    people.end()
    for each in (pairing_ledger, displays_ledger):
        each.close()
    log.info("console_ended")
    return EXIT_OK


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


def _context(settings: Console) -> ssl.SSLContext | None:
    """Of HTTPS; None without a certificate. Raises OSError when its files cannot be used."""
    if not settings.certificate_file:
        return None
    credentials = Credentials(
        profile=PROFILE,
        certificate_file=settings.certificate_file,
        private_key_file=settings.private_key_file,
    )
    return server_context(credentials, NOT_ASKED)
