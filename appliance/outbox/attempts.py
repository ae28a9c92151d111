"""Every attempt at a delivery: when it was made, how it ended and why.

Kept beside the delivery, by the transactions that lease it and end the lease. An attempt that has
no end is under way, or power or process went away in the middle of it.
"""

import json
import sqlite3
from collections.abc import Sequence
from enum import StrEnum

from appliance.clock import Clock
from appliance.ledger import Ledger
from appliance.outbox.delivery import Delivery

KEPT = 20
"""Of a delivery that was tried more often, the last ones, beside the first one."""

_BEGIN = """
INSERT OR REPLACE INTO delivery_attempt (delivery_id, number, began_at)
SELECT id, attempts, ?2 FROM delivery WHERE id IN (SELECT value FROM json_each(?1))
"""
_TRIM = """
DELETE FROM delivery_attempt
WHERE delivery_id IN (SELECT value FROM json_each(?1)) AND number > 1
  AND number <= (SELECT attempts FROM delivery WHERE id = delivery_id) - ?2
"""
_END = """
UPDATE delivery_attempt SET ended_at = ?, ended_as = ?, why = ?
WHERE delivery_id = ? AND number = ? AND ended_at IS NULL
"""
_FORGET = "DELETE FROM delivery_attempt WHERE delivery_id = ? AND number = ? AND ended_at IS NULL"


class Came(StrEnum):
    """What came of an attempt."""

    DELIVERED = "delivered"
    FAILED = "failed"
    """It was to be tried again."""
    REFUSED = "refused"
    """Refused for good, or given up."""
    UNDER_WAY = "under-way"
    CUT_OFF = "cut-off"
    """Power or process went away in the middle of it, so what came of it is not known."""


class Attempts:
    """Joins the ledger transaction around it."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def begin(self, leased: Sequence[sqlite3.Row]) -> None:
        """Attempts at what was leased, by ``id`` and ``attempts``, begin now."""
        ids = json.dumps([row["id"] for row in leased])
        self._ledger.execute(_BEGIN, ids, self._clock.wall())
        if any(row["attempts"] > KEPT + 1 for row in leased):
            self._ledger.execute(_TRIM, ids, KEPT)

    def end(self, delivery: Delivery, came: Came, why: str = "") -> None:
        """That came of it, whoever has the lease by now; ``why`` is what is kept of a failure."""
        now = self._clock.wall()
        self._ledger.execute(_END, now, came, why, delivery.id, delivery.attempts)

    def forget(self, delivery: Delivery) -> None:
        """It was none."""
        self._ledger.execute(_FORGET, delivery.id, delivery.attempts)
