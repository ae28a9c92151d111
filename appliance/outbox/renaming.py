"""What waits under the former name of a destination goes on under its new one.

**Knows:** which deliveries may change their destination, and what becomes of those that the new
name has already.
**Does not know:** which destinations are configured, and who asked for it.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.ledger import Ledger
from appliance.outbox import statements
from appliance.outbox.delivery import Kind

_OPEN = """
d.destination = ?1 AND (d.state IN ('waiting', 'leased') OR d.state = 'refused')
  AND NOT EXISTS (SELECT 1 FROM reduction r WHERE r.instance_id = o.instance_id)
  AND NOT EXISTS (SELECT 1 FROM report_removal x WHERE x.outgoing_id = o.id)
"""
_TAKEN = "o.kind IN (SELECT value FROM json_each(?3))"
_THERE = """
EXISTS (SELECT 1 FROM delivery n WHERE n.outgoing_id = d.outgoing_id AND n.destination = ?2)
"""
_UNDER_WAY = "d.state = 'leased' AND d.leased_until > ?4 AND d.leased_until <= ?4 + ?5"

_COUNTS = """
SELECT count(*) FILTER (WHERE {taken} AND NOT {there}) AS moved,
  count(*) FILTER (WHERE {taken} AND {there}) AS there_already,
  count(*) FILTER (WHERE NOT {taken}) AS not_taken,
  count(*) FILTER (WHERE {under_way}) AS under_way
FROM delivery d JOIN outgoing o ON o.id = d.outgoing_id WHERE {open}
"""
_IDS = (
    "SELECT d.id FROM delivery d JOIN outgoing o ON o.id = d.outgoing_id WHERE {open} AND {taken}"
)
_DROP = "DELETE FROM delivery WHERE id IN ({ids} AND {there})"
_MOVE = """
UPDATE delivery SET destination = ?2, state = 'waiting', attempts = 0, leased_until = 0,
  failed_alone = 0, last_error = '', ended_at = NULL,
  failed_s_before = (SELECT failed_s FROM destination WHERE name = ?2)
WHERE id IN ({ids})
"""
_PARTS = {"open": _OPEN, "taken": _TAKEN, "there": _THERE, "under_way": _UNDER_WAY}
_IDS = _IDS.format(**_PARTS)
_COUNTS, _DROP, _MOVE = (each.format(ids=_IDS, **_PARTS) for each in (_COUNTS, _DROP, _MOVE))

_ROUTE = """
UPDATE routed SET destinations = (
  SELECT json_group_array(CASE value WHEN ?1 THEN ?2 ELSE value END)
  FROM json_each(destinations))
WHERE kind = 'native-report'
  AND EXISTS (SELECT 1 FROM json_each(destinations) WHERE value = ?1)
  AND NOT EXISTS (SELECT 1 FROM outgoing o WHERE o.instance_id = routed.instance_id)
"""
"""Native reports that were routed there, and are not handed over yet."""

LONGEST_LEASE_S = 2 * 86400.0
"""A lease that ends later was written before the wall clock was set back."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move does, or would do.

    Attributes:
        moved: Deliveries that wait under the new name now; refused ones are tried once more.
        there_already: Deliveries that the new name has, or had, and the old one need not make.
        not_taken: Deliveries of kinds that the new name is not sent; they stay.
        under_way: Deliveries that are being made this moment under the old name.
    """

    moved: int
    there_already: int
    not_taken: int
    under_way: int


class Renaming:
    """From the name ``old`` to ``new``, which is sent objects of ``kinds``."""

    def __init__(
        self, ledger: Ledger, clock: Clock, old: str, new: str, kinds: Collection[Kind]
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self.old, self.new = old, new
        self._kinds = json.dumps(sorted(kinds))

    def is_known(self) -> bool:
        """Whether anything was ever meant for the old name."""
        return self._ledger.row("SELECT 1 FROM destination WHERE name = ?", self.old) is not None

    def looked_at(self) -> Moved:
        """What would be done now."""
        what = (self.old, self.new, self._kinds)
        rows = self._ledger.rows(_COUNTS, *what, self._clock.wall(), LONGEST_LEASE_S)
        return Moved(**dict(rows[0]))

    def done(self) -> Moved:
        """Do it, unless something is under way; joins the ledger transaction around it."""
        what = (self.old, self.new, self._kinds)
        with self._ledger.transaction():
            found = self.looked_at()
            if not found.under_way:
                self._ledger.execute(statements.MEET, self.new)
                self._ledger.execute(_DROP, *what)
                self._ledger.execute(_MOVE, *what)
                self._ledger.execute(_ROUTE, self.old, self.new)
        return found
