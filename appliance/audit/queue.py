"""Messages that were not sent yet, and how far each of their sources was told."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from appliance.audit.message import AuditMessage
from appliance.audit.xml import as_xml
from appliance.ledger import Ledger

LOST = "lost"
"""The mark that counts what found no room."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits; ``number`` is its place in all that was ever written."""

    number: int
    occurred_at: float
    event: str
    xml: str


class AuditQueue:
    """The queue in a ledger, of at most ``limit`` messages.

    ``put`` joins the ledger transaction around it.
    """

    def __init__(self, ledger: Ledger, source_id: str, site_id: str, limit: int) -> None:
        self._ledger = ledger
        self._source = (source_id, site_id)
        self._limit = limit

    def put(self, message: AuditMessage) -> bool:
        """Keep a message until it is sent; False, and it is counted, when there is no room."""
        with self._ledger.transaction():
            if self.room() <= 0:
                self.set_mark(LOST, (self.mark(LOST) or 0) + 1)
                return False
            self._ledger.execute(
                "INSERT INTO audit_message (occurred_at, event, xml) VALUES (?, ?, ?)",
                message.occurred_at,
                message.event.value,
                as_xml(message, *self._source),
            )
        return True

    def room(self) -> int:
        """How many messages more there is room for."""
        return self._limit - self.count()

    def count(self) -> int:
        """How many wait; their numbers have no gaps, for only the first of them ever go."""
        row = self._ledger.row(
            "SELECT (SELECT max(id) FROM audit_message) - (SELECT min(id) FROM audit_message) + 1"
        )
        return int(row[0] or 0) if row else 0

    def waiting(self, most: int) -> list[Waiting]:
        """The first ``most`` that wait, in order."""
        rows = self._ledger.rows("SELECT * FROM audit_message ORDER BY id LIMIT ?", most)
        return [_waiting(row) for row in rows]

    def taken(self, last_number: int) -> None:
        """Everything up to that number was taken by the repository."""
        self._ledger.execute("DELETE FROM audit_message WHERE id <= ?", last_number)

    def mark(self, source: str) -> int | None:
        """How far a source was told; None: it was never looked at."""
        row = self._ledger.row("SELECT mark FROM audit_mark WHERE source = ?", source)
        return int(row["mark"]) if row else None

    def set_mark(self, source: str, mark: int) -> None:
        """It was told that far."""
        sql = (
            "INSERT INTO audit_mark (source, mark) VALUES (?, ?)"
            " ON CONFLICT (source) DO UPDATE SET mark = excluded.mark"
        )
        self._ledger.execute(sql, source, mark)

    def open_deliveries(self) -> list[int]:
        """Deliveries that had not ended when they were looked at."""
        rows = self._ledger.rows("SELECT delivery_id FROM audit_open_delivery ORDER BY 1")
        return [int(row["delivery_id"]) for row in rows]

    def note_deliveries(self, open_: Collection[int], ended: Collection[int]) -> None:
        """Remember those that are ``open_``, forget those that have ``ended``."""
        self._ledger.execute(
            "INSERT OR IGNORE INTO audit_open_delivery (delivery_id)"
            " SELECT value FROM json_each(?)",
            json.dumps(list(open_)),
        )
        self._ledger.execute(
            "DELETE FROM audit_open_delivery WHERE delivery_id IN (SELECT value FROM json_each(?))",
            json.dumps(list(ended)),
        )


def _waiting(row: sqlite3.Row) -> Waiting:
    return Waiting(row["id"], row["occurred_at"], row["event"], row["xml"])
