"""Objects that are not whole any more: which, what remains of each, and which are wanted again.

A row is durable before a file is touched, and what the row says is then done to the file, as often
as it takes: a process that is killed leaves whole objects, or rows that the next one carries out.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from appliance.ledger import Ledger
from appliance.spool.arrival import Instance
from appliance.spool.folder import Folder
from appliance.spool.header import header_of


class Remains(StrEnum):
    """What is left of an object."""

    HEADER = "header"
    """Everything but its pixels."""
    NOTHING = "nothing"


class Why(StrEnum):
    """Why no more is left."""

    AGE = "age"
    """Its days were over."""
    RULE = "rule"
    """So a rule of the gateway says."""
    ROOM = "room"
    """The disk had little room; it would have gone later."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """What is to remain of one object; ``sha256`` and ``size_bytes`` of the file that does."""

    instance: Instance
    remains: Remains
    sha256: str = ""
    size_bytes: int = 0

    @property
    def freed_bytes(self) -> int:
        """About how much the disk gets back."""
        return self.instance.size_bytes - self.size_bytes


def to_header(folder: Folder, instance: Instance) -> Reduction | None:
    """How the object's pixels go; None where they cannot.

    They cannot where it has none, and where the file is not what was received: what is damaged is
    not made smaller. Raises OSError, UnreadableObjectError.
    """
    header = _header(folder, instance)
    if header is None:
        return None
    digest = hashlib.sha256(header).hexdigest()
    return Reduction(instance, Remains.HEADER, digest, len(header))


def _header(folder: Folder, instance: Instance) -> bytes | None:
    try:
        content = (folder.path / instance.path).read_bytes()
    except FileNotFoundError:
        return None
    dataset = memoryview(content)[len(content) - instance.size_bytes :]
    if hashlib.sha256(dataset).hexdigest() != instance.sha256:
        return None
    return header_of(content, instance.path)


class Reductions:
    """The tables ``reduction`` and ``recall``, and the files in ``folder`` that they speak of."""

    def __init__(self, folder: Folder, ledger: Ledger) -> None:
        self._folder = folder
        self._ledger = ledger

    def plan(self, reductions: Iterable[Reduction], why: Why, now: float) -> None:
        """Write down what is to remain; joins the transaction that made sure that it may."""
        for each in reductions:
            self._ledger.execute(
                "INSERT INTO reduction (instance_id, remains, sha256, size_bytes, why, decided_at)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (instance_id) DO UPDATE SET"
                " remains = ?2, sha256 = ?3, size_bytes = ?4, why = ?5, decided_at = ?6,"
                " finished = 0",
                each.instance.id,
                each.remains,
                each.sha256,
                each.size_bytes,
                why,
                now,
            )

    def carry_out(self, most: int = 1000) -> int:
        """Do to the files what is written down and not done; returns to how many.

        Raises OSError; what was not done then is done next time.
        """
        rows = self._ledger.rows(
            "SELECT r.remains, i.* FROM reduction r JOIN instance i ON i.id = r.instance_id"
            " WHERE r.finished = 0 ORDER BY i.id LIMIT ?",
            most,
        )
        shards = {str(row["path"]).split("/")[0] for row in rows}
        for row in rows:
            if self._is_still_to_be_done(row["id"]):
                self._do(instance_of(row), Remains(row["remains"]))
        self._folder.sync(shards)
        with self._ledger.transaction():
            for row in rows:
                done = "UPDATE reduction SET finished = 1 WHERE instance_id = ?"
                self._ledger.execute(done, row["id"])
        return len(rows)

    def of_study(self, study_instance_uid: str) -> dict[int, Remains]:
        """What remains of the objects of a study that are not whole, by the ids of their rows."""
        rows = self._ledger.rows(
            "SELECT instance_id, remains FROM reduction JOIN study_member USING (instance_id)"
            " WHERE study_instance_uid = ?",
            study_instance_uid,
        )
        return {int(row["instance_id"]): Remains(row["remains"]) for row in rows}

    def recall(self, instance_ids: Iterable[int], now: float) -> int:
        """Want objects whole again; returns how many were not wanted already."""
        with self._ledger.transaction():
            return sum(self._recall(each, now) for each in instance_ids)

    def recalled(self) -> Iterator[tuple[str, str, str]]:
        """Study, series and SOP Instance UID of what is wanted and has not come."""
        rows = self._ledger.rows(
            "SELECT study_instance_uid, series_instance_uid, sop_instance_uid FROM recall"
            " JOIN study_member USING (instance_id) JOIN instance ON instance.id = instance_id"
            " WHERE came_at IS NULL ORDER BY study_instance_uid, series_instance_uid"
        )
        return ((str(row[0]), str(row[1]), str(row[2])) for row in rows)

    def give_up(self, study_instance_uid: str) -> int:
        """Want nothing of a study any more; returns how many objects had not come."""
        return self._ledger.execute(
            "DELETE FROM recall WHERE came_at IS NULL AND instance_id IN"
            " (SELECT instance_id FROM study_member WHERE study_instance_uid = ?)",
            study_instance_uid,
        ).rowcount

    def _recall(self, instance_id: int, now: float) -> int:
        return self._ledger.execute(
            "INSERT INTO recall (instance_id, asked_at) VALUES (?1, ?2)"
            " ON CONFLICT (instance_id) DO UPDATE SET asked_at = ?2, came_at = NULL"
            " WHERE came_at IS NOT NULL",
            instance_id,
            now,
        ).rowcount

    def _is_still_to_be_done(self, instance_id: int) -> bool:
        """Not where the object came again meanwhile, called back."""
        sql = "SELECT 1 FROM reduction WHERE instance_id = ? AND finished = 0"
        return self._ledger.row(sql, instance_id) is not None

    def _do(self, instance: Instance, remains: Remains) -> None:
        if remains is Remains.NOTHING:
            (self._folder.path / instance.path).unlink(missing_ok=True)
            return
        header = _header(self._folder, instance)
        if header is not None:  # it was done before, else
            self._folder.replace(instance.path, [header])


def stands(ledger: Ledger, instance_id: int) -> bool | None:
    """Whether a known object need not be written when it comes again.

    True: it was made smaller, and nobody wants it whole. False: it is wanted. None: it should be
    there as it was.
    """
    if ledger.row("SELECT 1 FROM recall WHERE instance_id = ? AND came_at IS NULL", instance_id):
        return False
    reduced = ledger.row("SELECT 1 FROM reduction WHERE instance_id = ?", instance_id)
    return True if reduced else None


def restored(ledger: Ledger, instance_id: int, now: float) -> None:
    """An object that is known has been written again; joins the transaction.

    What was written down about it and not yet done is not done any more.
    """
    ledger.execute("DELETE FROM reduction WHERE instance_id = ?", instance_id)
    came = "UPDATE recall SET came_at = ? WHERE instance_id = ? AND came_at IS NULL"
    ledger.execute(came, now, instance_id)


def instance_of(row: sqlite3.Row) -> Instance:
    """A row of ``instance``; further columns are left out."""
    columns = {name: row[name] for name in Instance.__slots__}
    return Instance(**columns | {"conflict": bool(columns["conflict"])})
