"""How far a backfill is, study by study, so that it goes on where it was interrupted.

The recogniser leaves a study alone while a backfill fetches and reads it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from appliance.clock import Clock
from appliance.ledger import Ledger

SETTLED = timedelta(days=2)
"""A day that was listed so long after it gets no more studies; else it is listed again."""

_FOUND = """
INSERT OR IGNORE INTO backfill_study (study_instance_uid, archive, modality, day, state)
VALUES (?, ?, ?, ?, 'found')
"""
_LISTED = """
INSERT INTO backfill_day (archive, modality, day, listed_at) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET listed_at = excluded.listed_at
"""
_MOVE = """
UPDATE backfill_study SET state = ?2, scanner = ?3, layout = ?4, reason = ?5
WHERE study_instance_uid = ?1
"""
_FAILED = """
UPDATE backfill_study SET attempts = attempts + 1, reason = ?2,
  state = CASE WHEN attempts + 1 >= ?3 THEN 'failed' ELSE 'found' END
WHERE study_instance_uid = ?1
"""
_OF_SPAN = """
archive = ? AND modality = ? AND day BETWEEN ? AND ?
  AND state IN (SELECT value FROM json_each(?))
"""
_RELEASE = """
UPDATE backfill_study SET state = 'found' WHERE study_instance_uid IN (
  SELECT study_instance_uid FROM backfill_study
  WHERE archive = ? AND modality = ? AND day BETWEEN ? AND ? AND state = 'held'
    AND scanner = ? AND layout = ? AND reason = ? ORDER BY day DESC, rowid LIMIT ?)
"""
_KINDS = """
SELECT scanner, layout, reason, count(*) AS studies FROM backfill_study
WHERE archive = ? AND modality = ? AND day BETWEEN ? AND ? AND state = 'held'
GROUP BY scanner, layout, reason
"""


class State(StrEnum):
    """How far a study is."""

    FOUND = "found"
    """The archive has it."""
    FETCHED = "fetched"
    """What may say something of its dose is here, or on its way."""
    ENDED = "ended"
    """It was read, and decided as any study."""
    HELD = "held"
    """It was read, and waits until a person has settled others like it."""
    NOTHING = "nothing"
    """The archive has neither a dose screen nor a report of it."""
    FAILED = "failed"
    """The archive did not give what it said it has."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which studies a backfill is about: from ``first`` to ``last``, both included."""

    archive: str
    modality: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Every day, the latest first: what is most wanted."""
        count = (self.last - self.first).days + 1
        return [self.last - timedelta(days=back) for back in range(count)]


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """Studies that are alike: of one scanner, in one layout, waiting for one reason if any."""

    scanner: str = ""
    layout: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """How far one study is, and of what kind it is, as far as it was read."""

    study_instance_uid: str
    day: str
    state: State
    kind: "Kind"

    @property
    def was_held(self) -> bool:
        """Whether it was held back before, and is to be read again."""
        return self.state is State.FOUND and bool(self.kind.reason)


UNKNOWN = Kind()


class Progress:
    """The studies of backfills in a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def unlisted(self, span: Span, *, again: bool = False) -> list[date]:
        """The days whose studies are to be listed."""
        rows = self._ledger.rows(
            "SELECT day, listed_at FROM backfill_day WHERE archive = ? AND modality = ?",
            span.archive,
            span.modality,
        )
        listed = {str(row["day"]): datetime.fromtimestamp(row["listed_at"]).date() for row in rows}  # noqa: DTZ006 - days of the archive are local

        def is_done(day: date) -> bool:
            at = listed.get(str(day))
            return at is not None and at - day >= SETTLED and not again

        return [day for day in span.days if not is_done(day)]

    def listed(self, span: Span, day: date, studies: Iterable[str]) -> None:
        """These are the studies of a day; those that are known stay as they are."""
        with self._ledger.transaction() as ledger:
            for study in studies:
                ledger.execute(_FOUND, study, span.archive, span.modality, str(day))
            ledger.execute(_LISTED, span.archive, span.modality, str(day), self._clock.wall())

    def again(self, span: Span, states: Iterable[State]) -> None:
        """Look again at the studies that are so far only."""
        for state in states:
            self._ledger.execute(
                "UPDATE backfill_study SET state = 'found', attempts = 0, reason = ''"
                " WHERE archive = ? AND modality = ? AND day BETWEEN ? AND ? AND state = ?",
                *_key(span),
                state,
            )

    def count(self, span: Span, *states: State) -> int:
        """How many studies of a span are in one of ``states``."""
        sql = f"SELECT count(*) FROM backfill_study WHERE {_OF_SPAN}"  # noqa: S608 - a constant
        row = self._ledger.row(sql, *_key(span), json.dumps(states))
        return int(row[0]) if row else 0

    def studies(self, span: Span, *states: State, most: int = -1) -> list[StudyProgress]:
        """The studies of a span that are in one of ``states`` (any when none), the latest first.

        ``most`` of them; -1: all.
        """
        rows = self._ledger.rows(
            f"SELECT * FROM backfill_study WHERE {_OF_SPAN} ORDER BY day DESC, rowid LIMIT ?",  # noqa: S608 - a constant
            *_key(span),
            json.dumps(states or tuple(State)),
            most,
        )
        return [
            StudyProgress(
                row["study_instance_uid"],
                row["day"],
                State(row["state"]),
                Kind(row["scanner"], row["layout"], row["reason"]),
            )
            for row in rows
        ]

    def move(self, study: str, state: State, kind: Kind = UNKNOWN) -> None:
        """A study is in ``state`` now."""
        self._ledger.execute(_MOVE, study, state, kind.scanner, kind.layout, kind.reason)

    def held(self, span: Span) -> dict[Kind, int]:
        """How many studies of each kind are held back."""
        rows = self._ledger.rows(_KINDS, *_key(span))
        return {Kind(row[0], row[1], row[2]): int(row["studies"]) for row in rows}

    def release(self, span: Span, kind: Kind, most: int = -1) -> int:
        """Let studies of a kind be read again, ``most`` of them (-1: all); returns how many."""
        key = (*_key(span), kind.scanner, kind.layout, kind.reason, most)
        return self._ledger.execute(_RELEASE, *key).rowcount

    def failed(self, study: str, reason: str, most_attempts: int) -> None:
        """The archive failed at a study; after ``most_attempts`` it is left."""
        self._ledger.execute(_FAILED, study, reason, most_attempts)

    def ended(self, kind: Kind) -> set[str]:
        """Studies of a kind that were ended, of whatever span."""
        sql = (
            "SELECT study_instance_uid FROM backfill_study"
            " WHERE state = 'ended' AND scanner = ? AND layout = ? AND reason = ?"
        )
        rows = self._ledger.rows(sql, kind.scanner, kind.layout, kind.reason)
        return {str(row[0]) for row in rows}

    def being_read(self) -> set[str]:
        """Studies that a backfill, if one runs, fetches or reads just now."""
        sql = "SELECT study_instance_uid FROM backfill_study WHERE state = 'fetched'"
        return {str(row[0]) for row in self._ledger.rows(sql)}


def _key(span: Span) -> tuple[str, str, str, str]:
    return span.archive, span.modality, str(span.first), str(span.last)
