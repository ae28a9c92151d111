"""How far a backfill is, study by study, so that it goes on where it was interrupted.

The recogniser leaves a study alone that a living backfill reads, or that a backfill holds back.
"""

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
UPDATE backfill_study SET state = ?2, last_instance_id = ?3, scanner = ?4, layout = ?5, reason = ?6
WHERE study_instance_uid = ?1
"""
_FAILED = """
UPDATE backfill_study SET attempts = attempts + 1, reason = ?2,
  state = CASE WHEN attempts + 1 >= ?3 THEN 'failed' ELSE state END
WHERE study_instance_uid = ?1
"""
_ALIVE = """
INSERT INTO backfill_reader (id, alive_until) VALUES (1, ?)
ON CONFLICT DO UPDATE SET alive_until = excluded.alive_until
"""
_LEFT_ALONE = """
SELECT study_instance_uid, last_instance_id FROM backfill_study
WHERE state = 'held' OR state = 'fetched' AND EXISTS (
  SELECT 1 FROM backfill_reader WHERE alive_until > ?)
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


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """How far one study is; ``outcome`` is its decision's once it ended."""

    study_instance_uid: str
    day: str
    state: State
    attempts: int = 0
    last_instance_id: int = 0
    scanner: str = ""
    layout: str = ""
    reason: str = ""


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

    def studies(self, span: Span, *states: State) -> list[StudyProgress]:
        """The studies of a span that are in one of ``states`` (any when none), the latest first."""
        rows = self._ledger.rows(
            "SELECT study_instance_uid, day, state, attempts, last_instance_id, scanner, layout,"
            " reason FROM backfill_study WHERE archive = ? AND modality = ?"
            " AND day BETWEEN ? AND ? ORDER BY day DESC, rowid",
            *_key(span),
        )
        found = [StudyProgress(**dict(row) | {"state": State(row["state"])}) for row in rows]
        return [each for each in found if each.state in (states or State)]

    def move(  # noqa: PLR0913 - one keyword a column
        self,
        study: str,
        state: State,
        last_instance_id: int = 0,
        *,
        scanner: str = "",
        layout: str = "",
        reason: str = "",
    ) -> None:
        """A study is in ``state`` now; joins the ledger's transaction if one is open."""
        self._ledger.execute(_MOVE, study, state, last_instance_id, scanner, layout, reason)

    def failed(self, study: str, reason: str, most_attempts: int) -> None:
        """The archive failed at a study; after ``most_attempts`` it is left."""
        self._ledger.execute(_FAILED, study, reason, most_attempts)

    def alive(self, lease_s: float) -> None:
        """The backfill lives, and will say so again within ``lease_s`` seconds; 0: it ends."""
        self._ledger.execute(_ALIVE, self._clock.wall() + lease_s)

    def left_alone(self) -> dict[str, int]:
        """Studies the recogniser leaves alone, with the newest arrival that this holds for."""
        rows = self._ledger.rows(_LEFT_ALONE, self._clock.wall())
        return {str(row["study_instance_uid"]): int(row["last_instance_id"]) for row in rows}


def _key(span: Span) -> tuple[str, str, str, str]:
    return span.archive, span.modality, str(span.first), str(span.last)
