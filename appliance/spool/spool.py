"""The spool: files and their rows, from arrival to decision."""

import hashlib
import sqlite3
import struct
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import UID

from appliance.clock import Clock, ClockState
from appliance.errors import OutOfResourcesError, UnreadableObjectError
from appliance.ledger import Ledger
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from appliance.spool import file_meta
from appliance.spool.arrival import Arrival, Instance, Kept, Recovery, Verdict
from appliance.spool.dataset import read_attributes, read_dataset, read_step
from appliance.spool.folder import Buffer, Folder, name_of
from appliance.spool.image_readings import ImageReadings
from appliance.spool.reduction import (
    Reduction,
    Reductions,
    instance_of,
    restored,
    stands,
    to_header,
)
from appliance.spool.step import StepMessage, StepState, enter, is_step, read_message, state_of
from appliance.spool.study import Decision, Outcome, WaitingStudy

UNREADABLE = "unreadable"
INDEX_BATCH = 100


@dataclass(frozen=True, slots=True)
class _Content:
    """A data set's bytes: the file they make, and what they are known by."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Receipt:
    """When it came, and by whose word the clock stood; None: it came before the last start."""

    at: float
    clock_state: ClockState | None


class Spool:
    """Everything received, in one folder and four tables of the ledger.

    Safe to use from several threads; ``recover`` belongs to the receiver, ``keep`` to it and to
    whoever fetches, ``index_arrivals`` and ``decide`` to whoever reads.
    """

    def __init__(self, folder: Path, ledger: Ledger, clock: Clock, min_free_bytes: int = 0) -> None:
        self._folder = Folder(folder)
        self._ledger = ledger
        self._clock = clock
        self._min_free_bytes = min_free_bytes
        # The connection is shared: nobody may read a row that is not yet committed.
        self._lock = threading.Lock()

    def keep(
        self, arrival: Arrival, dataset: Sequence[Buffer], message: StepMessage | None = None
    ) -> Kept:
        """Make the object durable; ``dataset`` is its bytes as received, in pieces.

        ``message`` is what it says of its step, when it is about one.
        Raises OutOfResourcesError when nothing was kept because the disk has no room or fails.
        """
        content = _content(arrival, dataset)
        try:
            known = self._known(arrival.sop_instance_uid, content.sha256)
            if known is not None and self._is_here(known, content):
                return Kept(known, Verdict.REPEAT)
            self._require_room(content.size_bytes)
            self._folder.write(content.name, [file_meta.encode(arrival), *dataset])
            receipt = _Receipt(self._clock.wall(), self._clock.state())
            return self._enter(arrival, content, receipt, message)
        except (OSError, sqlite3.OperationalError) as failure:
            raise OutOfResourcesError(str(failure), str(self._folder.path)) from failure

    def _is_here(self, known: int, content: _Content) -> bool:
        """Whether nothing need be written: it is whole, or is not wanted whole."""
        with self._lock:
            by_decision = stands(self._ledger, known)
        if by_decision is None:
            return self._folder.holds(content.name, content.size_bytes)
        return by_decision

    def id_of(self, arrival: Arrival, dataset: Sequence[Buffer]) -> int | None:
        """The row of the same object with the same bytes; None when it is not here."""
        return self._known(arrival.sop_instance_uid, _content(arrival, dataset).sha256)

    def step_state(self, sop_instance_uid: str) -> StepState | None:
        """The state of a performed procedure step; None when there is none of that UID."""
        with self._lock:
            return state_of(self._ledger, sop_instance_uid)

    def recover(self) -> Recovery:
        """Sweep unfinished files and enter whole ones that have no row; for the receiver's start.

        A file whose content does not match its name is left where it is and named in the result.
        """
        swept = self._folder.sweep()
        damaged: list[str] = []
        entered = 0
        for name in self._orphans():
            if self._enter_orphan(name):
                entered += 1
            else:
                damaged.append(name)
        return Recovery(swept, entered, tuple(damaged))

    def free_bytes(self) -> int:
        """Bytes that may still be written on the spool's disk."""
        return self._folder.free_bytes()

    def is_below_watermark(self) -> bool:
        """Whether objects are refused for want of room."""
        return self.free_bytes() < self._min_free_bytes

    @property
    def reductions(self) -> Reductions:
        """The objects that are not whole any more; for one thread."""
        return Reductions(self._folder, self._ledger)

    def to_header(self, instance: Instance) -> Reduction | None:
        """How the object's pixels go; None where they cannot (``reduction.to_header``)."""
        return to_header(self._folder, instance)

    @property
    def image_readings(self) -> ImageReadings:
        """What was read of images' pixels; for one thread."""
        return ImageReadings(self._ledger)

    def file(self, instance: Instance) -> Path:
        """Where the object is, as a Part 10 file; of one that is not whole what remains of it."""
        return self._folder.path / instance.path

    def open_dataset(self, instance: Instance, character_set: str = "") -> Dataset:
        """The object as a data set; raises and tolerates as ``read_dataset``.

        A message about a performed procedure step is given its class, UID and study, which it was
        sent without.
        """
        if instance.sop_class_uid != PERFORMED_PROCEDURE_STEP:
            return read_dataset(self.file(instance), character_set)
        dataset = read_step(self.file(instance), character_set)
        dataset.SOPClassUID = UID(instance.sop_class_uid)
        dataset.SOPInstanceUID = UID(instance.sop_instance_uid)
        dataset.StudyInstanceUID = UID(self._study_of_step(instance))
        return dataset

    def open_attributes(self, instance: Instance, keywords: Iterable[str | int]) -> Dataset:
        """What ``keywords`` name of the object, no pixels; raises as ``read_attributes``.

        All of a message about a performed procedure step.
        """
        if instance.sop_class_uid == PERFORMED_PROCEDURE_STEP:
            return self.open_dataset(instance)
        return read_attributes(self.file(instance), keywords)

    def index_arrivals(self) -> int:
        """Find the study of every object that is new since the last call; returns how many.

        An object that cannot be opened is a study of its own, ``unreadable:<instance id>``. Another
        process may do the same at the same time.
        """
        arrived = self._rows(
            "SELECT * FROM instance"
            " WHERE id > (SELECT COALESCE(MAX(instance_id), 0) FROM study_member)"
            " ORDER BY id LIMIT ?",
            INDEX_BATCH,
        )
        members = [self._member(instance_of(row)) for row in arrived]
        with self._lock, self._ledger.transaction() as ledger:
            for member in members:
                ledger.execute(
                    "INSERT OR IGNORE INTO study_member (instance_id, study_instance_uid,"
                    " series_instance_uid, modality) VALUES (?, ?, ?, ?)",
                    *member,
                )
        return len(members)

    def instances(self, study_instance_uid: str) -> list[Instance]:
        """The study's objects in the order of their arrival."""
        rows = self._rows(
            "SELECT instance.* FROM study_member JOIN instance ON instance.id = instance_id"
            " WHERE study_instance_uid = ? ORDER BY instance.id",
            study_instance_uid,
        )
        return [instance_of(row) for row in rows]

    def newest_id(self) -> int:
        """The id of the object that arrived last; 0 when there is none."""
        return int(self._rows("SELECT COALESCE(MAX(id), 0) FROM instance")[0][0])

    def arrivals_after(self, instance_id: int, most: int) -> list[Instance]:
        """Up to ``most`` objects that arrived after that one, the oldest first."""
        sql = "SELECT * FROM instance WHERE id > ? ORDER BY id LIMIT ?"
        return [instance_of(row) for row in self._rows(sql, instance_id, most)]

    def held(self, sop_instance_uids: Iterable[str]) -> set[str]:
        """Those of the objects, by SOP Instance UID, that came and are not wanted again."""
        called_back = {uid for _, _, uid in self.reductions.recalled()}
        return {uid for uid in sop_instance_uids if uid not in called_back and self.classes(uid)}

    def classes(self, sop_instance_uid: str) -> set[str]:
        """The SOP classes that an object came as; more than one when it came twice, otherwise."""
        sql = "SELECT sop_class_uid FROM instance WHERE sop_instance_uid = ?"
        return {str(row["sop_class_uid"]) for row in self._rows(sql, sop_instance_uid)}

    def undecided_conflicts(self, conflicting_studies: Collection[str]) -> set[str]:
        """SOP Instance UIDs that came with two contents, in studies that nobody is done with.

        Those are the ones that wait, and ``conflicting_studies``.
        """
        rows = self._rows(
            "SELECT DISTINCT sop_instance_uid, study_instance_uid, decision_id"
            " FROM instance LEFT JOIN study_member ON instance_id = instance.id WHERE conflict = 1"
        )
        return {
            str(row["sop_instance_uid"])
            for row in rows
            if row["decision_id"] is None or row["study_instance_uid"] in conflicting_studies
        }

    def waiting_studies(self) -> list[WaitingStudy]:
        """Studies with arrivals newer than their last decision, the longest quiet first."""
        rows = self._rows(
            "SELECT study_instance_uid, MAX(instance_id), MAX(received_at) AS newest,"
            " EXISTS (SELECT 1 FROM performed_step WHERE state = 'IN PROGRESS' AND"
            " performed_step.study_instance_uid = study_member.study_instance_uid) AS in_progress"
            " FROM study_member JOIN instance ON instance.id = instance_id"
            " WHERE decision_id IS NULL GROUP BY study_instance_uid ORDER BY newest"
        )
        return [WaitingStudy(row[0], row[1], row[2], bool(row["in_progress"])) for row in rows]

    def decide(self, decision: Decision, merged: str = "") -> None:
        """Record how a study ended; joins the ledger's transaction if one is open.

        The arrivals up to ``last_instance_id`` no longer wait; later ones reopen the study.
        ``merged`` is how its sources were put together, as JSON; empty: they were not.
        """
        decided = self._ledger.execute(
            "INSERT INTO decision (study_instance_uid, last_instance_id, outcome, reason, record,"
            " layout, atlas, decided_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            decision.study_instance_uid,
            decision.last_instance_id,
            decision.outcome.value,
            decision.reason,
            decision.record,
            decision.layout,
            decision.atlas,
            decision.decided_at,
        )
        if merged:
            keep = "INSERT INTO decision_sources (decision_id, merged) VALUES (?, ?)"
            self._ledger.execute(keep, decided.lastrowid, merged)

    def merged(self, study_instance_uid: str) -> str:
        """How the sources were put together for the last decision, as JSON; empty: they were not.

        A decision that stood when more came, of which nothing was put together, is that before it.
        """
        rows = self._rows(
            "SELECT merged FROM decision_sources JOIN decision ON decision.id = decision_id"
            " WHERE study_instance_uid = ? ORDER BY decision_id DESC LIMIT 1",
            study_instance_uid,
        )
        return str(rows[0]["merged"]) if rows else ""

    def decisions(self, study_instance_uid: str) -> list[Decision]:
        """Every decision on the study, the oldest first."""
        rows = self._rows(
            "SELECT * FROM decision WHERE study_instance_uid = ? ORDER BY id", study_instance_uid
        )
        return [_decision(row) for row in rows]

    def last_decision(self, study_instance_uid: str) -> Decision | None:
        """The decision that counts, or None while there is none."""
        decisions = self.decisions(study_instance_uid)
        return decisions[-1] if decisions else None

    def _rows(self, sql: str, *parameters: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._ledger.rows(sql, *parameters)

    def _known(self, sop_instance_uid: str, sha256: str) -> int | None:
        rows = self._rows(
            "SELECT id FROM instance WHERE sop_instance_uid = ? AND sha256 = ?",
            sop_instance_uid,
            sha256,
        )
        return int(rows[0]["id"]) if rows else None

    def _require_room(self, size_bytes: int) -> None:
        if self.free_bytes() - size_bytes < self._min_free_bytes:
            raise OutOfResourcesError("free space is below the watermark", str(self._folder.path))

    def _enter(
        self, arrival: Arrival, content: _Content, receipt: _Receipt, message: StepMessage | None
    ) -> Kept:
        with self._lock, self._ledger.transaction() as ledger:
            present = ledger.rows(
                "SELECT id, sha256 FROM instance WHERE sop_instance_uid = ?",
                arrival.sop_instance_uid,
            )
            for row in present:
                if row["sha256"] == content.sha256:
                    restored(ledger, int(row["id"]), receipt.at)
                    return Kept(int(row["id"]), Verdict.REPEAT)
            conflict = bool(present) and message is None  # a step is set with other bytes
            cursor = ledger.execute(
                "INSERT INTO instance (sop_instance_uid, sop_class_uid, transfer_syntax_uid,"
                " sha256, size_bytes, path, calling_ae, called_ae, address, received_at, conflict,"
                " clock_state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arrival.sop_instance_uid,
                arrival.sop_class_uid,
                arrival.transfer_syntax_uid,
                content.sha256,
                content.size_bytes,
                content.name,
                arrival.calling_ae,
                arrival.called_ae,
                arrival.address,
                receipt.at,
                int(conflict),
                receipt.clock_state,
            )
            instance_id = cursor.lastrowid
            if message is not None:
                enter(ledger, arrival.sop_instance_uid, message, receipt.at)
        assert instance_id is not None  # noqa: S101 - an INSERT has one
        return Kept(instance_id, Verdict.CONFLICT if conflict else Verdict.NEW)

    def _orphans(self) -> list[str]:
        orphans: set[str] = set()
        for shard, names in self._folder.shards():
            rows = self._rows("SELECT path FROM instance WHERE path GLOB ?", f"{shard}/*")
            orphans |= names - {str(row["path"]) for row in rows}
        return sorted(orphans, key=lambda name: (self._folder.path / name).stat().st_mtime)

    def _enter_orphan(self, name: str) -> bool:
        path = self._folder.path / name
        whole = path.read_bytes()
        try:
            arrival, start = file_meta.decode(whole)
            content = _content(arrival, [whole[start:]])
            if content.name != name:
                return False
            message = read_message(arrival, [whole[start:]]) if is_step(arrival) else None
        except (LookupError, struct.error, UnreadableObjectError):
            return False
        self._enter(arrival, content, _Receipt(path.stat().st_mtime, None), message)
        return True

    def _study_of_step(self, instance: Instance) -> str:
        sql = "SELECT study_instance_uid FROM performed_step WHERE sop_instance_uid = ?"
        rows = self._rows(sql, instance.sop_instance_uid)
        return str(rows[0]["study_instance_uid"] if rows else "")

    def _member(self, instance: Instance) -> tuple[int, str, str, str]:
        if instance.sop_class_uid == PERFORMED_PROCEDURE_STEP:
            study = self._study_of_step(instance)
            return instance.id, study or f"{UNREADABLE}:{instance.id}", "", ""
        try:
            tags = read_attributes(self.file(instance), ("SeriesInstanceUID", "Modality"))
        except (UnreadableObjectError, FileNotFoundError):
            return instance.id, f"{UNREADABLE}:{instance.id}", "", ""
        return (
            instance.id,
            str(tags.StudyInstanceUID),
            str(tags.get("SeriesInstanceUID") or ""),
            str(tags.get("Modality") or ""),
        )


def _content(arrival: Arrival, dataset: Sequence[Buffer]) -> _Content:
    digest, size_bytes = hashlib.sha256(), 0
    for piece in dataset:
        digest.update(piece)
        size_bytes += memoryview(piece).nbytes
    sha256 = digest.hexdigest()
    return _Content(name_of(arrival.sop_instance_uid, sha256), sha256, size_bytes)


def _decision(row: sqlite3.Row) -> Decision:
    columns = {key: row[key] for key in row.keys() if key != "id"}  # noqa: SIM118 - not a dict
    return Decision(**columns | {"outcome": Outcome(columns["outcome"])})
