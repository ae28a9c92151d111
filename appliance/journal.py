"""The journal: what persons decided, append-only and hash-chained.

Every entry carries the SHA-256 of its own text and of the entry before it. Beside the ledger lies
``journal.witness``, a line ``seq hash`` for every entry, fsynced after each commit: it shows when
the end of the journal was cut off, or the whole chain written anew.

**Knows:** the chain, its witness, the table ``journal``, and what can be found broken in it.
**Does not know:** what the entries are about; bodies name UIDs, fields, values and the person who
decided, never a patient.
"""

import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance import log
from appliance.clock import Clock
from appliance.ledger import Ledger
from appliance.ledger.durable import append_file

GENESIS = "0" * 64
"""What the first entry names as the hash before it."""

STAMP = "clock"
"""Key of every body: by whose word the clock stood that ``written_at`` was read from.

In the body, so that the chain vouches for it, and entries without it stay as they were hashed.
"""

WITNESS_NAME = "journal.witness"
WITNESS_END_BYTES = 1 << 16
"""At the end of the witness, in which the newest entry is looked for; some 900 lines."""
_WITNESS_LINE = re.compile(r"^([0-9]+) ([0-9a-f]{64})\n", re.MULTILINE)


class Breakage(StrEnum):
    """How a journal is broken."""

    GAP = "gap"
    """An entry is missing where later ones follow."""
    ALTERED = "altered"
    """An entry is not what was written."""
    REORDERED = "reordered"
    """An entry stands at another entry's place."""
    TRUNCATED = "truncated"
    """Entries that were written last are missing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``verify`` found.

    Attributes:
        entries: How many entries the ledger holds.
        broken_seq: The first entry that is wrong or missing; None when all are right.
        breakage: What is wrong with it.
        unwitnessed: Entries at the end that the witness does not vouch for yet.
    """

    entries: int
    broken_seq: int | None = None
    breakage: Breakage | None = None
    unwitnessed: int = 0

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return self.breakage is None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``text`` is its body as canonical JSON, exactly as hashed."""

    seq: int
    written_at: float
    kind: str
    text: str
    previous_hash: str
    hash: str

    @property
    def body(self) -> dict[str, Any]:
        """The body."""
        parsed: dict[str, Any] = json.loads(self.text)
        return parsed

    def follows_from_its_text(self) -> bool:
        """Whether the hash is the one of what the entry says."""
        return self.hash == _hash(
            self.seq, self.written_at, self.kind, self.text, self.previous_hash
        )


class Journal:
    """The journal in a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._witness = ledger.path.with_name(WITNESS_NAME)

    def append(self, kind: str, body: Mapping[str, object]) -> Entry:
        """Append one entry, durable with the ledger transaction it stands in.

        What the clock is worth that dates it is added to the body, as ``clock``.
        Raises TypeError or ValueError when ``body`` is not JSON.
        """
        text = canonical_json({**body, STAMP: self._clock.state()})
        with self._ledger.transaction():
            entry = self._next(kind, text)
            self._ledger.execute(
                "INSERT INTO journal (seq, written_at, kind, body, previous_hash, hash)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                entry.seq,
                entry.written_at,
                entry.kind,
                entry.text,
                entry.previous_hash,
                entry.hash,
            )
            self._ledger.after_commit(self.bear_witness)
        return entry

    def entries(self) -> Iterator[Entry]:
        """Every entry, the oldest first."""
        for row in self._ledger.rows("SELECT * FROM journal ORDER BY seq"):
            yield _entry(row)

    def since(self, seq: int, most: int) -> list[Entry]:
        """The next ``most`` entries after that one."""
        sql = "SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"
        return [_entry(row) for row in self._ledger.rows(sql, seq, most)]

    def numbered(self, seq: int) -> Entry | None:
        """One entry; None where there is none of that number."""
        row = self._ledger.row("SELECT * FROM journal WHERE seq = ?", seq)
        return None if row is None else _entry(row)

    def newest(self) -> int:
        """The number of the last entry; 0 before the first."""
        row = self._ledger.row("SELECT coalesce(max(seq), 0) AS seq FROM journal")
        return int(row["seq"]) if row else 0

    def verify(self) -> Verdict:
        """Follow the chain from its first entry, and compare it with the witness."""
        witnessed = self._witnessed()  # read first: a running service may append meanwhile
        entries = list(self.entries())
        hashes = {GENESIS, *(entry.hash for entry in entries)}
        previous = GENESIS
        for seq, entry in enumerate(entries, 1):
            broken = _breakage(entry, seq, previous, hashes, witnessed.get(seq, entry.hash))
            if broken is not None:
                return Verdict(len(entries), seq, broken)
            previous = entry.hash
        last = max(witnessed, default=0)
        if last > len(entries):
            return Verdict(len(entries), len(entries) + 1, Breakage.TRUNCATED)
        return Verdict(len(entries), unwitnessed=len(entries) - last)

    def bear_witness(self) -> None:
        """Write down the hash of every entry the witness does not have yet."""
        try:
            last = self._newest_witnessed()
            rows = self._ledger.rows(
                "SELECT seq, hash FROM journal WHERE seq > ? ORDER BY seq", last
            )
            lines = "".join(f"{row['seq']} {row['hash']}\n" for row in rows)
            if lines:
                append_file(self._witness, f"{self._end_of_torn_line()}{lines}".encode())
        except OSError as failure:
            # The entry itself is durable; the next one is witnessed together with it.
            log.error("journal_witness_failed", reason=failure.strerror)

    def _next(self, kind: str, text: str) -> Entry:
        row = self._ledger.row("SELECT * FROM journal ORDER BY seq DESC LIMIT 1")
        seq, previous = (row["seq"] + 1, row["hash"]) if row else (1, GENESIS)
        now = self._clock.wall()
        return Entry(seq, now, kind, text, previous, _hash(seq, now, kind, text, previous))

    def _newest_witnessed(self) -> int:
        """The number of the last entry that the witness has; 0 for none.

        It stands at the end, so the rest need not be read: a witness grows for years.
        """
        if not self._witness.exists():
            return 0
        with self._witness.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - WITNESS_END_BYTES))
            lines = _WITNESS_LINE.findall(file.read().decode("ascii", "replace"))
        if not lines and end > WITNESS_END_BYTES:
            return max(self._witnessed(), default=0)
        return max((int(seq) for seq, _ in lines), default=0)

    def _witnessed(self) -> dict[int, str]:
        if not self._witness.exists():
            return {}
        found: dict[int, str] = {}
        for line in _WITNESS_LINE.finditer(self._witness.read_text("ascii", "replace")):
            found.setdefault(int(line[1]), line[2])
        return found

    def _end_of_torn_line(self) -> str:
        if not self._witness.exists():
            return ""
        with self._witness.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
            return "" if file.read() in {b"", b"\n"} else "\n"


def canonical_json(body: Mapping[str, object]) -> str:
    """The one text of a JSON object: keys sorted, no spaces, no NaN."""
    return json.dumps(
        body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _hash(seq: int, written_at: float, kind: str, text: str, previous_hash: str) -> str:
    whole = {
        "seq": seq,
        "written_at": written_at,
        "kind": kind,
        "body": text,
        "previous_hash": previous_hash,
    }
    return hashlib.sha256(canonical_json(whole).encode()).hexdigest()


def _breakage(
    entry: Entry, seq: int, previous: str, hashes: set[str], witnessed: str
) -> Breakage | None:
    if entry.seq != seq:
        return Breakage.GAP
    if entry.previous_hash != previous:
        return Breakage.REORDERED if entry.previous_hash in hashes else Breakage.ALTERED
    if not entry.follows_from_its_text() or entry.hash != witnessed:
        return Breakage.ALTERED
    return None


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        row["seq"],
        row["written_at"],
        row["kind"],
        row["body"],
        row["previous_hash"],
        row["hash"],
    )
