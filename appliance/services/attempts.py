"""Which studies are being worked on, kept across a crash.

A study that ends the process again and again would keep every other from being reported.
"""

from appliance.ledger import Ledger

_BEGIN = """
INSERT INTO attempt (study_instance_uid, begun) VALUES (?, 1)
ON CONFLICT DO UPDATE SET begun = begun + 1
"""


class Attempts:
    """How many processes began to work on a study without ending it, this one included."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._begun: set[str] = set()

    def begin(self, study_instance_uid: str) -> int:
        """How often it was begun; what one process begins again and again counts once."""
        if study_instance_uid not in self._begun:
            self._ledger.execute(_BEGIN, study_instance_uid)
            self._begun.add(study_instance_uid)
        row = self._ledger.row(
            "SELECT begun FROM attempt WHERE study_instance_uid = ?", study_instance_uid
        )
        return int(row["begun"]) if row else 1

    def end(self, study_instance_uid: str) -> None:
        """The work ended, one way or another."""
        self._ledger.execute("DELETE FROM attempt WHERE study_instance_uid = ?", study_instance_uid)
        self._begun.discard(study_instance_uid)
