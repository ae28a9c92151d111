"""Which objects were asked of an archive: they are of the past, whenever they were received."""

from collections.abc import Iterable

from appliance.clock import Clock
from appliance.ledger import Ledger

_NOTE = """
INSERT OR IGNORE INTO retrieval (sop_instance_uid, study_instance_uid, asked_at) VALUES (?, ?, ?)
"""


class Retrievals:
    """The objects that were asked for, in a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def note(self, study: str, instances: Iterable[str]) -> None:
        """Keep that these objects of a study, by SOP Instance UID, are asked for; before asking."""
        now = self._clock.wall()
        with self._ledger.transaction() as ledger:
            for instance in instances:
                ledger.execute(_NOTE, instance, study, now)

    def was_asked_for(self, instance: str) -> bool:
        """Whether an object, by SOP Instance UID, came because it was asked for."""
        sql = "SELECT 1 FROM retrieval WHERE sop_instance_uid = ?"
        return self._ledger.row(sql, instance) is not None
