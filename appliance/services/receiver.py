"""The receiver: from the network to the spool, and nothing else.

It must survive everything, so it imports nothing that understands an object.
"""

import os
import queue
import sqlite3
import threading
from dataclasses import dataclass

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.commissioning import Calls
from appliance.config import Configuration
from appliance.errors import EXIT_OK
from appliance.ledger import open_ledger
from appliance.receive import (
    Called,
    Conflict,
    NoRoom,
    Notice,
    Register,
    Saturated,
    StorageSCP,
    TurnedAway,
)
from appliance.services.activation import close_unused, inherited_listeners
from appliance.services.auditing import audit_queue, here
from appliance.services.callers import Callers
from appliance.services.receiving_vitals import listener_answers, spool_writable
from appliance.services.refusals import Refusals
from appliance.services.signals import ended_by_signal
from appliance.services.vitals import (
    Sign,
    Vital,
    ledger_readable,
)
from appliance.services.watchdog import Watchdog
from appliance.spool import Spool

MIB = 1 << 20
LOOK_S = 1.0
DISK = "spool"
"""Subject of the disk's alarm."""


def run(
    configuration: Configuration,
    clock: Clock = SYSTEM_CLOCK,
    stop: threading.Event | None = None,
) -> int:
    """Receive until ``stop`` is set, or until SIGTERM or SIGINT when it is None.

    Raises StateError when the data directory cannot be used, OSError when the port cannot.
    """
    ended = stop or ended_by_signal()
    notices: queue.SimpleQueue[Notice] = queue.SimpleQueue()
    configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
    ledger = open_ledger(configuration.ledger_path)
    # Alarms and commitment have connections of their own: who stores never waits for them.
    alarm_ledger = open_ledger(configuration.ledger_path)
    spool = Spool(configuration.spool_dir, ledger, clock, configuration.receiver.min_free_mib * MIB)
    recovery = spool.recover()
    log.info(
        "spool_recovered",
        swept=recovery.swept,
        entered=recovery.entered,
        damaged=",".join(recovery.damaged) or "none",
    )
    commitment_ledger = open_ledger(configuration.ledger_path)
    register = Register.of(commitment_ledger, clock)
    register.requests.leave_to_anybody()
    scp = StorageSCP(configuration, spool, clock, notices.put, register)
    trail = audit_queue(configuration, alarm_ledger)
    refusals = Refusals(trail, here(configuration, "receiver"), clock)
    callers = Callers(Calls(alarm_ledger).note, clock)
    alarms = Alarms(alarm_ledger, clock)
    watch = _Watch(configuration, spool, scp, alarms, refusals, callers, notices)
    watchdog = Watchdog(lambda: _signs(configuration, scp), clock, os.environ)
    listeners = inherited_listeners(os.environ)
    scp.start(listeners)
    close_unused(listeners, scp.ports)
    log.info("receiver_started", ports=",".join(map(str, scp.ports)), pid=os.getpid())
    watchdog.ready()
    while not ended.wait(LOOK_S):
        watchdog.beat(f"associations: {watch.look()}")
    watchdog.stopping()
    scp.stop()
    watch.look()
    for each in (alarm_ledger, commitment_ledger, ledger):
        each.close()
    log.info("receiver_ended")
    return EXIT_OK


def _signs(configuration: Configuration, scp: StorageSCP) -> tuple[Sign, ...]:
    return (
        Sign(Vital.WORK_GOES_ON, scp.is_healthy(), subject="admission"),
        spool_writable(configuration.spool_dir),
        ledger_readable(configuration.ledger_path),
        listener_answers(configuration.receiver),
    )


@dataclass
class _Watch:
    """Looks once a second whether something is alarming."""

    configuration: Configuration
    spool: Spool
    scp: StorageSCP
    alarms: Alarms
    refusals: Refusals
    callers: Callers
    notices: "queue.SimpleQueue[Notice]"

    def look(self) -> int:
        """Bring the alarms up to date; returns how many associations are served."""
        serving = len(self.scp.serving())
        try:
            self._update_alarms(serving)
        except sqlite3.OperationalError as failure:  # a full disk takes no alarm either
            log.error("alarms_not_recorded", reason=failure)
        return serving

    def _take_notices(self) -> None:
        while not self.notices.empty():
            match self.notices.get():
                case Conflict(sop_instance_uid, calling_ae):
                    self.alarms.raise_(AlarmCode.INSTANCE_CONFLICT, sop_instance_uid, calling_ae)
                case NoRoom(detail):
                    self.alarms.raise_(AlarmCode.DISK_LOW, DISK, detail)
                case Saturated(address):
                    self.alarms.raise_(AlarmCode.RECEIVER_SATURATED, detail=address)
                case TurnedAway() as turned_away:
                    self.refusals.note(turned_away)
                case Called() as called:
                    self.callers.note(called)

    def _update_alarms(self, serving: int) -> None:
        self._take_notices()
        self.refusals.tell()
        self.callers.tell()
        if serving < self.configuration.receiver.max_associations:
            self.alarms.clear(AlarmCode.RECEIVER_SATURATED)
        if self.spool.is_below_watermark():
            self.alarms.raise_(AlarmCode.DISK_LOW, DISK, "free space is below the watermark")
        else:
            self.alarms.clear(AlarmCode.DISK_LOW, DISK)
