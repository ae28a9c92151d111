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
_RESULTS = """
SELECT s.id, s.occasion, s.begun_at, e.name,
  json_extract(e.content, '$.workstation') AS workstation,
  (SELECT json_extract(h.body, '$.operator') FROM display_happening h
   WHERE h.session_id = s.id AND h.number = 0) AS operator,
  (SELECT h.body FROM display_happening h WHERE h.session_id = s.id AND h.kind = 'ended'
   ORDER BY h.number DESC LIMIT 1) AS ended,
  EXISTS (SELECT 1 FROM display_happening h WHERE h.session_id = s.id AND h.kind = 'repeated'
    AND h.number > (SELECT max(x.number) FROM display_happening x
      WHERE x.session_id = s.id AND x.kind = 'ended')) AS is_reopened
FROM display_session s JOIN display_entry e ON e.id = s.display_entry_id
"""
_CHOSEN = """
SELECT * FROM (%s WHERE s.id < ?1
  AND (?2 = '' OR e.name = ?2)
  AND (?3 = '' OR s.occasion = ?3)
  AND (?4 IS NULL OR s.begun_at >= ?4) AND (?5 IS NULL OR s.begun_at < ?5))
WHERE (?6 = '' OR workstation = ?6)
  AND (?7 = '' OR (json_extract(ended, '$.verdict') = ?7 AND NOT is_reopened))
ORDER BY id DESC LIMIT ?8
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which results are looked for; what is empty or None leaves none out.

    Attributes:
        since: Begun then or later, seconds since the epoch; ``until``: before then.
        before: Of tests of lower numbers.
    """

    display: str = ""
    workstation: str = ""
    occasion: str = ""
    verdict: str = ""
    since: float | None = None
    until: float | None = None
    before: int = 2**62
    most: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A test in a list: ``verdict`` is empty while it goes on, or where it was given up."""

    identifier: int
    display: str
    workstation: str
    occasion: str
    at: float
    operator: str
    verdict: str
    is_given_up: bool
    is_going_on: bool


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

    def results(self, wanted: Wanted) -> list[Result]:
        """Those tests, the newest first, without reading all that happened in them."""
        rows = self._ledger.rows(
            _CHOSEN % _RESULTS,
            wanted.before,
            wanted.display,
            wanted.occasion,
            wanted.since,
            wanted.until,
            wanted.workstation,
            wanted.verdict,
            wanted.most,
        )
        return [_result(row) for row in rows]

    def without_last(self, kind: str) -> list[Opened]:
        """Every test in which nothing of that kind was the last to happen, the oldest first."""
        where = "WHERE coalesce(last_kind, '') <> ? ORDER BY s.id"
        return [_opened(row) for row in self._ledger.rows(f"{_OF} {where}", kind)]

    def version(self) -> tuple[int, int]:
        """Another one whenever something happened in a test, or was entered in the register."""
        sql = "SELECT count(*) AS happened, (SELECT max(id) FROM display_entry) AS entered"
        row = self._ledger.row(f"{sql} FROM display_happening")
        return (row["happened"], row["entered"] or 0) if row else (0, 0)

    def _count(self, session: int) -> int:
        sql = "SELECT coalesce(max(number) + 1, 0) AS count FROM display_happening"
        row = self._ledger.row(f"{sql} WHERE session_id = ?", session)
        return int(row["count"]) if row else 0


def _kept(row: Row) -> Kept:
    return Kept(row["number"], row["at"], row["kind"], json.loads(row["body"]))


def _opened(row: Row) -> Opened:
    return Opened(row["id"], row["name"], row["display_entry_id"], row["occasion"], row["begun_at"])


def _result(row: Row) -> Result:
    ended = json.loads(row["ended"]) if row["ended"] else {}
    is_given_up = bool(ended.get("is_given_up"))
    is_going_on = not is_given_up and (not ended or bool(row["is_reopened"]))
    return Result(
        identifier=row["id"],
        display=row["name"],
        workstation=row["workstation"] or "",
        occasion=row["occasion"],
        at=row["begun_at"],
        operator=row["operator"] or "",
        verdict="" if is_going_on else str(ended.get("verdict", "")),
        is_given_up=is_given_up,
        is_going_on=is_going_on,
    )
