"""Every study of which something came: its number, and how it stands.

The tables are kept up by triggers of the ledger, so nobody writes them.

**Knows:** the tables ``study`` and ``study_sender``, and how studies are found by them.
**Does not know:** what a study says (``spool``, ``outbox``, ``doses``), nor ever a patient.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from appliance.errors import NotFoundError
from appliance.ledger import Ledger

UNDECIDED = "undecided"
"""As an outcome that is looked for: there is none yet."""

LARGEST_NUMBER = 2**63 - 1
"""That a ledger can hold."""


class Sending(StrEnum):
    """Of all deliveries of a study the state that is worst."""

    NOTHING = "nothing"
    """Nothing of it has left or is to leave."""
    DELIVERED = "delivered"
    WAITING = "waiting"
    REFUSED = "refused"
    """Something waits for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study.

    Attributes:
        number: What people call it by on this box; newer ones have higher numbers.
        received_at: When its first object came, seconds since the epoch.
        outcome: ``reported``, ``quarantined``, ``set-aside``; None: it was not decided yet.
        performed_on: Study Date as YYYY-MM-DD, where a report of it says so.
        senders: The AE titles that its objects came from.
    """

    number: int
    study_instance_uid: str
    received_at: float
    outcome: str | None
    sending: Sending
    performed_on: str | None
    senders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What is looked for; empty and None: anything.

    Attributes:
        received_from: Seconds since the epoch, included.
        received_before: Seconds since the epoch, not included.
        outcome: As in ``Study``, or UNDECIDED.
        study_instance_uid: The whole UID.
    """

    received_from: float | None = None
    received_before: float | None = None
    sender: str = ""
    outcome: str = ""
    sending: str = ""
    study_instance_uid: str = ""

    def conditions(self) -> Iterator[tuple[str, object]]:
        """SQL about ``s``, a row of ``study``, and ``w``, who sent it; each with its parameter."""
        if self.received_from is not None:
            yield "s.received_at >= ?", self.received_from
        if self.received_before is not None:
            yield "s.received_at < ?", self.received_before
        if self.sender:
            yield "w.calling_ae = ?", self.sender
        if self.outcome:
            yield "s.outcome IS ?", None if self.outcome == UNDECIDED else self.outcome
        if self.sending:
            yield "s.sending = ?", self.sending
        if self.study_instance_uid:
            yield "s.study_instance_uid = ?", self.study_instance_uid


ANYTHING = Criteria()

_COLUMNS = """
SELECT s.*,
  (SELECT max(e.performed_on) FROM dose_examination e
   WHERE e.study_instance_uid = s.study_instance_uid AND e.superseded = 0) AS performed_on,
  (SELECT group_concat(x.calling_ae, char(10)) FROM study_sender x
   WHERE x.study_number = s.number) AS senders
FROM {source}
"""
_EVERY, _BY_SENDER = "study s", "study_sender w CROSS JOIN study s ON s.number = w.study_number"
"""CROSS JOIN: the studies of one sender are walked, by their numbers, and no others."""


class Studies:
    """The studies in a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def newest(self, criteria: Criteria, most: int, before: int | None = None) -> list[Study]:
        """Up to ``most`` that fit, those that came last first; ``before``: of lower number."""
        sql, parameters = statement(criteria, before)
        return [_study(row) for row in self._ledger.rows(sql, *parameters, most)]

    def study(self, number: int) -> Study:
        """One study. Raises NotFoundError."""
        is_one = 0 < number <= LARGEST_NUMBER
        sql = f"{_COLUMNS.format(source=_EVERY)} WHERE s.number = ?"
        row = self._ledger.row(sql, number) if is_one else None
        if row is None:
            raise NotFoundError("there is no such study", str(number))
        return _study(row)

    def number(self, study_instance_uid: str) -> int | None:
        """The number of a study; None when nothing of it came."""
        sql = "SELECT number FROM study WHERE study_instance_uid = ?"
        row = self._ledger.row(sql, study_instance_uid)
        return int(row["number"]) if row else None

    def senders(self) -> list[str]:
        """Every AE title that objects came from."""
        rows = self._ledger.rows("SELECT DISTINCT calling_ae FROM last_arrival ORDER BY 1")
        return [str(row["calling_ae"]) for row in rows]


def statement(criteria: Criteria, before: int | None) -> tuple[str, list[object]]:
    """The SQL of ``Studies.newest`` and its parameters, but for how many."""
    conditions = list(criteria.conditions())
    number = "w.study_number" if criteria.sender else "s.number"
    if before is not None:
        conditions.append((f"{number} < ?", before))
    where = " AND ".join(sql for sql, _ in conditions) or "1"
    parameters = [parameter for _, parameter in conditions]
    columns = _COLUMNS.format(source=_BY_SENDER if criteria.sender else _EVERY)
    return f"{columns} WHERE {where} ORDER BY {number} DESC LIMIT ?", parameters


def _study(row: sqlite3.Row) -> Study:
    return Study(
        number=row["number"],
        study_instance_uid=row["study_instance_uid"],
        received_at=row["received_at"],
        outcome=row["outcome"],
        sending=Sending(row["sending"]),
        performed_on=row["performed_on"],
        senders=tuple(sorted((row["senders"] or "").splitlines())),
    )
