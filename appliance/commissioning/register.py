"""What was tried, kept: begun, each result, each protocol; never changed, and in the journal."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace

from appliance.clock import Clock
from appliance.commissioning.finding import Finding
from appliance.commissioning.result import Outcome, Result, Step
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal, canonical_json
from appliance.ledger import Ledger

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Commissioning:
    """One that was begun; times are wall times in seconds since the epoch.

    Attributes:
        title: Which CT, in the words of who began.
        after_instance: The newest object that the box had had then.
        ended_at: When its last protocol was made; None: it is gone on with.
    """

    number: int
    title: str
    begun_at: float
    begun_by: str
    after_instance: int
    ended_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything may still be tried of it."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A protocol that was made.

    Attributes:
        record: What it says, as canonical JSON.
        sha256: Of ``record``, in hexadecimal; it stands in the journal and on every page.
        files: SHA-256 of each of its files, by name.
        journal_seq: Of its entry in the journal.
    """

    number: int
    commissioning: int
    made_at: float
    made_by: str
    record: str
    sha256: str
    files: Mapping[str, str]
    journal_seq: int


class Commissionings:
    """The tables of commissioning in a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._journal = Journal(ledger, clock)

    def begin(self, title: str, by: str, after_instance: int) -> Commissioning:
        """Begin one. Raises RefusedError without a title, or while another one is open."""
        if not title.strip():
            raise RefusedError("it has no title", "commissioning", "say which CT it is")
        now = self._clock.wall()
        with self._ledger.transaction():
            if self.current() is not None:
                raise RefusedError("another one is open", "commissioning", "end that first")
            row = self._ledger.execute(
                "INSERT INTO commissioning (title, begun_at, begun_by, after_instance)"
                " VALUES (?, ?, ?, ?)",
                title.strip(),
                now,
                by,
                after_instance,
            )
            number = int(row.lastrowid or 0)
            self._journal.append(
                "commissioning-begun", {"commissioning": number, "title": title.strip(), "by": by}
            )
        return self.commissioning(number)

    def current(self) -> Commissioning | None:
        """The one that is gone on with."""
        row = self._ledger.row("SELECT * FROM commissioning WHERE ended_at IS NULL")
        return _commissioning(row) if row else None

    def commissioning(self, number: int) -> Commissioning:
        """That one. Raises NotFoundError."""
        row = self._ledger.row("SELECT * FROM commissioning WHERE id = ?", number)
        if row is None:
            raise NotFoundError("there is no such commissioning", str(number))
        return _commissioning(row)

    def all(self, most: int, before: int = 1 << 62) -> list[Commissioning]:
        """The ``most`` newest with a smaller number than ``before``, the newest first."""
        sql = "SELECT * FROM commissioning WHERE id < ? ORDER BY id DESC LIMIT ?"
        return [_commissioning(row) for row in self._ledger.rows(sql, before, most)]

    def add(self, number: int, result: Result) -> Result:
        """Keep what came of a try, with an entry in the journal; as kept.

        Raises NotFoundError, RefusedError for one that has ended.
        """
        findings = json.dumps([each.as_json() for each in result.findings], ensure_ascii=False)
        with self._ledger.transaction():
            self._expect_open(number)
            row = self._ledger.execute(
                "INSERT INTO commissioning_result (commissioning_id, step, subject, outcome,"
                " findings, note, began_at, ended_at, by_whom) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                number,
                result.step,
                result.subject,
                result.outcome,
                findings,
                result.note[:LONGEST_NOTE],
                result.began_at,
                result.ended_at,
                result.by,
            )
            kept = replace(result, number=int(row.lastrowid or 0))
            self._journal.append(
                "commissioning-tried",
                {
                    "commissioning": number,
                    "result": kept.number,
                    "step": result.step,
                    "subject": result.subject,
                    "outcome": result.outcome,
                    "sha256": hashlib.sha256(findings.encode()).hexdigest(),
                    "by": result.by,
                },
            )
        return kept

    def results(self, number: int) -> list[Result]:
        """Every try, the oldest first."""
        sql = "SELECT * FROM commissioning_result WHERE commissioning_id = ? ORDER BY id"
        return [_result(row) for row in self._ledger.rows(sql, number)]

    def end(self, number: int, record: str, files: Mapping[str, str], by: str) -> Protocol:
        """End it with a protocol, whose files are there; an entry in the journal names all digests.

        Raises NotFoundError, RefusedError for one that has ended.
        """
        now, sha256 = self._clock.wall(), hashlib.sha256(record.encode()).hexdigest()
        with self._ledger.transaction():
            self._expect_open(number)
            entry = self._journal.append(
                "commissioning-ended",
                {"commissioning": number, "sha256": sha256, "files": dict(files), "by": by},
            )
            self._ledger.execute(
                "UPDATE commissioning SET ended_at = ? WHERE id = ? AND ended_at IS NULL",
                now,
                number,
            )
            row = self._ledger.execute(
                "INSERT INTO commissioning_protocol (commissioning_id, made_at, made_by, record,"
                " sha256, files, journal_seq) VALUES (?, ?, ?, ?, ?, ?, ?)",
                number,
                now,
                by,
                record,
                sha256,
                canonical_json(files),
                entry.seq,
            )
        return self.protocol(int(row.lastrowid or 0))

    def protocol(self, number: int) -> Protocol:
        """That one. Raises NotFoundError."""
        row = self._ledger.row("SELECT * FROM commissioning_protocol WHERE id = ?", number)
        if row is None:
            raise NotFoundError("there is no such protocol", str(number))
        return _protocol(row)

    def protocols(self, commissioning: int) -> list[Protocol]:
        """Those of one, the oldest first."""
        sql = "SELECT * FROM commissioning_protocol WHERE commissioning_id = ? ORDER BY id"
        return [_protocol(row) for row in self._ledger.rows(sql, commissioning)]

    def _expect_open(self, number: int) -> None:
        if not self.commissioning(number).is_open:
            raise RefusedError("it has ended", str(number), "begin another one")


def _commissioning(row: sqlite3.Row) -> Commissioning:
    columns = dict(row)
    return Commissioning(number=columns.pop("id"), **columns)


def _result(row: sqlite3.Row) -> Result:
    return Result(
        number=row["id"],
        step=Step(row["step"]),
        subject=row["subject"],
        outcome=Outcome(row["outcome"]),
        findings=tuple(Finding.from_json(each) for each in json.loads(row["findings"])),
        note=row["note"],
        began_at=row["began_at"],
        ended_at=row["ended_at"],
        by=row["by_whom"],
    )


def _protocol(row: sqlite3.Row) -> Protocol:
    return Protocol(
        number=row["id"],
        commissioning=row["commissioning_id"],
        made_at=row["made_at"],
        made_by=row["made_by"],
        record=row["record"],
        sha256=row["sha256"],
        files=json.loads(row["files"]),
        journal_seq=row["journal_seq"],
    )
