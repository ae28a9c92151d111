"""The pages of the box, served to whoever has an account.

A process of its own, because whoever can open a page speaks to it: it has no part in receiving,
reading or sending doses. Which pages there are, ``console_sections`` says.
"""

import os
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from appliance import log
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration, Console
from appliance.console import application
from appliance.console.limit import Limit
from appliance.console.people import Recognition
from appliance.console.people.cookie import token_of
from appliance.console.server import Server, listening
from appliance.errors import EXIT_OK
from appliance.memory import give_back_large_blocks
from appliance.services.console_preparing import prepared
from appliance.services.console_sections import opened_sections
from appliance.services.display_posting import reports_posted
from appliance.services.display_system import display_systems_told
from appliance.services.page_vitals import page_answers
from appliance.services.people_desk import PeopleDesk, use_written
from appliance.services.setup_code import code_file, offered_code
from appliance.services.signals import ended_by_signal
from appliance.services.vitals import Sign, ledger_readable
from appliance.services.watchdog import Pulse, Watchdog, attended
from appliance.tls import Credentials, is_issued_by_others, server_context

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
    give_back_large_blocks()
    ended = stop or ended_by_signal()
    settings = configuration.console
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    people = PeopleDesk(configuration, clock)
    _offer_a_code(configuration, people)
    with (
        opened_sections(configuration, clock, file, people) as sections,
        display_systems_told(configuration, clock),
        reports_posted(configuration, clock),
        use_written(people),
    ):
        app = application(
            sections,
            Recognition(people),
            names=settings.names,
            language=configuration.site.language,
            certified=_is_certified(settings),
        )
        listener = listening(settings.bind, settings.port)
        pulse = Pulse(clock, LONGEST_TURN_S)
        server = Server(Limit(app, clock, token_of), listener, _context(settings), ended, pulse)
        port: int = listener.getsockname()[1]
        log.info("console_started", port=port, pid=os.getpid())
        watchdog = Watchdog(_signs(configuration, pulse, server, port), clock, os.environ)
        with attended(watchdog, lambda: "serving pages"), prepared():
            server.serve_until_ended()
    people.end()
    log.info("console_ended")
    return EXIT_OK


def _offer_a_code(configuration: Configuration, people: PeopleDesk) -> None:
    """Who types it makes the first account."""
    if people.is_unclaimed():
        offered_code(configuration)
        log.info("console_unclaimed", setup_code_file=code_file(configuration))


def _signs(
    configuration: Configuration, pulse: Pulse, server: Server, port: int
) -> Callable[[], Iterator[Sign]]:
    """That this process lives, and, once it serves, that a page is answered at its own port."""
    settings = configuration.console

    def look() -> Iterator[Sign]:
        yield pulse.sign()
        yield ledger_readable(configuration.ledger_path)
        if server.started:
            yield page_answers(settings.bind, port, encrypted=bool(settings.certificate_file))

    return look


def _is_certified(settings: Console) -> bool:
    """Whether a browser may insist on the certificate: not on the box's own, which it cannot check.

    Raises OSError when its file cannot be read.
    """
    file = settings.certificate_file
    return bool(file) and is_issued_by_others(Path(file))


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
