"""How deliveries ended, in the order in which they were planned."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from appliance.ledger import Ledger
from appliance.outbox.delivery import State

_SELECT = """
SELECT d.id, d.destination, d.state, d.study_instance_uid, o.sop_class_uid, d.ended_at
FROM delivery d JOIN outgoing o ON o.id = d.outgoing_id
"""


@dataclass(frozen=True, slots=True)
class Ending:
    """A delivery; ``ended_at`` is seconds since the epoch, None while it has not ended."""

    id: int
    destination: str
    state: State
    study_instance_uid: str
    sop_class_uid: str
    ended_at: float | None

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.state in (State.WAITING, State.LEASED)


def planned_after(ledger: Ledger, delivery_id: int, most: int) -> list[Ending]:
    """The next ``most`` after that one, whether they ended or not."""
    return _endings(ledger, f"{_SELECT} WHERE d.id > ? ORDER BY d.id LIMIT ?", delivery_id, most)


def ended_of(ledger: Ledger, delivery_ids: Collection[int]) -> list[Ending]:
    """Those of ``delivery_ids`` that have ended."""
    among = "d.id IN (SELECT value FROM json_each(?))"
    sql = f"{_SELECT} WHERE {among} AND d.state IN ('delivered', 'refused') ORDER BY d.id"
    return _endings(ledger, sql, json.dumps(list(delivery_ids)))


def newest(ledger: Ledger) -> int:
    """The id of the newest delivery; 0 when there is none."""
    row = ledger.row("SELECT coalesce(max(id), 0) AS id FROM delivery")
    return int(row["id"]) if row else 0


def open_now(ledger: Ledger) -> list[int]:
    """Every delivery that waits."""
    rows = ledger.rows("SELECT id FROM delivery WHERE state IN ('waiting', 'leased') ORDER BY id")
    return [int(row["id"]) for row in rows]


def _endings(ledger: Ledger, sql: str, *parameters: object) -> list[Ending]:
    return [
        Ending(row[0], row[1], State(row[2]), row[3], row[4], row[5])
        for row in ledger.rows(sql, *parameters)
    ]
