"""How far what leaves of one study is, destination by destination, for people."""

import sqlite3
from dataclasses import dataclass

from appliance.ledger import Ledger
from appliance.outbox.attempts import Came
from appliance.outbox.delivery import REPORTS, Kind, State

_SENT = """
SELECT o.kind, o.id AS outgoing_id, o.sop_instance_uid, d.destination, d.state,
  count(*) AS objects, max(d.attempts) AS attempts, min(d.created_at) AS created_at,
  max(d.ended_at) AS ended_at, max(d.last_error) AS last_error, max(d.leased_until) AS leased_until,
  t.paused_until, t.held
FROM delivery d JOIN outgoing o ON o.id = d.outgoing_id JOIN destination t ON t.name = d.destination
WHERE d.study_instance_uid = ?
GROUP BY d.destination, o.kind, d.state,
  CASE WHEN o.kind IN ('report', 'native-report') THEN o.id ELSE 0 END
ORDER BY d.destination, min(o.id)
"""
_TRIED = """
SELECT d.destination, o.kind, d.state,
  CASE WHEN o.kind IN ('report', 'native-report') THEN o.id END AS outgoing_id,
  CASE WHEN o.kind IN ('report', 'native-report') THEN a.number END AS number,
  coalesce(a.ended_as, CASE WHEN d.state = 'leased' AND a.number = d.attempts
    THEN 'under-way' ELSE 'cut-off' END) AS outcome,
  a.why, count(*) AS attempts, min(a.began_at) AS began_at, max(a.ended_at) AS ended_at
FROM delivery d JOIN outgoing o ON o.id = d.outgoing_id JOIN delivery_attempt a
  ON a.delivery_id = d.id
WHERE d.study_instance_uid = ?
GROUP BY d.destination, o.kind, d.state, 4, 5, 6, a.why
ORDER BY 5, min(a.began_at), min(a.number), max(a.ended_at)
"""
_COMMITTED = """
SELECT c.destination, c.state, count(*) AS objects, min(c.delivered_at) AS delivered_at,
  max(c.due_at) AS due_at, max(c.ended_at) AS ended_at, max(c.failure) AS failure
FROM outgoing o JOIN commitment c ON c.kept_uid = o.sop_instance_uid
WHERE o.study_instance_uid = ? GROUP BY c.destination, c.state ORDER BY 1, 2
"""


_OF_ATTEMPT = ("number", "why", "attempts", "began_at", "ended_at")
_Stands = tuple[str, str, str, int | None]
"""Destination, kind, state, and of a report which one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An attempt at a report, or all attempts at objects of another kind that ended alike.

    Attributes:
        number: Which attempt at the report it was, from 1; None: not of a report.
        outcome: What came of it.
        why: Why it did not arrive, as in ``Sent.last_error``; empty: it did, or is not known.
        attempts: How many there are.
        began_at: When the first of them began, seconds since the epoch.
        ended_at: When the last of them ended; None: it did not, as far as is known.
    """

    number: int | None
    outcome: Came
    why: str
    attempts: int
    began_at: float
    ended_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A report on its way to a destination, or all objects of another kind that stand alike.

    Attributes:
        outgoing_id: Of the report; of the first of the others.
        attempts: How often it was tried; of several the most.
        last_error: Why it did not arrive, the last time; empty: it did, or was not tried.
        paused_until: Until when nothing is tried for the destination, seconds since the epoch.
        held: Why nothing is tried for it at all, or empty.
        tried: What is kept of its attempts: of each delivery the first and the last 20, without
            those that an older version of the appliance made.
    """

    kind: Kind
    outgoing_id: int
    sop_instance_uid: str
    destination: str
    state: State
    objects: int
    attempts: int
    created_at: float
    ended_at: float | None
    last_error: str
    leased_until: float
    paused_until: float
    held: str
    tried: tuple[Tried, ...] = ()

    def next_at(self, now: float) -> float | None:
        """When it is tried next, as far as is known; None: it is not to be, or at once."""
        if self.state is not State.WAITING or self.paused_until <= now:
            return None
        return self.paused_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Objects about which a destination was asked whether it keeps them, those that stand alike.

    ``failure`` is a Failure Reason (0008,1197); times are seconds since the epoch.
    """

    destination: str
    state: str
    objects: int
    delivered_at: float
    due_at: float
    ended_at: float | None
    failure: int | None


def sent(ledger: Ledger, study_instance_uid: str) -> tuple[Sent, ...]:
    """Every delivery of a study."""
    tried = _tried(ledger, study_instance_uid)
    return tuple(
        Sent(
            **dict(row) | {"kind": Kind(row["kind"]), "state": State(row["state"])},
            tried=tuple(tried.get(_stands(row), ())),
        )
        for row in ledger.rows(_SENT, study_instance_uid)
    )


def _tried(ledger: Ledger, study_instance_uid: str) -> dict[_Stands, list[Tried]]:
    """The attempts at what stands alike, in order."""
    found: dict[_Stands, list[Tried]] = {}
    for row in ledger.rows(_TRIED, study_instance_uid):
        told = {name: row[name] for name in _OF_ATTEMPT} | {"outcome": Came(row["outcome"])}
        found.setdefault(_stands(row), []).append(Tried(**told))
    return found


def _stands(row: sqlite3.Row) -> _Stands:
    report = row["outgoing_id"] if row["kind"] in REPORTS else None
    return row["destination"], row["kind"], row["state"], report


def committed(ledger: Ledger, study_instance_uid: str) -> tuple[Committed, ...]:
    """What destinations say of a study's objects."""
    return tuple(Committed(**dict(row)) for row in ledger.rows(_COMMITTED, study_instance_uid))
