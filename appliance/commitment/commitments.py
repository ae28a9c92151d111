"""What destinations are asked to keep, from the delivery to their word that they do."""

import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.commitment.reference import COMMITTED, FailureReason, Reference
from appliance.commitment.transaction import UUID_ROOT, Answer, Question
from appliance.ledger import Ledger

_EXPECT = """
INSERT INTO commitment (destination, kept_uid, sop_class_uid, sop_instance_uid, state,
  delivered_at, due_at)
VALUES (?, ?, ?, ?, 'waiting', ?, ?)
ON CONFLICT (destination, sop_instance_uid) DO UPDATE SET
  kept_uid = excluded.kept_uid, state = 'waiting', delivered_at = excluded.delivered_at,
  due_at = excluded.due_at, transaction_uid = '', ended_at = NULL
WHERE state <> 'committed'
"""

_COMMITTED = """
UPDATE commitment SET state = 'committed', failure = NULL, ended_at = ?3
WHERE state NOT IN ('committed', 'missing') AND sop_instance_uid = ?2
  AND destination = (SELECT destination FROM commitment_question WHERE transaction_uid = ?1)
"""

_FAILED = """
UPDATE commitment SET state = ?3, failure = ?4, due_at = ?5, ended_at = ?6
WHERE state = 'asked' AND transaction_uid = ?1 AND sop_instance_uid = ?2
"""

_ANSWERS = """
SELECT a.*, q.destination FROM commitment_answer a
JOIN commitment_question q USING (transaction_uid)
WHERE a.id > (SELECT answer_id FROM commitment_progress) ORDER BY a.id LIMIT ?
"""

_DUE = """
SELECT id, sop_class_uid, sop_instance_uid FROM commitment
WHERE destination = ?1 AND state IN ('waiting', 'asked')
  AND (due_at <= ?2 OR due_at > ?3 AND due_at < ?4)
ORDER BY due_at, id LIMIT ?5
"""

_GIVE_UP = """
UPDATE commitment SET state = 'failed', ended_at = ?2
WHERE destination = ?1 AND delivered_at < ?3 AND due_at <= ?2
  AND (state = 'asked' OR state = 'waiting' AND failure IS NOT NULL)
  AND ?4 <= (SELECT asked_at FROM commitment_question q
             WHERE q.transaction_uid = commitment.transaction_uid)
"""

_TALLY = """
SELECT destination,
  count(*) FILTER (WHERE state IN ('waiting', 'asked', 'missing')) AS open,
  count(*) FILTER (WHERE state = 'committed') AS committed,
  count(*) FILTER (WHERE state = 'failed') AS failed
FROM commitment GROUP BY destination ORDER BY destination
"""

HORIZON_S = 8 * 86400.0
"""Nothing is due later; what is was written before the wall clock was set back."""
NOT_BEFORE_ITS_DELIVERY = 1e12
"""A time that does not come."""
_AGAIN = frozenset(
    {
        FailureReason.PROCESSING_FAILURE,
        FailureReason.RESOURCE_LIMITATION,
        FailureReason.DUPLICATE_TRANSACTION_UID,
    }
)
"""Reasons that another time may do away with."""


@dataclass(frozen=True, slots=True)
class Due:
    """A question that is ready to be asked; it is durable, so an answer to it is understood."""

    question: Question


@dataclass(frozen=True, slots=True)
class Tally:
    """How many objects a destination has committed, or not yet, or not at all."""

    destination: str
    open: int
    committed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Missing:
    """An object that a destination does not have after all, though it was delivered.

    ``sent_again`` is how many times it was delivered once more for that.
    """

    kept_uid: str
    sop_instance_uid: str
    sent_again: int


class Commitments:
    """The commitments in a ledger. ``expect`` may stand inside an outer ledger transaction."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def expect(
        self, destination: str, kept_uid: str, sent: Reference, after_s: float = 0.0
    ) -> None:
        """An object was delivered: ``destination`` is to be asked about it in ``after_s`` seconds.

        ``kept_uid`` is its SOP Instance UID here, ``sent`` how the destination knows it.
        """
        now = self._clock.wall()
        self._ledger.execute(
            _EXPECT,
            destination,
            kept_uid,
            sent.sop_class_uid,
            sent.sop_instance_uid,
            now,
            now + after_s,
        )

    def is_committed(self, sop_instance_uid: str, destination: str) -> bool:
        """Whether ``destination`` said that it keeps the object, by its UID here."""
        return bool(self.classes(sop_instance_uid, destination))

    def classes(self, sop_instance_uid: str, destination: str) -> set[str]:
        """The SOP classes that ``destination`` keeps the object as, by its UID here."""
        rows = self._ledger.rows(
            "SELECT sop_class_uid FROM commitment WHERE kept_uid = ? AND destination = ?"
            " AND state = 'committed'",
            sop_instance_uid,
            destination,
        )
        return {str(row["sop_class_uid"]) for row in rows}

    def ask(self, destination: str, most: int, again_after_s: float) -> Due | None:
        """Make a question of what is due at ``destination``; None when nothing is.

        Without an answer within ``again_after_s`` seconds the same objects are due again.
        """
        now = self._clock.wall()
        with self._ledger.transaction() as ledger:
            horizon = now + HORIZON_S
            rows = ledger.rows(_DUE, destination, now, horizon, NOT_BEFORE_ITS_DELIVERY, most)
            if not rows:
                return None
            transaction_uid = f"{UUID_ROOT}{uuid.uuid4().int}"
            ledger.execute(
                "INSERT INTO commitment_question (transaction_uid, destination, asked_at)"
                " VALUES (?, ?, ?)",
                transaction_uid,
                destination,
                now,
            )
            for row in rows:
                ledger.execute(
                    "UPDATE commitment SET state = 'asked', transaction_uid = ?, due_at = ?"
                    " WHERE id = ?",
                    transaction_uid,
                    now + again_after_s,
                    row["id"],
                )
        references = tuple(Reference(row["sop_class_uid"], row["sop_instance_uid"]) for row in rows)
        return Due(Question(transaction_uid, references))

    def not_asked(self, due: Due, pause_s: float) -> None:
        """The question did not get through: ask again after ``pause_s`` seconds."""
        self._ledger.execute(
            "UPDATE commitment SET due_at = ? WHERE transaction_uid = ? AND state = 'asked'",
            self._clock.wall() + pause_s,
            due.question.transaction_uid,
        )

    def ask_apart(self, destination: str, sent: Reference) -> Question:
        """A question about an object that is no delivery's; its answers are noted as any other."""
        transaction_uid = f"{UUID_ROOT}{uuid.uuid4().int}"
        self._ledger.execute(
            "INSERT INTO commitment_question (transaction_uid, destination, asked_at)"
            " VALUES (?, ?, ?)",
            transaction_uid,
            destination,
            self._clock.wall(),
        )
        return Question(transaction_uid, (sent,))

    def verdict(self, question: Question) -> int | None:
        """What was answered about its one object: COMMITTED, a reason, or None for nothing yet."""
        row = self._ledger.row(
            "SELECT verdict FROM commitment_answer WHERE transaction_uid = ? ORDER BY id DESC",
            question.transaction_uid,
        )
        return None if row is None else int(row["verdict"])

    def note(self, answer: Answer) -> bool:
        """Make an answer durable; False when nothing was asked under its Transaction UID.

        Raises sqlite3.OperationalError when the disk cannot take it.
        """
        now = self._clock.wall()
        with self._ledger.transaction() as ledger:
            if not self._is_known(answer.transaction_uid):
                return False
            for reference, verdict in answer.verdicts.items():
                ledger.execute(
                    "INSERT INTO commitment_answer (transaction_uid, sop_instance_uid, verdict,"
                    " answered_at) VALUES (?, ?, ?, ?)",
                    answer.transaction_uid,
                    reference.sop_instance_uid,
                    verdict,
                    now,
                )
        return True

    def take_in(self, most: int, again_after_s: Mapping[str, float]) -> int:
        """Apply the answers noted since the last time, ``most`` at most; the count of them.

        An object that may be committed another time is asked about after ``again_after_s`` seconds
        of its destination.
        """
        with self._ledger.transaction() as ledger:
            rows = ledger.rows(_ANSWERS, most)
            for row in rows:
                self._apply(row, again_after_s.get(row["destination"], 0.0))
            if rows:
                ledger.execute("UPDATE commitment_progress SET answer_id = ?", rows[-1]["id"])
        return len(rows)

    def missing(self, destination: str) -> list[Missing]:
        """Objects that ``destination`` does not have after all."""
        rows = self._ledger.rows(
            "SELECT kept_uid, sop_instance_uid, sent_again FROM commitment"
            " WHERE destination = ? AND state = 'missing' ORDER BY id",
            destination,
        )
        return [Missing(**row) for row in map(dict, rows)]

    def send_again(self, destination: str, missing: Missing) -> None:
        """It is to be delivered once more; ``expect`` follows when it was."""
        self._ledger.execute(
            "UPDATE commitment SET sent_again = sent_again + 1, state = 'waiting', due_at = ?"
            " WHERE destination = ? AND sop_instance_uid = ? AND state = 'missing'",
            NOT_BEFORE_ITS_DELIVERY,
            destination,
            missing.sop_instance_uid,
        )

    def fail(self, destination: str, missing: Missing) -> None:
        """Nothing more is done about it: it waits for a person."""
        self._ledger.execute(
            "UPDATE commitment SET state = 'failed', ended_at = ? WHERE destination = ?"
            " AND sop_instance_uid = ? AND state = 'missing'",
            self._clock.wall(),
            destination,
            missing.sop_instance_uid,
        )

    def give_up(self, destination: str, delivered_before: float, asked_after: float = 0.0) -> int:
        """Leave to a person what was delivered before that wall time and got no answer.

        What was asked about last before ``asked_after`` is asked about once more: the box was off.
        """
        times = (self._clock.wall(), delivered_before, asked_after)
        return self._ledger.execute(_GIVE_UP, destination, *times).rowcount

    def retry(self, destination: str = "") -> int:
        """Ask again about what failed; the count of it. Empty: at every destination."""
        now = self._clock.wall()
        return self._ledger.execute(
            "UPDATE commitment SET state = 'waiting', due_at = ?1, delivered_at = ?1,"
            " sent_again = 0, ended_at = NULL WHERE state = 'failed' AND ?2 IN ('', destination)",
            now,
            destination,
        ).rowcount

    def failed_count(self, destination: str) -> int:
        """How many objects ``destination`` did not commit, and is not asked about any more."""
        row = self._ledger.row(
            "SELECT count(*) AS n FROM commitment WHERE destination = ? AND state = 'failed'",
            destination,
        )
        return int(row["n"]) if row else 0

    def has_open(self, destination: str) -> bool:
        """Whether there is anything left to ask ``destination`` about."""
        sql = (
            "SELECT 1 FROM commitment WHERE destination = ?"
            " AND state IN ('waiting', 'asked', 'missing') LIMIT 1"
        )
        return self._ledger.row(sql, destination) is not None

    def tallies(self) -> list[Tally]:
        """How each destination stands, by name."""
        return [Tally(**row) for row in map(dict, self._ledger.rows(_TALLY))]

    def _is_known(self, transaction_uid: str) -> bool:
        sql = "SELECT 1 FROM commitment_question WHERE transaction_uid = ?"
        return self._ledger.row(sql, transaction_uid) is not None

    def _apply(self, row: sqlite3.Row, again_after_s: float) -> None:
        now, which = self._clock.wall(), (row["transaction_uid"], row["sop_instance_uid"])
        verdict = int(row["verdict"])
        if verdict == COMMITTED:
            self._ledger.execute(_COMMITTED, *which, now)
        elif verdict in _AGAIN:
            self._ledger.execute(_FAILED, *which, "waiting", verdict, now + again_after_s, None)
        elif verdict == FailureReason.NO_SUCH_OBJECT_INSTANCE:
            self._ledger.execute(_FAILED, *which, "missing", verdict, now, None)
        else:
            self._ledger.execute(_FAILED, *which, "failed", verdict, now, now)
