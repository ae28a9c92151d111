"""Who called the box lately, and what was agreed on or why not: the table ``caller``.

Written by the receiver, from memory and seldom, and bounded: a stranger who calls again and again,
or under ever new names, fills nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from appliance.ledger import Ledger

MOST = 200
"""Rows; the callers that are heard of longest ago go."""
_NOTE = """
INSERT INTO caller (calling_ae, called_ae, address, refused, first_at, called_at, calls,
  verified_at, negotiated)
VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8)
ON CONFLICT (calling_ae, called_ae, address) DO UPDATE SET
  refused = excluded.refused, called_at = excluded.called_at, calls = calls + excluded.calls,
  verified_at = coalesce(excluded.verified_at, verified_at),
  negotiated = CASE excluded.negotiated WHEN '{}' THEN negotiated ELSE excluded.negotiated END
"""
_FORGET = """
DELETE FROM caller WHERE rowid IN (
  SELECT rowid FROM caller ORDER BY called_at DESC, rowid DESC LIMIT -1 OFFSET ?
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One that called; times are wall times in seconds since the epoch.

    Attributes:
        calling_ae: As the caller named itself; empty where it failed at TLS before it did.
        called_ae: Whom it wanted; empty likewise.
        refused: Why it was turned away the last time, a word; empty: it was let in.
        calls: How often it called since it was first noted.
        verified_at: When it last sent a C-ECHO; None: never.
        negotiated: What was agreed on the last time, as ``Negotiated.as_json`` has it; empty: none.
    """

    calling_ae: str
    called_ae: str
    address: str
    called_at: float
    refused: str = ""
    first_at: float = 0.0
    calls: int = 1
    verified_at: float | None = None
    negotiated: Mapping[str, Any] = field(default_factory=dict)


class Calls:
    """The table ``caller``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def note(self, callers: list[Caller]) -> None:
        """What was heard since the last time, durable together."""
        with self._ledger.transaction():
            for each in callers:
                self._ledger.execute(
                    _NOTE,
                    each.calling_ae,
                    each.called_ae,
                    each.address,
                    each.refused,
                    each.called_at,
                    each.calls,
                    each.verified_at,
                    json.dumps(dict(each.negotiated), sort_keys=True),
                )
            self._ledger.execute(_FORGET, MOST)

    def since(self, wall_s: float) -> list[Caller]:
        """Who called at that time or later, the last one first."""
        rows = self._ledger.rows(
            "SELECT * FROM caller WHERE called_at >= ? ORDER BY called_at DESC", wall_s
        )
        return [Caller(**dict(row) | {"negotiated": _object(row["negotiated"])}) for row in rows]


def _object(text: str) -> dict[str, Any]:
    told = json.loads(text)
    return told if isinstance(told, dict) else {}
