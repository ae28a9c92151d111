"""Learnt atlases: what was learnt of each scanner and taken back, and what rests on it.

Entries are only ever appended; the atlas is worked out from them anew. A study stands on the shapes
that it was read with on their word alone, until it is read again.

**Knows:** the tables ``learnt_scanner``, ``atlas_entry``, ``atlas_acknowledgement`` and
``atlas_use``, and which studies rest on something that was withdrawn later.
**Does not know:** what an entry says beyond its shape and character (``dosescreen.learning``).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.clock import Clock
from appliance.ledger import Ledger

LESSON, WITHDRAWAL = "lesson", "withdrawal"

_REST = """
INSERT INTO atlas_use (study_instance_uid, scanner, shape, character, last_entry_id)
SELECT ?, ?, ?, ?, id FROM atlas_entry WHERE scanner = ? ORDER BY id LIMIT 1 OFFSET ?
"""
_DUE = """
SELECT DISTINCT u.study_instance_uid
FROM atlas_entry e INDEXED BY atlas_entry_withdrawn CROSS JOIN atlas_use u
WHERE e.kind = 'withdrawal' AND u.superseded = 0 AND u.scanner = e.scanner
  AND u.shape = e.shape AND u.character = e.character AND e.id > u.last_entry_id
ORDER BY u.study_instance_uid
"""
_UNACKNOWLEDGED = """
SELECT e.scanner, e.character, e.body FROM atlas_entry e INDEXED BY atlas_entry_withdrawn
WHERE e.kind = 'withdrawal' AND e.id > (
  SELECT coalesce(max(a.last_entry_id), 0) FROM atlas_acknowledgement a
  WHERE a.scanner = e.scanner
)
ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class AtlasEntry:
    """One lesson or withdrawal; ``kind`` says which, ``body`` is all of it, JSON-able."""

    kind: str
    shape: str
    character: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Use:
    """A shape that a study was read with on its word alone, and the digit it was read as.

    ``entries`` is how many entries about the scanner were known then, at least one.
    """

    scanner: str
    shape: str
    digit: str
    entries: int


class Atlases:
    """The learnt atlases in a ledger; calls join the ledger transaction around them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def scanners(self) -> dict[str, Mapping[str, Any]]:
        """Every scanner that something was learnt of, by identifier, as it was described."""
        rows = self._ledger.rows("SELECT scanner, described FROM learnt_scanner ORDER BY scanner")
        return {row["scanner"]: json.loads(row["described"]) for row in rows}

    def last_entry_id(self, scanner: str) -> int:
        """The newest entry about a scanner; 0 for none."""
        row = self._ledger.row(
            "SELECT coalesce(max(id), 0) AS id FROM atlas_entry WHERE scanner = ?", scanner
        )
        return int(row["id"]) if row else 0

    def entries(self, scanner: str, last_entry_id: int) -> list[Mapping[str, Any]]:
        """The bodies of a scanner's entries up to that one, the oldest first."""
        rows = self._ledger.rows(
            "SELECT body FROM atlas_entry WHERE scanner = ? AND id <= ? ORDER BY id",
            scanner,
            last_entry_id,
        )
        return [json.loads(row["body"]) for row in rows]

    def append(
        self, scanner: str, described: Mapping[str, Any], entries: Iterable[AtlasEntry]
    ) -> None:
        """Add to what is known of a scanner, all of it or nothing."""
        with self._ledger.transaction():
            self._ledger.execute(
                "INSERT INTO learnt_scanner (scanner, described) VALUES (?, ?)"
                " ON CONFLICT DO NOTHING",
                scanner,
                json.dumps(described, ensure_ascii=False),
            )
            for entry in entries:
                self._ledger.execute(
                    "INSERT INTO atlas_entry (scanner, kind, shape, character, body, written_at)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    scanner,
                    entry.kind,
                    entry.shape,
                    entry.character,
                    json.dumps(entry.body, ensure_ascii=False, allow_nan=False),
                    self._clock.wall(),
                )

    def rest(self, study: str, uses: Iterable[Use]) -> None:
        """Note what a study rests on from now on."""
        with self._ledger.transaction():
            self._ledger.execute(
                "UPDATE atlas_use SET superseded = 1 WHERE study_instance_uid = ?", study
            )
            for use in uses:
                self._ledger.execute(
                    _REST, study, use.scanner, use.shape, use.digit, use.scanner, use.entries - 1
                )

    def due(self) -> Sequence[str]:
        """Studies that rest on what was withdrawn since they were read."""
        return [row["study_instance_uid"] for row in self._ledger.rows(_DUE)]

    def unacknowledged(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        """Withdrawals that nobody has acknowledged: scanner, character, body."""
        rows = self._ledger.rows(_UNACKNOWLEDGED)
        return [(row["scanner"], row["character"], json.loads(row["body"])) for row in rows]

    def acknowledge(self, scanner: str, person: str) -> None:
        """Keep that ``person`` knows of everything that was withdrawn of a scanner so far."""
        self._ledger.execute(
            "INSERT INTO atlas_acknowledgement (scanner, last_entry_id, person, acknowledged_at)"
            " VALUES (?, ?, ?, ?)",
            scanner,
            self.last_entry_id(scanner),
            person,
            self._clock.wall(),
        )
