"""The keeper's errand of backups: one that is overdue raises an alarm, whatever makes none."""

from dataclasses import dataclass, field

from appliance.alarms import AlarmCode, Alarms
from appliance.backup.register import Backups
from appliance.clock import Clock, iso8601
from appliance.config import Configuration
from appliance.ledger import Ledger

DAY_S = 86400.0
LOOK_S = 600.0
"""Seconds between two looks."""
LONGEST_S = 60.0
NEVER_S = -1e9


def watching_backups(
    configuration: Configuration, ledger: Ledger, clock: Clock
) -> "WatchingBackups | None":
    """The errand; None where no backup is made by itself, and then no alarm of it stands."""
    alarms = Alarms(ledger, clock)
    if not configuration.backup.is_scheduled:
        for code in (AlarmCode.BACKUP_OVERDUE, AlarmCode.BACKUP_FAILED):
            alarms.clear(code)
        return None
    return WatchingBackups(
        Backups(ledger, clock), alarms, clock, configuration.backup.overdue_days * DAY_S
    )


@dataclass
class WatchingBackups:
    """One look at the register."""

    register: Backups
    alarms: Alarms
    clock: Clock
    overdue_s: float
    name: str = "backup-watch"
    longest_s: float = LONGEST_S
    _looked_at: float = field(default=NEVER_S, init=False)

    def work_next(self) -> bool:
        """Look whether the last one is too old."""
        if self.clock.monotonic() < self._looked_at + LOOK_S:
            return False
        self._looked_at = self.clock.monotonic()
        last = self.register.last()
        if last is not None and abs(self.clock.wall() - last.made_at) <= self.overdue_s:
            self.alarms.clear(AlarmCode.BACKUP_OVERDUE)
        else:
            told = f"last: {iso8601(last.made_at)}" if last else "none was made yet"
            self.alarms.raise_(AlarmCode.BACKUP_OVERDUE, "", told)
        return False
