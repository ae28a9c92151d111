"""The keeper: what is kept, for how long, whether it is as it was; and the machine and its clock.

It alone removes anything, and it has no network: nothing that a stranger sends reaches the process
that may delete. What has to be asked of an archive is the clerk's.
"""

import os
import threading

from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.services.backup_watch import watching_backups
from appliance.services.errand import MakeErrand, run_errands
from appliance.services.inspecting import inspecting
from appliance.services.keeping import keeping
from appliance.services.machine_watch import machine_watch
from appliance.services.timekeeping import timekeeping

ERRANDS: tuple[MakeErrand, ...] = (
    timekeeping,
    machine_watch,
    keeping,
    inspecting,
    watching_backups,
)
"""What the keeper does, each in a thread of its own."""
NICENESS = 10
"""Reports are wanted now, room and digests in time."""


def run(
    configuration: Configuration,
    clock: Clock = SYSTEM_CLOCK,
    stop: threading.Event | None = None,
) -> int:
    """Run every errand until ``stop`` is set, after all others; as ``run_errands``."""
    os.nice(NICENESS)
    return run_errands("keeper", ERRANDS, configuration, clock, stop)
