"""The recogniser: from the spool to reports in the outbox, or to quarantine.

Every study ends as reported, set aside or quarantined; a study that gets new objects is looked at
again. Nothing here talks to a network.
"""

import os
import resource
import threading

from appliance import log
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.config.schema import Recogniser
from appliance.errors import EXIT_OK
from appliance.ledger import open_ledger
from appliance.services.bench import PAUSE_POLLS, Bench, reason_of
from appliance.services.signals import ended_by_signal
from appliance.services.vitals import ledger_readable
from appliance.services.watchdog import Pulse, Watchdog, attended

MOST_MEMORY_BYTES = 1 << 30
"""An object that takes more to open or to read is a bad one, and ends no more than its study."""
LONGEST_OBJECT_S = 600.0
"""One object may take so long, and each of the runs of tesseract below its own time-out."""
RUNS_OF_TESSERACT = 20


def run(
    configuration: Configuration,
    clock: Clock = SYSTEM_CLOCK,
    stop: threading.Event | None = None,
) -> int:
    """Recognise until ``stop`` is set, or until SIGTERM or SIGINT when it is None.

    The study at hand is finished first. Raises StateError when the data directory cannot be used.
    """
    stopping = stop or ended_by_signal()
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    ledger = open_ledger(configuration.ledger_path)
    limit_memory()
    pulse = Pulse(clock, longest_object_s(configuration.recogniser))
    bench = Bench(configuration, ledger, clock, stopping, pulse)
    bench.recover()
    path = configuration.ledger_path
    watchdog = Watchdog(lambda: (pulse.sign(), ledger_readable(path)), clock, os.environ)
    log.info("recogniser_started", pid=os.getpid())
    with attended(watchdog, lambda: bench.doing):
        while not stopping.is_set():
            pause_polls = _work_next(bench)
            stopping.wait(pause_polls * configuration.recogniser.poll_s)
            pulse()
    ledger.close()
    log.info("recogniser_ended")
    return EXIT_OK


def longest_object_s(settings: Recogniser) -> float:
    """Seconds that one object of a study may take; a study of many may take as long as it has."""
    return LONGEST_OBJECT_S + RUNS_OF_TESSERACT * settings.tesseract_timeout_s


def _work_next(bench: Bench) -> int:
    """After how many polls there may be something to do again."""
    try:
        return 0 if bench.work_next() else 1
    except Exception as failure:  # noqa: BLE001 - the loop goes on: the disk may be full
        log.error("recogniser_hindered", reason=reason_of(failure))
        return PAUSE_POLLS


def limit_memory() -> None:
    """Make this process fail where it would take more than MOST_MEMORY_BYTES."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY_BYTES, hard))
