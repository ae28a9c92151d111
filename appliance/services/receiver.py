"""The receiver: from the network to the spool, and nothing else.

It must survive everything, so it imports nothing that understands an object.
"""

import os
import queue
import sqlite3
import threading

import sdnotify

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.errors import EXIT_OK
from appliance.ledger import open_ledger
from appliance.receive import Conflict, NoRoom, Notice, Register, Saturated, StorageSCP
from appliance.services.signals import ended_by_signal
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
    watch = _Watch(configuration, spool, scp, Alarms(alarm_ledger, clock), notices)
    scp.start()
    log.info("receiver_started", ports=",".join(map(str, scp.ports)), pid=os.getpid())
    watch.until(ended)
    scp.stop()
    watch.look()
    for each in (alarm_ledger, commitment_ledger, ledger):
        each.close()
    log.info("receiver_ended")
    return EXIT_OK


class _Watch:
    """Looks once a second: alarms, readiness, watchdog."""

    def __init__(
        self,
        configuration: Configuration,
        spool: Spool,
        scp: StorageSCP,
        alarms: Alarms,
        notices: "queue.SimpleQueue[Notice]",
    ) -> None:
        self._limit = configuration.receiver.max_associations
        self._spool = spool
        self._scp = scp
        self._alarms = alarms
        self._notices = notices
        self._notifier = sdnotify.SystemdNotifier()

    def until(self, ended: threading.Event) -> None:
        """Tell systemd READY, and WATCHDOG as long as connections are taken."""
        self._notifier.notify("READY=1")
        while not ended.wait(LOOK_S):
            serving = self.look()
            if self._scp.is_healthy():
                self._notifier.notify(f"WATCHDOG=1\nSTATUS=associations: {serving}")
        self._notifier.notify("STOPPING=1")

    def look(self) -> int:
        """Bring the alarms up to date; returns how many associations are served."""
        serving = len(self._scp.serving())
        try:
            self._update_alarms(serving)
        except sqlite3.OperationalError as failure:  # a full disk takes no alarm either
            log.error("alarms_not_recorded", reason=failure)
        return serving

    def _take_notices(self) -> None:
        while not self._notices.empty():
            match self._notices.get():
                case Conflict(sop_instance_uid, calling_ae):
                    self._alarms.raise_(AlarmCode.INSTANCE_CONFLICT, sop_instance_uid, calling_ae)
                case NoRoom(detail):
                    self._alarms.raise_(AlarmCode.DISK_LOW, DISK, detail)
                case Saturated(address):
                    self._alarms.raise_(AlarmCode.RECEIVER_SATURATED, detail=address)

    def _update_alarms(self, serving: int) -> None:
        self._take_notices()
        if serving < self._limit:
            self._alarms.clear(AlarmCode.RECEIVER_SATURATED)
        if self._spool.is_below_watermark():
            self._alarms.raise_(AlarmCode.DISK_LOW, DISK, "free space is below the watermark")
        else:
            self._alarms.clear(AlarmCode.DISK_LOW, DISK)
