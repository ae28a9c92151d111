"""A box is made of a backup: unpacked beside what is there, proven whole, and then it counts.

**Knows:** what is checked before, and what is written down in the restored ledger.
**Does not know:** how the restored box takes the place of the other (``backup.taking_over``).
"""

import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from appliance import log
from appliance.accounts.sessions import end_everybodys
from appliance.backup.archive import BOX, DATA, SETTINGS, unpack
from appliance.backup.copying import LEDGER
from appliance.backup.manifest import Manifest
from appliance.backup.sealing import Key, unseal
from appliance.backup.taking_over import Place, expect_none_pending, make_ready
from appliance.clock import Clock
from appliance.config import Configuration, parse_configuration
from appliance.errors import ConfigurationError, OutOfResourcesError, RefusedError, StateError
from appliance.journal import Journal, Verdict
from appliance.ledger import Ledger, open_ledger
from appliance.ledger.durable import sync_file_system, sync_folder, write_file
from appliance.ledger.schema import newest
from appliance.services.box_folder import APPLIANCE as APPLIANCE_FILE
from appliance.services.box_folder import BOX as BOX_FILE

SETTINGS_FOLDER, BOX_FOLDER = "restored-settings", "restored-box"
"""Where settings and the box's own folder go on a machine that has no such folder."""
SPARE_BYTES = 64 << 20
FIRST_FILES = (BOX_FILE, APPLIANCE_FILE)
BATCHES_AHEAD = 1000
"""More than a box writes onto sticks between two backups: a folder's number is not given twice."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who restores.

    ``replace``: what the box has received itself may be put aside. ``boot``: its boot partition.
    """

    person: str
    replace: bool = False
    boot: Path | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored box that waits to take the place of what is there."""

    manifest: Manifest
    journal: Verdict
    has_box: bool
    """Whether configuration, secrets and keys of the box are taken over by themselves."""


def verify(path: Path, key: Key) -> Manifest:
    """What the backup at ``path`` is, once all of it was read. Raises as ``unseal``, ``unpack``."""
    return unseal(path, key, unpack)


def restore(
    configuration: Configuration, path: Path, key: Key, clock: Clock, wish: Wish
) -> Restored:
    """Make a box of the backup at ``path``; it counts once this returns, and not before.

    Raises RefusedError for a backup of a newer version or a box that has objects of its own, unless
    it may be put aside; StateError for one that is damaged; OutOfResourcesError without room.
    """
    expect_none_pending(configuration.data_dir)
    work = _Restoring(configuration, clock, wish)
    work.expect_nothing_to_lose()
    try:
        return work.restore(path, key)
    except BaseException as failure:
        work.clear()
        if isinstance(failure, OSError | sqlite3.Error):
            what = f"cannot be unpacked: {getattr(failure, 'strerror', None) or failure}"
            raise OutOfResourcesError(what, str(configuration.data_dir)) from failure
        raise


@dataclass
class _Restoring:
    configuration: Configuration
    clock: Clock
    wish: Wish
    _roots: dict[str, Path] = field(default_factory=dict, init=False)
    _has_box: bool = field(default=False, init=False)

    @property
    def _data(self) -> Place:
        return Place(self.configuration.data_dir)

    @property
    def _box(self) -> Place | None:
        folder = self.configuration.backup.box_dir
        return Place(Path(folder)) if folder and Path(folder).is_dir() else None

    def expect_nothing_to_lose(self) -> None:
        path = self.configuration.ledger_path
        if self.wish.replace or not path.exists():
            return
        ledger = open_ledger(path)
        try:
            count = int(ledger.rows("SELECT count(*) FROM instance")[0][0])
            count += int(ledger.rows("SELECT count(*) FROM outgoing")[0][0])
        finally:
            ledger.close()
        if count:
            what = f"this box has {count} objects of its own"
            remedy = "with --replace they are taken along, and what was decided here is put aside"
            raise RefusedError(what, str(path), remedy)

    def restore(self, path: Path, key: Key) -> Restored:
        self.clear()
        self._data.new.mkdir(parents=True)

        def consume(stream: IO[bytes]) -> Manifest:
            return unpack(stream, self._accept)

        manifest = unseal(path, key, consume)
        self._expect_settings()
        verdict = self._written_down(manifest, path)
        for place in self._places():
            sync_file_system(place.folder)
        others = [each.folder for each in self._places()[1:]]
        first_files = self._first_files()
        make_ready(self._data.folder, others, keeps_old=self.wish.replace)
        for file, content in first_files.items():
            write_file(file, content)
        log.info(
            "box_restored",
            number=manifest.number,
            software=manifest.software,
            schema=manifest.schema,
            left_out=manifest.left_out,
        )
        return Restored(manifest, verdict, self._has_box)

    def _first_files(self) -> dict[Path, bytes]:
        """What is to stand on the boot partition: what the restored box has; no secret is in it.

        That of this box goes out of the way before: it would come into force at the next start.
        """
        boot, box = self.wish.boot, self._box
        if boot is None or box is None or not self._has_box or not boot.is_dir():
            return {}
        for name in FIRST_FILES:
            if (boot / name).exists():
                (boot / name).replace(boot / f"{name}.before")
        sync_folder(boot)
        found = {boot / name: box.new / name for name in FIRST_FILES}
        return {file: new.read_bytes() for file, new in found.items() if new.is_file()}

    def clear(self) -> None:
        for place in (self._data, self._box):
            if place is not None:
                place.clear()

    def _places(self) -> list[Place]:
        return [self._data, *([self._box] if self._box and self._has_box else [])]

    def _accept(self, manifest: Manifest) -> Mapping[str, Path]:
        known = newest()
        if manifest.schema > known:
            what = f"the backup has schema {manifest.schema}, this version knows {known}"
            remedy = f"install version {manifest.software} or a newer one"
            raise RefusedError(what, remedy=remedy)
        free = shutil.disk_usage(self._data.folder).free
        if manifest.size_bytes + SPARE_BYTES > free:
            needed = (manifest.size_bytes + SPARE_BYTES) >> 20
            what = f"there is no room: {needed} MiB are needed, {free >> 20} MiB are free"
            raise OutOfResourcesError(what, str(self._data.folder))
        box = self._box
        self._roots = {
            DATA: self._data.new,
            SETTINGS: self._data.new / SETTINGS_FOLDER,
            BOX: box.new if box else self._data.new / BOX_FOLDER,
        }
        return self._roots

    def _expect_settings(self) -> None:
        """They must mean the same to this version; else another box would begin."""
        box = self._box
        self._has_box = box is not None and box.new.is_dir()
        file = self._roots[SETTINGS] / "appliance.toml"
        try:
            if file.is_file():
                parse_configuration(file.read_text("utf-8-sig"), file.name)
        except ConfigurationError as failure:
            what = f"this version does not know its configuration: {failure}"
            raise RefusedError(what, remedy="install the version that made the backup") from failure
        if self._has_box:  # they are made of what is there
            shutil.rmtree(self._roots[SETTINGS], ignore_errors=True)

    def _written_down(self, manifest: Manifest, path: Path) -> Verdict:
        """The restored ledger, up to date, of a journal that is whole, and says that it is one."""
        if not (self._data.new / LEDGER).is_file():
            raise StateError("there is no ledger in the backup", str(path))
        ledger = open_ledger(self._data.new / LEDGER)
        try:
            journal = Journal(ledger, self.clock)
            verdict = journal.verify()
            if manifest.journal_intact and not verdict.intact:
                raise StateError("the journal of the backup is broken", str(path))
            with ledger.transaction():
                _end_own_backup(ledger, manifest, path.name)
                _leave_numbers_out(ledger, self.clock.wall())
                end_everybodys(ledger)
                journal.append("box-restored", _told(manifest, path, self.wish.person))
        finally:
            ledger.close()
        return verdict


def _told(manifest: Manifest, path: Path, person: str) -> dict[str, object]:
    return {
        "number": manifest.number,
        "made_at": manifest.made_at,
        "box": manifest.box,
        "software": manifest.software,
        "file": path.name,
        "left_out": manifest.left_out,
        "person": person,
    }


def _end_own_backup(ledger: Ledger, manifest: Manifest, file: str) -> None:
    """A backup holds the row of itself, unended."""
    ledger.execute(
        "UPDATE backup_made SET ended_at = ?, file = ? WHERE id = ? AND ended_at IS NULL",
        manifest.made_at,
        file,
        manifest.number,
    )


def _leave_numbers_out(ledger: Ledger, now: float) -> None:
    """Folders on sticks that were written since the backup have the numbers that come next."""
    ledger.execute(
        "INSERT INTO exported_batch (id, use, destination, medium, objects, checksums_sha256,"
        " began_at, ended_at, fault) SELECT max(id) + ?1, 'registry', '', '', 0, '', ?2, ?2,"
        " 'restored' FROM exported_batch HAVING max(id) > 0",
        BATCHES_AHEAD,
        now,
    )
