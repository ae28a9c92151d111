"""What persons said of the first screens of each scanner and layout."""

from appliance.ledger import Ledger

_COUNT = """
SELECT count(DISTINCT q.study_instance_uid) AS studies
FROM confirmation c JOIN quarantined q ON q.id = c.quarantined_id
WHERE c.scanner = ?1 AND c.layout = ?2 AND c.id > (
  SELECT coalesce(max(id), 0) FROM confirmation
  WHERE scanner = ?1 AND layout = ?2 AND confirmed = 0
)
"""


class Confirmations:
    """The table ``confirmation``; calls join the ledger transaction around them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(self, case_id: int, scanner: str, layout: str, *, confirmed: bool) -> None:
        """A person ``confirmed`` a case as it was read, or else corrected or discarded it."""
        self._ledger.execute(
            "INSERT INTO confirmation (quarantined_id, scanner, layout, confirmed)"
            " VALUES (?, ?, ?, ?)",
            case_id,
            scanner,
            layout,
            int(confirmed),
        )

    def count(self, scanner: str, layout: str) -> int:
        """Studies confirmed since the last one that was not; each counts once."""
        row = self._ledger.row(_COUNT, scanner, layout)
        return int(row["studies"]) if row else 0
