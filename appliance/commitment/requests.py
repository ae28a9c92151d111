"""What others ask the box to keep, from their request to the report."""

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from appliance.clock import Clock
from appliance.commitment.reference import Reference
from appliance.commitment.transaction import Answer, Question
from appliance.ledger import Ledger

_ENTER = """
INSERT INTO commitment_request (transaction_uid, calling_ae, called_ae, address, digest, duplicate,
  state, requested_at, own_until, due_at)
VALUES (?1, ?2, ?3, ?4, ?5,
  EXISTS (SELECT 1 FROM commitment_request WHERE transaction_uid = ?1), 'open', ?6, ?7, ?6)
ON CONFLICT (transaction_uid, calling_ae, digest) DO UPDATE SET
  state = 'open', address = excluded.address, requested_at = excluded.requested_at,
  own_until = excluded.own_until, due_at = excluded.due_at, attempts = 0, last_error = '',
  ended_at = NULL
RETURNING id
"""

_DUE = """
SELECT * FROM commitment_request
WHERE state = ?1 AND (due_at <= ?2 OR due_at > ?3)
  AND (?1 = 'open' OR own_until <= ?2 OR own_until > ?3)
ORDER BY due_at, id LIMIT 1
"""

HORIZON_S = 2 * 86400.0
"""No pause is longer; a later end was written before the wall clock was set back."""

_PROMISED = """
SELECT EXISTS (SELECT 1 FROM commitment_reference WHERE sop_instance_uid = ? AND verdict = 0)
"""


class RequestState(StrEnum):
    """How far a request is."""

    OPEN = "open"
    """It is not known of every object whether it is kept."""
    JUDGED = "judged"
    """It is known, and to be reported."""
    REPORTED = "reported"
    GIVEN_UP = "given-up"
    """Nobody took the report in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it was made; ``requested_at`` is seconds since the epoch.

    Attributes:
        is_duplicate: Its Transaction UID is that of another request.
        attempts: Reports of it that did not get through.
    """

    id: int
    transaction_uid: str
    calling_ae: str
    called_ae: str
    address: str
    is_duplicate: bool
    state: RequestState
    requested_at: float
    attempts: int


class Requests:
    """The requests in a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def enter(
        self, question: Question, calling_ae: str, called_ae: str, address: str, own_s: float = 0
    ) -> int:
        """Make a request durable; its id. The same one again is one request, reported anew.

        For ``own_s`` seconds it is reported on its own association only. Raises
        sqlite3.OperationalError when the disk cannot take it.
        """
        now = self._clock.wall()
        whom = (question.transaction_uid, calling_ae, called_ae, address)
        with self._ledger.transaction() as ledger:
            (row,) = ledger.execute(_ENTER, *whom, _digest(question), now, now + own_s).fetchall()
            request_id = int(row["id"])
            for number, each in enumerate(question.references):
                ledger.execute(
                    "INSERT INTO commitment_reference (request_id, number, sop_class_uid,"
                    " sop_instance_uid) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (request_id, number) DO UPDATE SET verdict = NULL",
                    request_id,
                    number,
                    each.sop_class_uid,
                    each.sop_instance_uid,
                )
        return request_id

    def request(self, request_id: int) -> Request | None:
        """The request of that id."""
        row = self._ledger.row("SELECT * FROM commitment_request WHERE id = ?", request_id)
        return _request(row) if row else None

    def due(self, state: RequestState) -> Request | None:
        """The request in ``state``, OPEN or JUDGED, that is due first."""
        now = self._clock.wall()
        row = self._ledger.row(_DUE, state, now, now + HORIZON_S)
        return _request(row) if row else None

    def verdicts(self, request: Request) -> dict[Reference, int | None]:
        """What is known of each object: COMMITTED, a Failure Reason, or nothing yet."""
        rows = self._ledger.rows(
            "SELECT * FROM commitment_reference WHERE request_id = ? ORDER BY number", request.id
        )
        return {
            Reference(row["sop_class_uid"], row["sop_instance_uid"]): row["verdict"] for row in rows
        }

    def answer(self, request: Request) -> Answer:
        """What is to be reported of a request that is judged."""
        known = self.verdicts(request)
        verdicts = {each: verdict for each, verdict in known.items() if verdict is not None}
        return Answer(request.transaction_uid, verdicts)

    def judge(self, request: Request, verdicts: Mapping[Reference, int]) -> None:
        """Everything is known: it is due to be reported."""
        with self._ledger.transaction() as ledger:
            for reference, verdict in verdicts.items():
                ledger.execute(
                    "UPDATE commitment_reference SET verdict = ? WHERE request_id = ?"
                    " AND sop_class_uid = ? AND sop_instance_uid = ?",
                    verdict,
                    request.id,
                    reference.sop_class_uid,
                    reference.sop_instance_uid,
                )
            ledger.execute(
                "UPDATE commitment_request SET state = 'judged', due_at = ?"
                " WHERE id = ? AND state = 'open' AND requested_at = ?",
                self._clock.wall(),
                request.id,
                request.requested_at,
            )

    def postpone(self, request: Request, pause_s: float) -> None:
        """Look at it again after ``pause_s`` seconds."""
        self._move(request, request.state, self._clock.wall() + pause_s)

    def failed(self, request: Request, reason: str, pause_s: float) -> None:
        """The report did not get through: whatever that caller is told waits ``pause_s`` more."""
        until = self._clock.wall() + pause_s
        with self._ledger.transaction() as ledger:
            ledger.execute(
                "UPDATE commitment_request SET attempts = attempts + 1, last_error = ?"
                " WHERE id = ? AND state = 'judged'",
                reason,
                request.id,
            )
            ledger.execute(
                "UPDATE commitment_request SET due_at = max(due_at, ?)"
                " WHERE calling_ae = ? AND state = 'judged'",
                until,
                request.calling_ae,
            )

    def reported(self, request: Request) -> None:
        """Whoever asked knows."""
        self._end(request, RequestState.REPORTED)

    def give_up(self, request: Request) -> None:
        """Nobody takes the report."""
        self._end(request, RequestState.GIVEN_UP)

    def leave_to_anybody(self, request_id: int | None = None) -> None:
        """Its own association has ended, or of None that of every one: report it on another."""
        self._ledger.execute(
            "UPDATE commitment_request SET own_until = 0 WHERE own_until > 0 AND ? IN (id, 0)",
            request_id or 0,
        )

    def addresses(self, calling_ae: str) -> set[str]:
        """Where requests of that AE title came from."""
        sql = "SELECT DISTINCT address FROM commitment_request WHERE calling_ae = ?"
        return {str(row["address"]) for row in self._ledger.rows(sql, calling_ae)}

    def is_promised(self, sop_instance_uid: str) -> bool:
        """Whether anybody was to be told that the box keeps the object; he may have deleted it."""
        return bool(self._ledger.rows(_PROMISED, sop_instance_uid)[0][0])

    def counts(self) -> dict[RequestState, int]:
        """How many requests are in each state."""
        rows = self._ledger.rows(
            "SELECT state, COUNT(*) AS n FROM commitment_request GROUP BY state ORDER BY state"
        )
        return {RequestState(row["state"]): int(row["n"]) for row in rows}

    def _move(self, request: Request, state: RequestState, due_at: float) -> None:
        self._ledger.execute(
            "UPDATE commitment_request SET state = ?, due_at = ? WHERE id = ?",
            state,
            due_at,
            request.id,
        )

    def _end(self, request: Request, state: RequestState) -> None:
        # One that was made again meanwhile is reported again.
        self._ledger.execute(
            "UPDATE commitment_request SET state = ?, ended_at = ?"
            " WHERE id = ? AND state = 'judged' AND requested_at = ?",
            state,
            self._clock.wall(),
            request.id,
            request.requested_at,
        )


def _request(row: sqlite3.Row) -> Request:
    return Request(
        id=row["id"],
        transaction_uid=row["transaction_uid"],
        calling_ae=row["calling_ae"],
        called_ae=row["called_ae"],
        address=row["address"],
        is_duplicate=bool(row["duplicate"]),
        state=RequestState(row["state"]),
        requested_at=row["requested_at"],
        attempts=row["attempts"],
    )


def _digest(question: Question) -> str:
    texts = (f"{each.sop_class_uid} {each.sop_instance_uid}\n" for each in question.references)
    return hashlib.sha256("".join(texts).encode()).hexdigest()
