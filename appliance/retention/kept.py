"""Decided studies, and when to look at each again, so that nobody looks at all of them."""

from appliance.ledger import Ledger

BATCH = 500
_FOLLOW = """
INSERT INTO kept_study (study_instance_uid, decision_id, decided_at)
SELECT study_instance_uid, max(id), decided_at FROM (
  SELECT id, study_instance_uid, decided_at FROM decision
  WHERE id > (SELECT coalesce(max(decision_id), 0) FROM kept_study) ORDER BY id LIMIT ?1)
GROUP BY study_instance_uid
ON CONFLICT (study_instance_uid) DO UPDATE SET
  decision_id = excluded.decision_id, decided_at = excluded.decided_at, has_pixels = 1, look_at = 0
"""

_NEW = """
SELECT 1 FROM decision WHERE id > (SELECT coalesce(max(decision_id), 0) FROM kept_study) LIMIT 1
"""

_CAME_BACK = """
UPDATE kept_study SET has_pixels = 1, look_at = 0
WHERE study_instance_uid IN (
  SELECT study_instance_uid FROM recall JOIN study_member USING (instance_id) WHERE came_at >= ?)
"""


class KeptStudies:
    """The table ``kept_study``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def begin(self, settings: str, now_s: float) -> None:
        """Look at every study again if these are other settings than before."""
        row = self._ledger.row("SELECT settings FROM keeper_look")
        if row is not None and row["settings"] == settings:
            return
        with self._ledger.transaction():
            self._ledger.execute("UPDATE kept_study SET look_at = 0 WHERE look_at > 0")
            self._ledger.execute(
                "INSERT INTO keeper_look (id, looked_at, settings) VALUES (1, ?1, ?2)"
                " ON CONFLICT (id) DO UPDATE SET settings = ?2",
                now_s,
                settings,
            )

    def follow(self, since_s: float) -> int:
        """Take in what was decided, and what came back since a moment; how much was decided."""
        if self._ledger.row("SELECT 1 FROM recall WHERE came_at >= ?", since_s):
            self._ledger.execute(_CAME_BACK, since_s)
        if not self._ledger.row(_NEW):
            return 0
        return self._ledger.execute(_FOLLOW, BATCH).rowcount

    def looked_at(self) -> float | None:
        """When the keeper looked at the clock last, seconds since the epoch."""
        row = self._ledger.row("SELECT looked_at FROM keeper_look")
        return float(row["looked_at"]) if row else None

    def note_look(self, now_s: float) -> None:
        """It looks now."""
        self._ledger.execute("UPDATE keeper_look SET looked_at = ?", now_s)

    def due(self, now_s: float) -> str | None:
        """The study that has waited longest to be looked at; None when none is due."""
        sql = (
            "SELECT study_instance_uid FROM kept_study WHERE look_at <= ? ORDER BY look_at LIMIT 1"
        )
        row = self._ledger.row(sql, now_s)
        return str(row[0]) if row else None

    def with_pixels(self, after: tuple[float, str] = (0.0, "")) -> tuple[float, str] | None:
        """When it was decided, and the study: the first after that one that has pixels to drop."""
        row = self._ledger.row(
            "SELECT decided_at, study_instance_uid FROM kept_study WHERE has_pixels = 1"
            " AND (decided_at, study_instance_uid) > (?, ?)"
            " ORDER BY decided_at, study_instance_uid LIMIT 1",
            *after,
        )
        return (float(row[0]), str(row[1])) if row else None

    def look_again(self, study: str, at_s: float, *, has_pixels: bool) -> None:
        """Do not look at it before ``at_s``, seconds since the epoch."""
        sql = "UPDATE kept_study SET look_at = ?, has_pixels = ? WHERE study_instance_uid = ?"
        self._ledger.execute(sql, at_s, int(has_pixels), study)
