"""What was delivered to an archive, looked for there, study by study."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from appliance.ledger import Ledger

DAY_S = 86400.0
SETTLES_S = 3600.0
"""An archive may take so long to list what it was sent."""

_NEXT = """
SELECT o.study_instance_uid FROM delivery d JOIN outgoing o ON o.id = d.outgoing_id
WHERE d.destination = ?1 AND d.state = 'delivered' AND d.ended_at BETWEEN ?2 AND ?3
  AND NOT EXISTS (
    SELECT 1 FROM reconciliation c WHERE c.study_instance_uid = o.study_instance_uid
      AND c.destination = ?1 AND c.asked_at > ?4 AND c.asked_at > d.ended_at)
LIMIT 1
"""

_EXPECTED = """
SELECT o.sop_instance_uid, coalesce(m.series_instance_uid, '') AS series
FROM outgoing o JOIN delivery d ON d.outgoing_id = o.id
LEFT JOIN study_member m ON m.instance_id = o.instance_id
WHERE o.study_instance_uid = ? AND d.destination = ? AND d.state = 'delivered'
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """An object that an archive should have; its series is empty when it is not known here."""

    sop_instance_uid: str
    series_instance_uid: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """A study of which an archive lacks objects, by SOP Instance UID."""

    study_instance_uid: str
    destination: str
    asked_at: float
    expected: int
    missing: tuple[str, ...]


class Reconciliation:
    """The table ``reconciliation``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def next(
        self, destination: str, now: float, look_for_days: float, look_again_days: float
    ) -> str | None:
        """A study to look for: delivered in so many days, not looked for in so many."""
        row = self._ledger.row(
            _NEXT,
            destination,
            now - look_for_days * DAY_S,
            now - SETTLES_S,
            now - look_again_days * DAY_S,
        )
        return str(row[0]) if row else None

    def expected(self, study: str, destination: str) -> list[Expected]:
        """What was delivered of a study."""
        rows = self._ledger.rows(_EXPECTED, study, destination)
        return [Expected(str(row[0]), str(row[1])) for row in rows]

    def note(
        self, study: str, destination: str, expected: int, missing: Collection[str], now: float
    ) -> None:
        """Keep what came of a look."""
        self._ledger.execute(
            "INSERT INTO reconciliation (study_instance_uid, destination, asked_at, expected,"
            " missing) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET asked_at = ?3,"
            " expected = ?4, missing = ?5",
            study,
            destination,
            now,
            expected,
            json.dumps(sorted(missing)),
        )

    def lacking(self, destination: str = "") -> list[Lacking]:
        """Studies that were not all there at the last look; of any destination if none is named."""
        rows = self._ledger.rows(
            "SELECT * FROM reconciliation WHERE missing <> '[]' AND ? IN ('', destination)"
            " ORDER BY destination, asked_at",
            destination,
        )
        return [
            Lacking(
                row["study_instance_uid"],
                row["destination"],
                row["asked_at"],
                row["expected"],
                tuple(json.loads(row["missing"])),
            )
            for row in rows
        ]

    def looked_for(self, destination: str) -> int:
        """How many studies were looked for."""
        sql = "SELECT count(*) FROM reconciliation WHERE destination = ?"
        row = self._ledger.row(sql, destination)
        return int(row[0]) if row else 0
