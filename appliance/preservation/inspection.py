"""Rounds over every file that is kept: objects in the order they came, then reports."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.config import Configuration
from appliance.ledger import Ledger
from appliance.preservation.condition import Condition, condition_of_object, condition_of_report
from appliance.spool.reduction import instance_of

DAY_S = 86400.0
BATCH = 50

_OBJECT = """
SELECT i.*, r.remains, r.sha256 AS rest, coalesce(r.finished, 1) AS finished FROM instance i
LEFT JOIN reduction r ON r.instance_id = i.id
"""

_OBJECTS = f"""
{_OBJECT} WHERE i.id > ? AND coalesce(r.finished, 1) = 1 ORDER BY i.id LIMIT ?
"""

_REPORTS = """
SELECT o.* FROM outgoing o
WHERE o.id > ? AND o.kind IN ('report', 'native-report')
  AND NOT EXISTS (SELECT 1 FROM report_removal x WHERE x.outgoing_id = o.id)
ORDER BY o.id LIMIT ?
"""

_LAST = """
SELECT id, begun_at, ended_at, last_instance_id, last_outgoing_id, files, size_bytes
FROM inspection ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Round:
    """One check of everything; times in seconds since the epoch."""

    id: int
    begun_at: float
    ended_at: float | None
    last_instance_id: int
    last_outgoing_id: int
    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked at.

    ``path`` is relative to the data folder; ``instance_id`` that of an object, or of the native
    report that goes on as this one, else None. ``condition`` None: it is as it was written.
    """

    path: str
    sop_instance_uid: str
    instance_id: int | None
    is_report: bool
    size_bytes: int
    condition: Condition | None


class Inspection:
    """The table ``inspection``, and the files."""

    def __init__(self, configuration: Configuration, ledger: Ledger) -> None:
        self._data_dir = configuration.data_dir
        self._spool = configuration.spool_dir
        self._outbox = configuration.outbox_dir
        self._ledger = ledger

    def last(self) -> Round | None:
        """The round that is under way, or was the last."""
        row = self._ledger.row(_LAST)
        return Round(**dict(row)) if row else None

    def due(self, every_days: float, now: float) -> Round | None:
        """The round to go on with; a new one if the last began so many days ago."""
        last = self.last()
        if last is not None and last.ended_at is None:
            return last
        if last is not None and abs(now - last.begun_at) < every_days * DAY_S:
            return None
        self._ledger.execute("INSERT INTO inspection (begun_at) VALUES (?)", now)
        return self.last()

    def check(self, under_way: Round) -> Iterator[Checked]:
        """The next files of a round; none when it has come to its end."""
        objects = self._ledger.rows(_OBJECTS, under_way.last_instance_id, BATCH)
        yield from map(self._checked_object, objects)
        if not objects:
            reports = self._ledger.rows(_REPORTS, under_way.last_outgoing_id, BATCH)
            yield from map(self._checked_report, reports)

    def again(self, path: str) -> Checked | None:
        """A file, relative to the data folder, once more; None when it is no object or report."""
        kept = self._data_dir / path
        if kept.is_relative_to(self._spool):
            sql = f"{_OBJECT} WHERE i.path = ?"
            row = self._ledger.row(sql, str(kept.relative_to(self._spool)))
            return self._checked_object(row) if row else None
        sql = "SELECT * FROM outgoing WHERE path = ? AND kind IN ('report', 'native-report')"
        row = self._ledger.row(sql, kept.name)
        return self._checked_report(row) if row else None

    def note(self, under_way: Round, checked: list[Checked], now: float) -> None:
        """Go on behind those next time; nothing checked ends the round."""
        if not checked:
            sql = "UPDATE inspection SET ended_at = ? WHERE id = ?"
            self._ledger.execute(sql, now, under_way.id)
            return
        objects = [each for each in checked if not each.is_report]
        self._ledger.execute(
            "UPDATE inspection SET files = files + ?2, size_bytes = size_bytes + ?3,"
            " last_instance_id = max(last_instance_id, ?4),"
            " last_outgoing_id = max(last_outgoing_id, ?5) WHERE id = ?1",
            under_way.id,
            sum(each.size_bytes > 0 for each in checked),
            sum(each.size_bytes for each in checked),
            max((each.instance_id or 0 for each in objects), default=0),
            self._last_report(checked),
        )

    def _last_report(self, checked: list[Checked]) -> int:
        uids = [each.sop_instance_uid for each in checked if each.is_report]
        if not uids:
            return 0
        sql = (
            "SELECT id FROM outgoing WHERE sop_instance_uid = ?"
            " AND kind IN ('report', 'native-report')"
        )
        row = self._ledger.row(sql, uids[-1])
        return int(row["id"]) if row else 0

    def _checked_object(self, row: sqlite3.Row) -> Checked:
        instance = instance_of(row)
        path = self._spool / instance.path
        if row["remains"] == "nothing" or not row["finished"]:  # gone, or just being cut
            size_bytes, condition = 0, None
        elif row["remains"] == "header":
            size_bytes, condition = _size(path), condition_of_report(path, row["rest"])
        else:
            size_bytes, condition = _size(path), condition_of_object(path, instance)
        name = str(path.relative_to(self._data_dir))
        uid = instance.sop_instance_uid
        return Checked(name, uid, instance.id, False, size_bytes, condition)

    def _checked_report(self, row: sqlite3.Row) -> Checked:
        path = self._outbox / row["path"]
        condition = condition_of_report(path, row["sha256"])
        name = str(path.relative_to(self._data_dir))
        uid, instance_id = row["sop_instance_uid"], row["instance_id"]
        return Checked(name, uid, instance_id, True, _size(path), condition)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
