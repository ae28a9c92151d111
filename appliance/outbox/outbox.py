"""Reports in, deliveries out."""

import hashlib
import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from appliance.clock import Clock
from appliance.ledger import Ledger
from appliance.ledger.durable import FOLDER_MODE, PART_SUFFIX, write_file
from appliance.outbox.delivery import Backlog, Delivery, Report

SUFFIX = ".dcm"
HORIZON_S = 2 * 86400.0
"""No pause is longer; a later end was written before the wall clock was set back."""

_UID = re.compile(r"[0-9.]{1,64}")

_LEASE = """
UPDATE delivery SET state = 'leased', leased_until = ?1 + ?2, attempts = attempts + 1
WHERE id = (
  SELECT d.id FROM destination t
  JOIN delivery d ON d.destination = t.name JOIN report r ON r.sop_instance_uid = d.report_uid
  WHERE t.name = ?3 AND d.state IN ('waiting', 'leased')
    AND (d.state = 'waiting' AND (
        d.id > t.paused_after OR t.paused_until <= ?1 OR t.paused_until > ?1 + ?4)
      OR d.state = 'leased' AND (d.leased_until <= ?1 OR d.leased_until > ?1 + ?2))
    AND NOT EXISTS (
      SELECT 1 FROM delivery p WHERE p.report_uid = r.predecessor_uid
        AND p.destination = d.destination AND p.state IN ('waiting', 'leased'))
  ORDER BY d.attempts, d.id LIMIT 1)
RETURNING id, attempts, report_uid
"""

_MEET = "INSERT OR IGNORE INTO destination (name) VALUES (?)"

_PLAN = """
INSERT INTO delivery (report_uid, destination, state, failed_s_before, created_at)
SELECT r.sop_instance_uid, t.name, 'waiting', t.failed_s, ?2 FROM report r, destination t
WHERE t.name = ?1 AND r.id > ?3 AND NOT EXISTS (
  SELECT 1 FROM delivery d WHERE d.report_uid = r.sop_instance_uid AND d.destination = ?1)
ORDER BY r.id
"""

_PAUSE = """
UPDATE destination SET paused_until = ?2, failed_s = failed_s + ?3,
  paused_after = (SELECT max(id) FROM delivery)
WHERE name = ?1
"""

_GIVE_UP = """
UPDATE delivery SET state = 'refused', ended_at = ?1
WHERE destination = ?2 AND state = 'waiting'
  AND (SELECT failed_s FROM destination WHERE name = ?2) - failed_s_before >= ?3
"""

_RETRY = """
UPDATE delivery SET state = 'waiting', ended_at = NULL,
  failed_s_before = (SELECT failed_s FROM destination WHERE name = destination)
WHERE state IN ('waiting', 'refused')
  AND ?1 IN ('', report_uid) AND ?2 IN ('', destination)
"""

_BACKLOG = """
SELECT d.destination,
  count(*) FILTER (WHERE d.state IN ('waiting', 'leased')) AS waiting,
  count(*) FILTER (WHERE d.state = 'refused') AS refused,
  count(*) FILTER (WHERE d.state = 'delivered') AS delivered,
  (SELECT min(r.created_at) FROM delivery w JOIN report r ON r.sop_instance_uid = w.report_uid
   WHERE w.destination = d.destination AND w.state IN ('waiting', 'leased')) AS oldest_unsent_at,
  coalesce((
    SELECT e.last_error FROM delivery e
    WHERE e.destination = d.destination AND e.state <> 'delivered' AND e.last_error <> ''
    ORDER BY e.state = 'refused' DESC, e.ended_at DESC, e.id LIMIT 1), '') AS last_error
FROM delivery d
GROUP BY d.destination ORDER BY d.destination
"""


class Outbox:
    """The reports in ``folder`` and their rows; ``put`` joins the ledger transaction around it."""

    def __init__(self, folder: Path, ledger: Ledger, clock: Clock) -> None:
        folder.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        self._folder = folder
        self._ledger = ledger
        self._clock = clock
        self._planned: dict[str, int] = {}

    def put(
        self,
        report: bytes,
        sop_class_uid: str,
        sop_instance_uid: str,
        study_instance_uid: str,
        predecessor_uid: str = "",
    ) -> bool:
        """Keep ``report``, a PS3.10 file, until every destination has it.

        False when a report of that SOP Instance UID is here already: the first one stays, because
        the UID derives from what the report says. Raises OSError when it cannot be kept.
        """
        if not _UID.fullmatch(sop_instance_uid):
            raise ValueError(f"not a UID: {sop_instance_uid!r}")
        name = f"{sop_instance_uid}{SUFFIX}"
        with self._ledger.transaction():
            if self.report(sop_instance_uid) is not None:
                return False
            write_file(self._folder / name, report)
            self._ledger.execute(
                "INSERT INTO report (sop_instance_uid, sop_class_uid, study_instance_uid,"
                " predecessor_uid, path, sha256, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                sop_instance_uid,
                sop_class_uid,
                study_instance_uid,
                predecessor_uid,
                name,
                hashlib.sha256(report).hexdigest(),
                self._clock.wall(),
            )
        return True

    def report(self, sop_instance_uid: str) -> Report | None:
        """The report of that SOP Instance UID."""
        row = self._ledger.row("SELECT * FROM report WHERE sop_instance_uid = ?", sop_instance_uid)
        return self._report(row) if row else None

    def reports(self, study_instance_uid: str) -> list[Report]:
        """The reports of a study, the one that counts last."""
        rows = self._ledger.rows(
            "SELECT * FROM report WHERE study_instance_uid = ? ORDER BY id", study_instance_uid
        )
        return [self._report(row) for row in rows]

    def recover(self) -> int:
        """Remove files whose row never became durable; the count of them.

        Only for the one who puts reports, before it puts any: their studies are not decided yet,
        so the same reports will be made again.
        """
        known = {row["path"] for row in self._ledger.rows("SELECT path FROM report")}
        orphans = [
            path
            for path in self._folder.iterdir()
            if path.suffix in {SUFFIX, PART_SUFFIX} and path.name not in known
        ]
        for path in orphans:
            path.unlink()
        return len(orphans)

    def plan(self, destinations: Iterable[str]) -> None:
        """Give every report a delivery to each of ``destinations`` that has none yet.

        A destination added later gets what was made before it, too.
        """
        newest = self._ledger.row("SELECT max(id) AS id FROM report")
        last = newest["id"] or 0 if newest else 0
        for destination in destinations:
            planned = self._planned.get(destination, 0)
            if planned < last:
                self._ledger.execute(
                    "INSERT OR IGNORE INTO destination (name) VALUES (?)", destination
                )
                self._ledger.execute(_PLAN, destination, self._clock.wall(), planned)
                self._planned[destination] = last

    def lease(self, destination: str, lease_s: float) -> Delivery | None:
        """Take the next delivery that is due for ``lease_s`` seconds, or None.

        Reports tried least come first, in the order they were made; those made after a destination
        failed do not wait for its pause to end. A report waits until the one it replaces was
        delivered or refused. A lease that ran out is taken again.
        """
        rows = self._ledger.execute(
            _LEASE, self._clock.wall(), lease_s, destination, HORIZON_S
        ).fetchall()
        for row in rows:
            report = self.report(row["report_uid"])
            if report is not None:
                return Delivery(row["id"], destination, report, row["attempts"])
        return None

    def delivered(self, delivery: Delivery) -> None:
        """It arrived: the destination works, so whatever waits for it is due again."""
        with self._ledger.transaction():
            self._ledger.execute(
                "UPDATE delivery SET state = 'delivered', ended_at = ?, last_error = ''"
                " WHERE id = ? AND state <> 'delivered'",
                self._clock.wall(),
                delivery.id,
            )
            self._ledger.execute(
                "UPDATE destination SET paused_until = 0 WHERE name = ? AND paused_until <> 0",
                delivery.destination,
            )

    def failed(self, delivery: Delivery, reason: str, pause_s: float, failed_s: float = 0) -> None:
        """It did not arrive: whatever waits for that destination by now waits ``pause_s`` more.

        ``failed_s`` is how long the destination has failed since it was last told here.
        """
        with self._ledger.transaction():
            self._end_lease(delivery, "waiting", reason)
            until = self._clock.wall() + pause_s
            self._ledger.execute(_PAUSE, delivery.destination, until, failed_s)

    def refused(self, delivery: Delivery, reason: str) -> None:
        """It will not be taken: it waits for a person."""
        with self._ledger.transaction():
            if self._end_lease(delivery, "refused", reason):
                self._ledger.execute(
                    "UPDATE delivery SET ended_at = ? WHERE id = ?",
                    self._clock.wall(),
                    delivery.id,
                )

    def give_up(self, destination: str, failed_s: float) -> int:
        """Leave what has waited while ``destination`` failed for ``failed_s`` to a person."""
        now = self._clock.wall()
        return self._ledger.execute(_GIVE_UP, now, destination, failed_s).rowcount

    def retry(self, *, report_uid: str = "", destination: str = "") -> int:
        """Make refused and waiting deliveries due now; empty means any. The count of them."""
        with self._ledger.transaction():
            self._ledger.execute(
                "UPDATE destination SET paused_until = 0 WHERE ? IN ('', name)", destination
            )
            return self._ledger.execute(_RETRY, report_uid, destination).rowcount

    def refused_count(self, destination: str) -> int:
        """How many deliveries to ``destination`` wait for a person."""
        row = self._ledger.row(
            "SELECT count(*) AS n FROM delivery WHERE destination = ? AND state = 'refused'",
            destination,
        )
        return int(row["n"]) if row else 0

    def backlog(self) -> list[Backlog]:
        """How much each destination still has to get, by name."""
        return [Backlog(**row) for row in map(dict, self._ledger.rows(_BACKLOG))]

    def _end_lease(self, delivery: Delivery, state: str, reason: str) -> bool:
        # Whoever took the lease after it ran out has another count of attempts.
        ended = self._ledger.execute(
            "UPDATE delivery SET state = ?, last_error = ?"
            " WHERE id = ? AND state = 'leased' AND attempts = ?",
            state,
            reason,
            delivery.id,
            delivery.attempts,
        )
        return ended.rowcount > 0

    def _report(self, row: sqlite3.Row) -> Report:
        return Report(
            row["sop_instance_uid"],
            row["sop_class_uid"],
            row["study_instance_uid"],
            row["predecessor_uid"],
            self._folder / row["path"],
            row["sha256"],
            row["created_at"],
        )
