"""The backups that were made of this box: the table ``backup_made``."""

import sqlite3
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was read back and is whole; ``made_at`` in seconds since the epoch."""

    number: int
    medium: str
    made_at: float
    file: str
    size_bytes: int


class Backups:
    """Backups by their numbers."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def begin(self, medium: str, after: int = 0) -> int:
        """The number of a backup that begins now, above ``after`` and all before."""
        with self._ledger.transaction():
            row = self._ledger.row("SELECT coalesce(max(id), 0) AS last FROM backup_made")
            number = max(after, int(row["last"]) if row else 0) + 1
            sql = "INSERT INTO backup_made (id, medium, began_at) VALUES (?, ?, ?)"
            self._ledger.execute(sql, number, medium, self._clock.wall())
        return number

    def end(self, number: int, *, file: str = "", size_bytes: int = 0, fault: str = "") -> None:
        """It is whole on its medium, or failed; joins the transaction at hand."""
        self._ledger.execute(
            "UPDATE backup_made SET ended_at = ?, file = ?, size_bytes = ?, fault = ?"
            " WHERE id = ? AND ended_at IS NULL",
            self._clock.wall(),
            file,
            size_bytes,
            fault,
            number,
        )

    def last(self) -> Made | None:
        """The newest that is whole."""
        return _made(
            self._ledger.row(
                "SELECT * FROM backup_made WHERE ended_at IS NOT NULL AND fault = ''"
                " ORDER BY id DESC LIMIT 1"
            )
        )


def _made(row: sqlite3.Row | None) -> Made | None:
    if row is None:
        return None
    return Made(row["id"], row["medium"], row["ended_at"], row["file"], row["size_bytes"])
