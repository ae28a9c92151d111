"""Which orders are looked for, what was answered, and which codes nobody has mapped.

Three tables of the ledger, and a file an answer in one folder. The clerk writes inquiries and
answers, the recogniser what it used of them and the codes it could not map. Who a patient is stands
in the files alone.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from appliance.errors import StateError
from appliance.ledger import Ledger
from appliance.ledger.durable import FOLDER_MODE, write_file
from appliance.orders.order import Code, Order, from_json, to_json

ARRIVALS_AT_ONCE = 500


class State(StrEnum):
    """How the search for a study's order stands."""

    ASKING = "asking"
    ABSENT = "absent"
    """The RIS knows none; it is asked again, less and less often."""
    ANSWERED = "answered"
    UNUSED = "unused"
    PASSED_OVER = "passed-over"
    """The study is too old to be asked about."""
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class Search:
    """One study's search; times are seconds since the epoch."""

    study_instance_uid: str
    last_instance_id: int
    state: State
    reason: str
    answer: str
    attempts: int
    asked_at: float
    due_at: float


@dataclass(frozen=True, slots=True)
class Arrived:
    """An object by its id, with its study and when it came, in seconds since the epoch."""

    instance_id: int
    study_instance_uid: str
    received_at: float


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A code that no row of the table maps, and the number of studies it came with."""

    code: Code
    studies: int


class Register:
    """The tables in a ledger, and the answers in a folder."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._folder = folder
        self._ledger = ledger

    def watermark(self) -> int:
        """The newest object that any search knows; what is older is not looked at again."""
        row = self._ledger.row("SELECT COALESCE(MAX(last_instance_id), 0) FROM order_inquiry")
        return int(row[0]) if row else 0

    def arrivals(self, after_id: int) -> list[Arrived]:
        """The next objects after the one with that id, of which the study is known."""
        rows = self._ledger.rows(
            "SELECT instance_id, study_instance_uid, received_at FROM study_member"
            " JOIN instance ON instance.id = instance_id"
            " WHERE instance_id > ? ORDER BY instance_id LIMIT ?",
            after_id,
            ARRIVALS_AT_ONCE,
        )
        return [Arrived(*row) for row in rows]

    def search(self, study: str) -> Search | None:
        """How the search for a study's order stands; None while nobody searches."""
        row = self._ledger.row("SELECT * FROM order_inquiry WHERE study_instance_uid = ?", study)
        return _search(row) if row else None

    def searches(self) -> list[Search]:
        """Every search, the last begun first."""
        rows = self._ledger.rows("SELECT * FROM order_inquiry ORDER BY asked_at DESC")
        return [_search(row) for row in rows]

    def due(self, now_s: float, farthest_s: float) -> Search | None:
        """The search that is due first; one due after ``farthest_s`` was made by another clock."""
        row = self._ledger.row(
            "SELECT * FROM order_inquiry WHERE state IN ('asking', 'absent')"
            " AND (due_at <= ? OR due_at > ?) ORDER BY due_at LIMIT 1",
            now_s,
            farthest_s,
        )
        return _search(row) if row else None

    def note(self, search: Search, order: Order | None = None) -> None:
        """Keep how a search stands now, with the order that was answered, if any."""
        answer = search.answer if order is None else self._keep(search.study_instance_uid, order)
        self._ledger.execute(
            "INSERT INTO order_inquiry (study_instance_uid, last_instance_id, state, reason,"
            " answer, attempts, asked_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET last_instance_id = excluded.last_instance_id,"
            " state = excluded.state, reason = excluded.reason, answer = excluded.answer,"
            " attempts = excluded.attempts, asked_at = excluded.asked_at, due_at = excluded.due_at",
            search.study_instance_uid,
            search.last_instance_id,
            search.state,
            search.reason,
            answer,
            search.attempts,
            search.asked_at,
            search.due_at,
        )

    def order(self, search: Search) -> Order:
        """The order that was answered. Raises StateError when its file is not what was written."""
        file = self._file(search.study_instance_uid)
        content = file.read_bytes() if file.exists() else b""
        if sha256(content).hexdigest() != search.answer:
            raise StateError("the RIS's answer is missing or was changed", str(file), _REMEDY)
        return from_json(content)

    def answered(self, since_s: float) -> list[tuple[str, int]]:
        """Studies that were reported without the answer there is now, each with its last arrival.

        One that was set aside or waits for a person is left alone, and so is one that was first
        asked about before ``since_s``.
        """
        rows = self._ledger.rows(
            "SELECT inquiry.study_instance_uid AS study, decision.last_instance_id AS last"
            " FROM order_inquiry AS inquiry JOIN decision ON decision.id ="
            " (SELECT MAX(id) FROM decision AS every"
            "  WHERE every.study_instance_uid = inquiry.study_instance_uid)"
            " LEFT JOIN order_use ON order_use.study_instance_uid = inquiry.study_instance_uid"
            " WHERE inquiry.state = 'answered' AND inquiry.asked_at > ?"
            " AND decision.outcome = 'reported' AND order_use.answer IS NOT inquiry.answer",
            since_s,
        )
        return [(str(row["study"]), int(row["last"])) for row in rows]

    def used(self, study: str, answer: str) -> None:
        """The study's decision takes this answer into account."""
        self._ledger.execute(
            "INSERT INTO order_use (study_instance_uid, answer) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET answer = excluded.answer",
            study,
            answer,
        )

    def unmapped(self, study: str, codes: Iterable[Code], now_s: float) -> None:
        """Keep the codes of a study that nothing maps."""
        with self._ledger.transaction():
            for code in codes:
                self._ledger.execute(
                    "INSERT INTO unmapped_code (scheme, code, meaning, study_instance_uid, seen_at)"
                    " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    code.scheme,
                    code.value,
                    code.meaning,
                    study,
                    now_s,
                )

    def all_unmapped(self) -> list[Unmapped]:
        """Every code that nothing mapped when it came, the most frequent first."""
        rows = self._ledger.rows(
            "SELECT scheme, code, MAX(meaning) AS meaning, COUNT(*) AS studies FROM unmapped_code"
            " GROUP BY scheme, code ORDER BY studies DESC, scheme, code"
        )
        return [
            Unmapped(Code(row["code"], row["scheme"], "", row["meaning"]), int(row["studies"]))
            for row in rows
        ]

    def unused_since(self, since_s: float) -> dict[str, int]:
        """Reasons why answers were not used in searches begun after ``since_s``, counted."""
        rows = self._ledger.rows(
            "SELECT reason, COUNT(*) AS studies FROM order_inquiry"
            " WHERE state = 'unused' AND asked_at >= ? GROUP BY reason ORDER BY reason",
            since_s,
        )
        return {str(row["reason"]): int(row["studies"]) for row in rows}

    def _keep(self, study: str, order: Order) -> str:
        content = to_json(order)
        self._folder.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        write_file(self._file(study), content)
        return sha256(content).hexdigest()

    def _file(self, study: str) -> Path:
        return self._folder / f"{sha256(study.encode()).hexdigest()[:32]}.json"


_REMEDY = "restore the orders folder from a backup, or remove the study's row from order_inquiry"


def _search(row: sqlite3.Row) -> Search:
    columns = dict(row)
    return Search(**columns | {"state": State(columns["state"])})
