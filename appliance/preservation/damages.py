"""Files that were found damaged, until they are whole again."""

from dataclasses import dataclass

from appliance.ledger import Ledger
from appliance.preservation.condition import Condition


@dataclass(frozen=True, slots=True)
class Damage:
    """A file, relative to the data folder, and what was found; seconds since the epoch."""

    path: str
    sop_instance_uid: str
    condition: Condition
    found_at: float


class Damages:
    """The table ``damage``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def found(self, damage: Damage) -> bool:
        """Keep it; False when it was known, as it is or otherwise."""
        return bool(
            self._ledger.execute(
                "INSERT INTO damage (path, sop_instance_uid, kind, found_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (path) DO UPDATE SET kind = excluded.kind,"
                " found_at = excluded.found_at, mended_at = NULL WHERE mended_at IS NOT NULL",
                damage.path,
                damage.sop_instance_uid,
                damage.condition,
                damage.found_at,
            ).rowcount
        )

    def mended(self, path: str, now: float) -> bool:
        """The file is as it should be; False when it was not known to be damaged."""
        sql = "UPDATE damage SET mended_at = ? WHERE path = ? AND mended_at IS NULL"
        return bool(self._ledger.execute(sql, now, path).rowcount)

    def open(self) -> list[Damage]:
        """What is damaged now, the longest known first."""
        rows = self._ledger.rows(
            "SELECT path, sop_instance_uid, kind, found_at FROM damage WHERE mended_at IS NULL"
            " ORDER BY found_at, path"
        )
        return [Damage(row[0], row[1], Condition(row[2]), row[3]) for row in rows]

    def reported_studies(self) -> dict[str, float]:
        """Studies that ended as reported, and of which a report made here is damaged: since when.

        Seconds since the epoch, of the damage found last.
        """
        rows = self._ledger.rows(
            "SELECT o.study_instance_uid, max(x.found_at) FROM damage x"
            " JOIN outgoing o ON o.sop_instance_uid = x.sop_instance_uid AND o.kind = 'report'"
            " WHERE x.mended_at IS NULL AND 'reported' = ("
            "  SELECT outcome FROM decision WHERE study_instance_uid = o.study_instance_uid"
            "  ORDER BY id DESC LIMIT 1)"
            " GROUP BY o.study_instance_uid"
        )
        return {str(row[0]): float(row[1]) for row in rows}
