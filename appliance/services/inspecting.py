"""The keeper's errand of the digest check: at night, gently, going on where it stopped.

**Knows:** when it may read and how fast, and what is done about a file that is not as it was.
**Does not know:** what can be wrong with a file (``preservation``).
"""

from dataclasses import dataclass, field
from pathlib import Path

from appliance import log
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.hours import Hours
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.ledger.durable import write_file
from appliance.preservation import (
    Checked,
    Damage,
    Damages,
    Inspection,
    Round,
    condition_of_report,
)
from appliance.services.receiver import MIB
from appliance.spool import Spool

LONGEST_S = 3600.0
LOOK_AGAIN_S = 600.0
"""Seconds between two looks at what was damaged, at any hour."""
_DAMAGED = AlarmCode.KEPT_FILE_DAMAGED


def inspecting(configuration: Configuration, ledger: Ledger, clock: Clock) -> "Inspecting | None":
    """The errand; None where nothing is to be checked."""
    settings = configuration.preservation
    if not settings.check_every_days:
        return None
    return Inspecting(
        data_dir=configuration.data_dir,
        spool_dir=configuration.spool_dir,
        every_days=settings.check_every_days,
        hours=Hours.from_text(settings.hours),
        bytes_per_s=settings.check_mib_per_s * MIB,
        ledger=ledger,
        spool=Spool(configuration.spool_dir, ledger, clock),
        inspection=Inspection(configuration, ledger),
        clock=clock,
    )


@dataclass
class Inspecting:
    """A few files at a time."""

    data_dir: Path
    spool_dir: Path
    every_days: float
    hours: Hours
    bytes_per_s: float
    ledger: Ledger
    spool: Spool
    inspection: Inspection
    clock: Clock
    name: str = "inspection"
    longest_s: float = LONGEST_S
    _next_s: float = field(default=-1e9, init=False)
    _again_s: float = field(default=-1e9, init=False)

    def work_next(self) -> bool:
        """Check the next files of the round; False when it is not the time."""
        now = self.clock.wall()
        if self.clock.monotonic() >= self._again_s:
            self._look_again(now)
        if self.hours.wait_s(now) or self.clock.monotonic() < self._next_s:
            return False
        under_way = self.inspection.due(self.every_days, now)
        if under_way is None:
            return False
        checked = list(self.inspection.check(under_way))
        for each in checked:
            self._tell(each if each.condition is None else self._once_more(each), now)
        self.inspection.note(under_way, checked, now)
        if not checked:
            self._ended(under_way)
        self._rest(sum(each.size_bytes for each in checked))
        return bool(checked) and not self.bytes_per_s

    def _once_more(self, each: Checked) -> Checked:
        """The same file by what the ledger says now: pixels may have been dropped meanwhile."""
        return self.inspection.again(each.path) or each

    def _look_again(self, now: float) -> None:
        """Whether what was damaged has been mended meanwhile."""
        self._again_s = self.clock.monotonic() + LOOK_AGAIN_S
        for damage in Damages(self.ledger).open():
            if found := self.inspection.again(damage.path):
                self._tell(found, now)

    def _rest(self, size_bytes: int) -> None:
        if self.bytes_per_s:
            self._next_s = self.clock.monotonic() + size_bytes / self.bytes_per_s

    def _ended(self, under_way: Round) -> None:
        damaged = len(Damages(self.ledger).open())
        log.info("files_checked", files=under_way.files, damaged=damaged)

    def _tell(self, each: Checked, now: float) -> None:
        alarms, damages = Alarms(self.ledger, self.clock), Damages(self.ledger)
        if each.condition is None or self._mended(each):
            with self.ledger.transaction():
                if damages.mended(each.path, now):
                    alarms.clear(_DAMAGED, each.path)
                    self._journal("file-mended", each)
            return
        with self.ledger.transaction():
            damage = Damage(each.path, each.sop_instance_uid, each.condition, now)
            if damages.found(damage):
                self._journal("file-damaged", each)
            if each.instance_id is not None and not each.is_report:
                self.spool.reductions.recall([each.instance_id], now)
            alarms.raise_(_DAMAGED, each.path, each.condition)
        log.error("file_damaged", file=each.path, condition=each.condition)

    def _mended(self, each: Checked) -> bool:
        """Whether a report that went on as it was received could be taken from there again."""
        if not each.is_report or each.instance_id is None or each.condition is None:
            return False
        row = self.ledger.row(
            "SELECT i.path, o.sha256 FROM outgoing o JOIN instance i ON i.id = o.instance_id"
            " WHERE o.sop_instance_uid = ? AND o.kind = 'native-report'",
            each.sop_instance_uid,
        )
        if row is None:
            return False
        source = self.spool_dir / row["path"]
        if condition_of_report(source, row["sha256"]) is not None:
            return False
        write_file(self.data_dir / each.path, source.read_bytes())
        with self.ledger.transaction():
            self._journal("file-mended", each)
        return True

    def _journal(self, kind: str, each: Checked) -> None:
        body = {
            "file": each.path,
            "sop_instance_uid": each.sop_instance_uid,
            "condition": each.condition or "",
        }
        Journal(self.ledger, self.clock).append(kind, body)
