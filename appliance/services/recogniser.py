"""The recogniser: from the spool to reports in the outbox, or to quarantine.

Every study ends as reported, set aside or quarantined; a study that gets new objects is looked at
again. Nothing here talks to a network.
"""

import os
import resource
import threading

import sdnotify

from appliance import log
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.errors import EXIT_OK
from appliance.ledger import open_ledger
from appliance.services.bench import PAUSE_POLLS, Bench, reason_of
from appliance.services.signals import ended_by_signal

MOST_MEMORY_BYTES = 1 << 30
"""An object that takes more to open or to read is a bad one, and ends no more than its study."""


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
    bench = Bench(configuration, ledger, clock, stopping)
    bench.recover()
    notifier = sdnotify.SystemdNotifier()
    notifier.notify("READY=1")
    log.info("recogniser_started", pid=os.getpid())
    while not stopping.is_set():
        pause_polls = _work_next(bench)
        stopping.wait(pause_polls * configuration.recogniser.poll_s)
        notifier.notify("WATCHDOG=1")
    notifier.notify("STOPPING=1")
    ledger.close()
    log.info("recogniser_ended")
    return EXIT_OK


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
