"""What is left when a study has gone: its reports, and the pictures of quarantined cases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from appliance.clock import Clock
from appliance.config import Configuration
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.ledger.durable import sync_folder
from appliance.retention.due import DAY_S
from appliance.retention.holds import Holds

BATCH = 50

_REPORTS = """
SELECT o.id, o.study_instance_uid, o.path FROM outgoing o
WHERE o.kind IN ('report', 'native-report') AND o.created_at <= ?
  AND NOT EXISTS (SELECT 1 FROM report_removal x WHERE x.outgoing_id = o.id)
  AND EXISTS (SELECT 1 FROM study_member m WHERE m.study_instance_uid = o.study_instance_uid)
  AND NOT EXISTS (
    SELECT 1 FROM study_member m LEFT JOIN reduction r ON r.instance_id = m.instance_id
    WHERE m.study_instance_uid = o.study_instance_uid
      AND coalesce(r.remains, '') <> 'nothing')
ORDER BY o.id LIMIT ?
"""

_CASES = """
SELECT q.id, q.study_instance_uid, q.folder FROM quarantined q
WHERE q.closed_as IN ('settled', 'discarded') AND q.closed_at <= ?
  AND NOT EXISTS (SELECT 1 FROM evidence_removal x WHERE x.quarantined_id = q.id)
ORDER BY q.id LIMIT ?
"""


class Leftovers:
    """Removes them, journalled; a row is durable before a file is touched."""

    def __init__(self, configuration: Configuration, ledger: Ledger, clock: Clock) -> None:
        self._settings = configuration.retention
        self._outbox = configuration.outbox_dir
        self._quarantine = configuration.quarantine_dir
        self._ledger = ledger
        self._clock = clock
        self._holds = Holds(ledger, configuration)
        self._journal = Journal(ledger, clock)

    def work(self) -> int:
        """Remove what is due now, a batch; returns how many reports and cases."""
        removed = self._plan_reports() + self._plan_cases()
        self.carry_out()
        return removed

    def carry_out(self) -> None:
        """Remove the files of what is written down; raises OSError."""
        for number, path in self._unfinished("report_removal", "outgoing_id", "outgoing", "path"):
            (self._outbox / path).unlink(missing_ok=True)
            sync_folder(self._outbox)
            self._finish("report_removal", "outgoing_id", number)
        for number, name in self._unfinished(
            "evidence_removal", "quarantined_id", "quarantined", "folder"
        ):
            shutil.rmtree(self._quarantine / name, ignore_errors=True)
            self._finish("evidence_removal", "quarantined_id", number)

    def _plan_reports(self) -> int:
        if not self._settings.reports_days:
            return 0
        now = self._clock.wall()
        with self._ledger.transaction() as ledger:
            rows = ledger.rows(_REPORTS, now - self._settings.reports_days * DAY_S, BATCH)
            free = [
                row
                for row in rows
                if not self._holds.of_study(row["study_instance_uid"])
                and row["id"] not in self._holds.reports(row["study_instance_uid"])
            ]
            for row in free:
                sql = "INSERT INTO report_removal (outgoing_id, removed_at) VALUES (?, ?)"
                ledger.execute(sql, row["id"], now)
                self._tell("report-removed", row["study_instance_uid"])
        return len(free)

    def _plan_cases(self) -> int:
        if not self._settings.quarantine_days:
            return 0
        now = self._clock.wall()
        with self._ledger.transaction() as ledger:
            rows = ledger.rows(_CASES, now - self._settings.quarantine_days * DAY_S, BATCH)
            for row in rows:
                sql = "INSERT INTO evidence_removal (quarantined_id, removed_at) VALUES (?, ?)"
                ledger.execute(sql, row["id"], now)
                self._tell("evidence-removed", row["study_instance_uid"])
        return len(rows)

    def _tell(self, kind: str, study: str) -> None:
        self._journal.append(kind, {"study_instance_uid": study})

    def _unfinished(
        self, table: str, key: str, of_table: str, name: str
    ) -> Iterator[tuple[int, Path]]:
        rows = self._ledger.rows(
            f"SELECT x.{key}, t.{name} FROM {table} x JOIN {of_table} t ON t.id = x.{key}"  # noqa: S608 - our own names
            " WHERE x.finished = 0"
        )
        return ((int(row[0]), Path(row[1])) for row in rows)

    def _finish(self, table: str, key: str, number: int) -> None:
        sql = f"UPDATE {table} SET finished = 1 WHERE {key} = ?"  # noqa: S608 - our own names
        self._ledger.execute(sql, number)
