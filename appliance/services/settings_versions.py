"""The versions of the settings that were in force, and what persons are writing.

**Knows:** the tables ``settings_version`` and ``settings_draft``.
**Does not know:** what stands in the texts; no secret does.
"""

import sqlite3
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.errors import NotFoundError
from appliance.ledger import Ledger
from appliance.services.settings_holding import Paper

KEPT = 20
"""Versions that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """``by`` is empty where nobody asked the box: the file was found so."""

    number: int
    made_at: float
    by: str
    reason: str
    paper: Paper
    back_to: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What ``person`` is writing, begun from ``base``."""

    person: str
    begun_at: float
    changed_at: float
    base: Paper
    paper: Paper


class Versions:
    """Those in a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def add(self, paper: Paper, by: str, reason: str, back_to: int | None = None) -> int:
        """Keep one, and let go of those before the last ``KEPT``; its number."""
        with self._ledger.transaction():
            row = self._ledger.row(
                "INSERT INTO settings_version"
                " (made_at, made_by, reason, main, beside, digest, back_to)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
                self._clock.wall(),
                by,
                reason,
                paper.main,
                paper.beside,
                paper.digest,
                back_to,
            )
            assert row is not None  # noqa: S101 - RETURNING
            number = int(row["id"])
            self._ledger.execute("DELETE FROM settings_version WHERE id <= ?", number - KEPT)
        return number

    def note(self, paper: Paper) -> None:
        """Keep what is in force, if it is another than the last: somebody wrote it elsewhere."""
        newest = self.newest()
        if newest is None or newest.paper != paper:
            self.add(paper, "", "")

    def newest(self) -> Version | None:
        """None before the first."""
        row = self._ledger.row("SELECT * FROM settings_version ORDER BY id DESC LIMIT 1")
        return None if row is None else _version(row)

    def all(self) -> list[Version]:
        """The newest first."""
        rows = self._ledger.rows("SELECT * FROM settings_version ORDER BY id DESC")
        return [_version(row) for row in rows]

    def version(self, number: int) -> Version:
        """Raises NotFoundError."""
        row = self._ledger.row("SELECT * FROM settings_version WHERE id = ?", number)
        if row is None:
            raise NotFoundError("no such version of the settings is kept", str(number))
        return _version(row)


class Drafts:
    """Those in a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def all(self) -> list[Draft]:
        """The oldest first."""
        return [_draft(row) for row in self._ledger.rows("SELECT * FROM settings_draft ORDER BY 2")]

    def of(self, person: str) -> Draft | None:
        """None when nothing is being written."""
        row = self._ledger.row("SELECT * FROM settings_draft WHERE person = ?", person)
        return None if row is None else _draft(row)

    def keep(self, person: str, base: Paper, paper: Paper) -> None:
        """What ``person`` has written so far."""
        now = self._clock.wall()
        with self._ledger.transaction():
            self._ledger.execute(
                "INSERT INTO settings_draft"
                " (person, begun_at, changed_at, base_main, base_beside, main, beside)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (person) DO UPDATE SET changed_at = excluded.changed_at,"
                " base_main = excluded.base_main, base_beside = excluded.base_beside,"
                " main = excluded.main, beside = excluded.beside",
                person,
                now,
                now,
                base.main,
                base.beside,
                paper.main,
                paper.beside,
            )

    def forget(self, person: str) -> None:
        """It was applied or given up."""
        with self._ledger.transaction():
            self._ledger.execute("DELETE FROM settings_draft WHERE person = ?", person)


def _version(row: sqlite3.Row) -> Version:
    return Version(
        number=row["id"],
        made_at=row["made_at"],
        by=row["made_by"],
        reason=row["reason"],
        paper=Paper(row["main"], row["beside"]),
        back_to=row["back_to"],
    )


def _draft(row: sqlite3.Row) -> Draft:
    return Draft(
        person=row["person"],
        begun_at=row["begun_at"],
        changed_at=row["changed_at"],
        base=Paper(row["base_main"], row["base_beside"]),
        paper=Paper(row["main"], row["beside"]),
    )
