"""The status process: has a broker know how the box is, through any number of outages.

A process of its own, because it may hang on a network that has nothing to do with doses. It reads
the ledger and the machine, and is told nothing by anybody.
"""

import os
import threading

from appliance import log
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.connection import ANY_DEVICE
from appliance.errors import EXIT_OK, ConfigurationError
from appliance.ledger import open_ledger
from appliance.services.box_state import checks_of, device_of
from appliance.services.signals import ended_by_signal
from appliance.services.status_report import Reporter
from appliance.services.watchdog import Pulse, Watchdog
from appliance.status import Events, Outgoing, Topics
from appliance.status.session import Session

ROUND_S = 0.5
LONGEST_S = 60.0
"""More than a round takes in which a name is resolved, and a connection and TLS time out."""


def run(
    configuration: Configuration,
    clock: Clock = SYSTEM_CLOCK,
    stop: threading.Event | None = None,
) -> int:
    """Tell until ``stop`` is set, or until SIGTERM or SIGINT when it is None.

    Raises StateError when the data directory cannot be used, ConfigurationError without a broker.
    """
    if not configuration.mqtt.enabled:
        raise ConfigurationError("there is no broker to tell", "mqtt", "enable it")
    ended = stop or ended_by_signal()
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    ledger = open_ledger(configuration.ledger_path)
    settings = configuration.mqtt
    outgoing = Outgoing(Events(ledger, clock), Topics.of(settings), device_of(configuration))
    line = configuration.vpn.interface if settings.vpn else ANY_DEVICE
    session = Session(settings, outgoing, clock, line)
    reporter = Reporter(
        configuration, clock, ledger, outgoing, session, lambda: checks_of(configuration)
    )
    reporter.begin()
    log.info("status_started", broker=settings.host, pid=os.getpid())
    _go_round(reporter, session, ended, clock)
    session.end()
    ledger.close()
    log.info("status_ended")
    return EXIT_OK


def _go_round(reporter: Reporter, session: Session, ended: threading.Event, clock: Clock) -> None:
    pulse = Pulse(clock, LONGEST_S)
    watchdog = Watchdog(lambda: [pulse.sign()], clock, os.environ)
    watchdog.ready()
    while not ended.is_set():
        pulse()
        reporter.work()
        session.work(ROUND_S)
        watchdog.beat("broker: connected" if session.is_connected else f"broker: {session.failure}")
    watchdog.stopping()
