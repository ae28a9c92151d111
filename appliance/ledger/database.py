"""Opening the ledger and writing to it."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from appliance.errors import StateError
from appliance.ledger.schema import Migration, migrations, needed_from, newest

BUSY_TIMEOUT_MS = 30_000
SWITCH_PAUSE_MS = 10
STEPS_SINCE = 14
"""The schema from which on a ledger says what it went through."""


class Ledger:
    """A connection to the ledger, for one thread.

    Reads see a consistent snapshot; ``transaction()`` takes the write lock at once, so two writers
    queue instead of failing half-way.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        mode = "ro" if read_only else "rwc"
        self._connection = sqlite3.connect(
            f"file:{path}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._after_commit: list[Callable[[], None]] = []
        self._connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        self._connection.execute("PRAGMA foreign_keys = ON")
        if not read_only:
            self._log_ahead()
            self._connection.execute("PRAGMA synchronous = FULL")

    def _log_ahead(self) -> None:
        # Of two that make a new file at once, SQLite refuses one the switch without waiting.
        for _ in range(BUSY_TIMEOUT_MS // SWITCH_PAUSE_MS):
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as refusal:
                if refusal.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                time.sleep(SWITCH_PAUSE_MS / 1000)
            else:
                return
        raise sqlite3.OperationalError("database is locked")

    def rows(self, sql: str, *parameters: object) -> list[sqlite3.Row]:
        """Every row of a query."""
        return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, *parameters: object) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        row: sqlite3.Row | None = self._connection.execute(sql, parameters).fetchone()
        return row

    def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
        """One statement; inside ``transaction()`` part of it, else durable when it returns."""
        return self._connection.execute(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator["Ledger"]:
        """Everything in the block is durable together, or not at all.

        A block inside another one joins it, so rooms can write in one transaction.
        """
        if self._in_transaction():
            yield self
            return
        self._after_commit.clear()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self
            self._connection.execute("COMMIT")
        except BaseException:
            # A full disk fails in COMMIT, and SQLite may have rolled back by itself.
            if self._in_transaction():
                self._connection.execute("ROLLBACK")
            raise
        for action in self._after_commit:
            action()

    def after_commit(self, action: Callable[[], None]) -> None:
        """Call ``action`` once the transaction at hand is durable, never when it is rolled back."""
        self._after_commit.append(action)

    def _in_transaction(self) -> bool:
        return self._connection.in_transaction

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back."""
        self._connection.close()


def open_ledger(path: Path, *, read_only: bool = False) -> Ledger:
    """Open the ledger at ``path`` and bring its schema up to date.

    Raises StateError when the file is not a ledger, or was written by a newer version.
    """
    try:
        ledger = Ledger(path, read_only=read_only)
        if not read_only:
            _migrate(ledger)
    except sqlite3.DatabaseError as failure:
        raise StateError(f"cannot open the ledger: {failure}", str(path)) from failure
    return ledger


def needed_schema(ledger: Ledger, known: int) -> int:
    """What code that knows the schema ``known`` has to know to live with this ledger.

    It can live with it when that is not more than ``known``.
    """
    present = _version(ledger)
    if present <= known:
        return 0
    if present < STEPS_SINCE:
        return present
    steps = {row["version"]: row["lives_with"] for row in ledger.rows("SELECT * FROM schema_step")}
    return needed_from(known, steps)


def _migrate(ledger: Ledger) -> None:
    known = newest()
    if _version(ledger) >= known:
        _expect_livable(ledger, known)
        return
    with ledger.transaction():
        present = _version(ledger)
        _expect_livable(ledger, known)
        _take_steps(ledger, [each for each in migrations() if each.version > present])


def _expect_livable(ledger: Ledger, known: int) -> None:
    if needed_schema(ledger, known) > known:
        raise StateError(
            f"the ledger has schema {_version(ledger)}, this version knows {known}",
            str(ledger.path),
            "install the version that wrote it, or a newer one",
        )


def _take_steps(ledger: Ledger, steps: Sequence[Migration]) -> None:
    for step in steps:
        _run_script(ledger, step.sql)
        ledger.execute(f"PRAGMA user_version = {step.version}")
    if steps:
        for step in migrations():
            ledger.execute(
                "INSERT OR IGNORE INTO schema_step (version, lives_with) VALUES (?, ?)",
                step.version,
                step.lives_with,
            )


def _version(ledger: Ledger) -> int:
    row = ledger.row("PRAGMA user_version")
    return int(row[0]) if row else 0


def _run_script(ledger: Ledger, sql: str) -> None:
    # executescript() would commit the open transaction, so statements go one by one.
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            ledger.execute(statement)
            statement = ""
