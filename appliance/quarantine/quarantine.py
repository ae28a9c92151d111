"""Opening, finding, deciding and closing cases."""

import json
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from appliance.clock import Clock
from appliance.dose.codec import doubt_from_json, doubt_to_json, record_from_json, record_to_json
from appliance.dose.doubt import Doubt, Reason
from appliance.errors import NotFoundError, RefusedError
from appliance.ledger import Ledger
from appliance.ledger.durable import FOLDER_MODE, PART_SUFFIX, sync_folder, write_file
from appliance.quarantine.case import Case, Closure, Decision, Settlement, Verdict

PICTURE_SUFFIX = ".png"
_PICTURE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

_SETTLEMENTS = """
SELECT s.*, q.study_instance_uid FROM settlement s JOIN quarantined q ON q.id = s.quarantined_id
"""

_UNDECIDED = """
SELECT q.* FROM quarantined q WHERE q.closed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM settlement s WHERE s.quarantined_id = q.id)
"""
_UNPROPOSED = """
  AND NOT EXISTS (
    SELECT 1 FROM first_decision f WHERE f.quarantined_id = q.id AND f.ended_as = '')
"""


class Quarantine:
    """The cases in ``folder`` and their rows; calls join the ledger transaction around them."""

    def __init__(self, folder: Path, ledger: Ledger, clock: Clock) -> None:
        folder.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        self._folder = folder
        self._ledger = ledger
        self._clock = clock

    @contextmanager
    def pictures(self, pictures: Mapping[str, bytes]) -> Iterator[str]:
        """A new folder with ``pictures``, for a case to be opened in the block; gone if it fails.

        They are PNG files by name (``page-1``: small letters, digits, hyphens). Not to be called
        in a transaction: every file is synced, and the receiver would wait for all of them.
        """
        for name in pictures:
            if not _PICTURE_NAME.fullmatch(name):
                raise ValueError(f"not a picture's name: {name!r}")
        folder = self._folder / secrets.token_hex(8)
        part = folder.with_suffix(PART_SUFFIX)
        try:
            part.mkdir(FOLDER_MODE)
            for name, content in pictures.items():
                write_file(part / f"{name}{PICTURE_SUFFIX}", content)
            part.rename(folder)
            sync_folder(self._folder)
            yield folder.name
        except BaseException:
            for left in (part, folder):
                shutil.rmtree(left, ignore_errors=True)
            raise

    def open(
        self,
        study_instance_uid: str,
        doubts: Sequence[Doubt],
        evidence: Mapping[str, Any],
        folder: str,
    ) -> Case:
        """Open a case; an open one of the same study is closed as superseded.

        ``folder`` is what ``pictures`` gave. The record, where there is one, stands in
        ``evidence["record"]`` as ``dose.codec`` writes it.
        """
        if not doubts:
            raise ValueError("a case has at least one doubt")
        body = {"doubts": [doubt_to_json(doubt) for doubt in doubts], "evidence": evidence}
        text = json.dumps(body, ensure_ascii=False, allow_nan=False)
        with self._ledger.transaction():
            self.supersede(study_instance_uid)
            opened = self._ledger.execute(
                "INSERT INTO quarantined (study_instance_uid, reason, evidence, folder, opened_at)"
                " VALUES (?, ?, ?, ?, ?)",
                study_instance_uid,
                doubts[0].reason,
                text,
                folder,
                self._clock.wall(),
            )
            return self.case(opened.lastrowid or 0)

    def cases(self, *, open_only: bool = True) -> list[Case]:
        """The cases, the oldest first."""
        which = "WHERE closed_at IS NULL" if open_only else ""
        rows = self._ledger.rows(f"SELECT * FROM quarantined {which} ORDER BY id")  # noqa: S608 - constants
        return [self._case(row) for row in rows]

    def of_study(self, study_instance_uid: str) -> list[Case]:
        """The cases of a study, the oldest first."""
        sql = "SELECT * FROM quarantined WHERE study_instance_uid = ? ORDER BY id"
        return [self._case(row) for row in self._ledger.rows(sql, study_instance_uid)]

    def waiting(self, offset: int, count: int) -> list[Case]:
        """Open cases that nobody has decided, the oldest first: ``count`` from ``offset`` on."""
        rows = self._ledger.rows(f"{_UNDECIDED} ORDER BY q.id LIMIT ? OFFSET ?", count, offset)
        return [self._case(row) for row in rows]

    def count_waiting(self) -> int:
        """How many there are."""
        row = self._ledger.row(f"SELECT count(*) AS cases FROM ({_UNDECIDED})")  # noqa: S608 - constants
        return int(row["cases"]) if row else 0

    def next_undecided(self) -> int | None:
        """The oldest that waits for nobody's agreement; None when there is none."""
        sql = f"{_UNDECIDED} {_UNPROPOSED} ORDER BY q.id LIMIT 1"
        row = self._ledger.row(sql)
        return int(row["id"]) if row else None

    def last_case(self, study_instance_uid: str) -> int | None:
        """The number of a study's newest case; None when it has none."""
        sql = "SELECT max(id) AS id FROM quarantined WHERE study_instance_uid = ?"
        row = self._ledger.row(sql, study_instance_uid)
        return row["id"] if row else None

    def open_studies(self) -> set[str]:
        """The studies of the open cases."""
        sql = "SELECT study_instance_uid FROM quarantined WHERE closed_at IS NULL"
        return {str(row["study_instance_uid"]) for row in self._ledger.rows(sql)}

    def case(self, case_id: int) -> Case:
        """One case. Raises NotFoundError."""
        row = self._ledger.row("SELECT * FROM quarantined WHERE id = ?", case_id)
        if row is None:
            raise NotFoundError(
                f"there is no case {case_id}",
                "quarantine",
                "`appliance quarantine list` lists them",
            )
        return self._case(row)

    def decide(self, case_id: int, verdict: Verdict, decision: Decision) -> Settlement:
        """Keep a person's decision; the recogniser applies it.

        Raises NotFoundError, and RefusedError when the case is closed or decided already.
        """
        with self._ledger.transaction():
            self.expect_undecided(self.case(case_id))
            self._ledger.execute(
                "INSERT INTO settlement (quarantined_id, verdict, cause, person, reason,"
                " corrections, accepted, record, seconded_by, decided_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                case_id,
                Verdict.SETTLE if verdict.is_release else Verdict.DISCARD,
                verdict if verdict is Verdict.WRONG_PATIENT else "",
                decision.person,
                decision.reason,
                json.dumps(dict(decision.corrections), ensure_ascii=False),
                json.dumps(decision.accepted),
                json.dumps(record_to_json(decision.record)) if decision.record else None,
                decision.seconded_by,
                self._clock.wall(),
            )
            (settlement,) = self._settlements("WHERE s.quarantined_id = ?", case_id)
        return settlement

    def settlement(self, case_id: int) -> Settlement | None:
        """What a person decided about a case, or None."""
        found = self._settlements("WHERE s.quarantined_id = ?", case_id)
        return found[0] if found else None

    def last_settlement(self, study_instance_uid: str) -> Settlement | None:
        """The last decision of a person about a study, or None."""
        found = self._settlements(
            "WHERE q.study_instance_uid = ? ORDER BY s.id DESC LIMIT 1", study_instance_uid
        )
        return found[0] if found else None

    def unapplied_settlements(self) -> list[Settlement]:
        """Decisions about cases that are still open, the oldest first."""
        return self._settlements("WHERE q.closed_at IS NULL ORDER BY s.id")

    def close(self, case_id: int, closed_as: Closure) -> None:
        """Close an open case; a closed one stays as it was closed."""
        self._ledger.execute(
            "UPDATE quarantined SET closed_at = ?, closed_as = ?"
            " WHERE id = ? AND closed_at IS NULL",
            self._clock.wall(),
            closed_as,
            case_id,
        )

    def supersede(self, study_instance_uid: str) -> None:
        """Close the open case of a study, if any, because a newer look at it was taken.

        Its pictures go: nobody decided by them.
        """
        rows = self._ledger.rows(
            "SELECT id, folder FROM quarantined WHERE study_instance_uid = ? AND closed_at IS NULL",
            study_instance_uid,
        )
        with self._ledger.transaction() as ledger:
            for row in rows:
                self.close(row["id"], Closure.SUPERSEDED)
                folder = self._folder / row["folder"]
                ledger.after_commit(partial(shutil.rmtree, folder, ignore_errors=True))

    def recover(self) -> int:
        """Remove folders that no case has, or only a superseded one; the count of them.

        Only for the one who opens cases, before it opens any.
        """
        rows = self._ledger.rows(
            "SELECT folder FROM quarantined WHERE closed_as <> ?", Closure.SUPERSEDED
        )
        known = {row["folder"] for row in rows}
        orphans = [path for path in self._folder.glob("*/") if path.name not in known]
        for path in orphans:
            shutil.rmtree(path)
        return len(orphans)

    def expect_undecided(self, case: Case) -> None:
        """Raises RefusedError when the case is closed or decided already."""
        if not case.is_open:
            raise RefusedError(
                f"the case is closed ({case.closed_as})",
                f"case {case.id}",
                "`appliance quarantine list` lists the open ones",
            )
        settled = self.settlement(case.id)
        if settled is not None:
            raise RefusedError(
                f"{settled.decision.person} has decided it already ({settled.verdict})",
                f"case {case.id}",
            )

    def _settlements(self, which: str, *parameters: object) -> list[Settlement]:
        rows = self._ledger.rows(f"{_SETTLEMENTS} {which}", *parameters)
        return [_settlement(row) for row in rows]

    def _case(self, row: sqlite3.Row) -> Case:
        kept = json.loads(row["evidence"])
        return Case(
            row["id"],
            row["study_instance_uid"],
            tuple(doubt_from_json(doubt) for doubt in kept["doubts"]),
            kept["evidence"],
            {path.stem: path for path in sorted((self._folder / row["folder"]).glob("*.png"))},
            row["opened_at"],
            row["closed_at"],
            Closure(row["closed_as"]) if row["closed_as"] else None,
        )


def _settlement(row: sqlite3.Row) -> Settlement:
    decision = Decision(
        row["person"],
        row["reason"],
        json.loads(row["corrections"]),
        tuple(Reason(reason) for reason in json.loads(row["accepted"])),
        record_from_json(json.loads(row["record"])) if row["record"] else None,
        row["seconded_by"],
    )
    return Settlement(
        row["id"],
        row["quarantined_id"],
        row["study_instance_uid"],
        Verdict(row["cause"] or row["verdict"]),
        decision,
        row["decided_at"],
    )
