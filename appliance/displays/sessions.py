"""Every test of a display: when it began, of which entry, and what happened in it, in order."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from sqlite3 import IntegrityError, Row
from typing import Any

from appliance.clock import Clock
from appliance.errors import NotFoundError
from appliance.ledger import Ledger

_OF = """
SELECT s.id, s.display_entry_id, s.occasion, s.begun_at, e.name, (
  SELECT h.kind FROM display_happening h WHERE h.session_id = s.id ORDER BY h.number DESC LIMIT 1
) AS last_kind
FROM display_session s JOIN display_entry e ON e.id = s.display_entry_id
"""
_BEGIN = "INSERT INTO display_session (display_entry_id, occasion, begun_at) VALUES (?, ?, ?)"
_APPEND = """
INSERT INTO display_happening (session_id, number, at, kind, body) VALUES (?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A happening as it is kept: ``at`` in seconds since the epoch."""

    number: int
    at: float
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """A test: of which display, by which of its entries, on which occasion, and since when."""

    identifier: int
    display: str
    entry: int
    occasion: str
    at: float


class Sessions:
    """The tests in a ledger; calls join the ledger transaction around them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def begin(self, entry: int, occasion: str) -> int:
        """A test of the display of that entry; its identifier."""
        now = self._clock.wall()
        row = self._ledger.execute(_BEGIN, entry, occasion, now)
        return int(row.lastrowid or 0)

    def append(self, session: int, number: int, kind: str, body: Mapping[str, Any]) -> bool:
        """Keep the ``number``-th happening, counted from 0, durable when this returns.

        False: something else happened first, and nothing was kept.
        """
        text = json.dumps(body, ensure_ascii=False, allow_nan=False)
        with self._ledger.transaction():
            if number != self._count(session):
                return False
            try:
                self._ledger.execute(_APPEND, session, number, self._clock.wall(), kind, text)
            except IntegrityError as failure:
                raise NotFoundError("there is no such test", str(session)) from failure
        return True

    def happenings(self, session: int) -> list[Kept]:
        """What happened in it, in order."""
        sql = "SELECT * FROM display_happening WHERE session_id = ? ORDER BY number"
        return [_kept(row) for row in self._ledger.rows(sql, session)]

    def opened(self, session: int) -> Opened:
        """One test. Raises NotFoundError."""
        row = self._ledger.row(f"{_OF} WHERE s.id = ?", session)
        if row is None:
            raise NotFoundError("there is no such test", str(session))
        return _opened(row)

    def every(self, occasions: Collection[str], display: str = "") -> list[Opened]:
        """Every test of these occasions, or every one of a display, the oldest first."""
        marks = ", ".join("?" * len(occasions))
        of = "AND e.name = ?" if display else ""
        named = [display] if display else []
        sql = f"{_OF} WHERE s.occasion IN ({marks}) {of} ORDER BY s.id"
        return [_opened(row) for row in self._ledger.rows(sql, *occasions, *named)]

    def without_last(self, kind: str) -> list[Opened]:
        """Every test in which nothing of that kind was the last to happen, the oldest first."""
        where = "WHERE coalesce(last_kind, '') <> ? ORDER BY s.id"
        return [_opened(row) for row in self._ledger.rows(f"{_OF} {where}", kind)]

    def _count(self, session: int) -> int:
        sql = "SELECT coalesce(max(number) + 1, 0) AS count FROM display_happening"
        row = self._ledger.row(f"{sql} WHERE session_id = ?", session)
        return int(row["count"]) if row else 0


def _kept(row: Row) -> Kept:
    return Kept(row["number"], row["at"], row["kind"], json.loads(row["body"]))


def _opened(row: Row) -> Opened:
    return Opened(row["id"], row["name"], row["display_entry_id"], row["occasion"], row["begun_at"])
