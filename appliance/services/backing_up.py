"""A backup is made: put together, encrypted onto its medium, read back, and only then it counts.

**Knows:** the order, what is told of it (journal, alarm, front panel, log), and that one is made
at a time.
**Does not know:** what belongs to it (``backup_content``), how it is mounted, and when it is time.
"""

import fcntl
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from appliance import config, log
from appliance.alarms import AlarmCode, Alarms
from appliance.backup.archive import pack
from appliance.backup.copying import OWN_FOLDER
from appliance.backup.manifest import Manifest
from appliance.backup.register import Backups
from appliance.backup.sealing import Lock, first_line, seal
from appliance.backup.vault import FOLDER, Kept, Vault
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.errors import ApplianceError, ConfigurationError, NotFoundError, OutOfResourcesError
from appliance.frontpanel import Subject, Word, tell
from appliance.frontpanel.telling import FOLDER as PANEL
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.ledger.durable import FOLDER_MODE
from appliance.media.fault import failed
from appliance.services.backup_content import Content, Origin, put_together

IN_FOLDER = "folder"
"""What the register calls a medium that is no enrolled stick."""
_ASIDE = "copy-"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup goes: the folder of backups, and the stick's name or ``folder``."""

    folder: Path
    medium: str = IN_FOLDER


@dataclass(frozen=True, slots=True)
class Done:
    """A backup that was read back and is whole."""

    kept: Kept
    manifest: Manifest


def on_stick(root: Path, name: str) -> Target:
    """The folder of backups of the stick mounted at ``root``."""
    return Target(root / FOLDER, name)


def lock_of(settings: config.Backup) -> Lock:
    """What ``[backup]`` has backups closed with. Raises ConfigurationError when nothing."""
    file = settings.passphrase_file
    lock = Lock(first_line(Path(file)) if file else "", settings.recipients)
    if not lock.passphrase and not lock.recipients:
        what = "nothing would open the backup"
        raise ConfigurationError(what, "backup", "give passphrase_file or recipients")
    return lock


class BackingUp:
    """Backups of one box; ``person`` asked for one, or nobody did."""

    def __init__(
        self,
        configuration: Configuration,
        ledger: Ledger,
        clock: Clock,
        origin: Origin,
        person: str = "",
    ) -> None:
        self._configuration = configuration
        self._ledger = ledger
        self._clock = clock
        self._origin = origin
        self._person = person
        self._register = Backups(ledger, clock)
        self._alarms = Alarms(ledger, clock)

    def make(self, target: Target, lock: Lock) -> Done:
        """Make one. Raises ApplianceError, having told so, when it did not come to be."""
        with self._one_at_a_time() as aside:
            self._tell(Word.WORKING)
            last = max((each.number for each in self._vault(target).kept()), default=0)
            number = self._register.begin(target.medium, last)
            try:
                done = self._make(target, lock, number, aside)
            except (OSError, sqlite3.Error, ApplianceError) as failure:
                raise self._failed(target, number, failure) from failure
            self._count(target, done)
            return done

    def expecting(self, medium: str, work: Callable[[], None]) -> None:
        """Do ``work``, which finds the stick ``medium``; where it does not, that is told, too.

        Raises ApplianceError.
        """
        try:
            work()
        except NotFoundError as failure:
            number = self._register.begin(medium)
            raise self._failed(Target(Path(), medium), number, failure) from failure

    def _make(self, target: Target, lock: Lock, number: int, aside: Path) -> Done:
        content = self._put_together(number, aside)
        made_at, keep = content.manifest.made_at, self._configuration.backup.keep

        def fill(file: IO[bytes]) -> None:
            seal(file, lock, lambda stream: _pack(stream, content))

        kept = self._vault(target).add(number, made_at, fill, keep)
        return Done(kept, content.manifest)

    def _put_together(self, number: int, aside: Path) -> Content:
        """What goes to the medium, which has no part in it yet. Raises OutOfResourcesError."""
        try:
            return put_together(self._configuration, self._origin, number, aside, self._clock)
        except (OSError, sqlite3.Error) as failure:
            fault = failure.strerror if isinstance(failure, OSError) else failure
            what = f"the backup could not be put together on the box's own disk: {fault}"
            raise OutOfResourcesError(what, str(aside.parent), "make room there") from failure

    def _vault(self, target: Target) -> Vault:
        return Vault(target.folder, self._origin.box)

    def _count(self, target: Target, done: Done) -> None:
        kept, manifest = done.kept, done.manifest
        body = {
            "number": kept.number,
            "medium": target.medium,
            "file": kept.path.name,
            "objects": manifest.taken,
            "left_out": manifest.left_out,
            "person": self._person,
        }
        with self._ledger.transaction():
            self._register.end(kept.number, file=kept.path.name, size_bytes=kept.size_bytes)
            Journal(self._ledger, self._clock).append("backup-made", body)
            self._alarms.clear(AlarmCode.BACKUP_FAILED)
            self._alarms.clear(AlarmCode.BACKUP_OVERDUE)
        self._tell(Word.DONE)
        log.info(
            "backup_made",
            number=kept.number,
            medium=target.medium,
            size_bytes=kept.size_bytes,
            objects=manifest.taken,
            left_out=manifest.left_out,
            missing=manifest.missing,
        )

    def _failed(self, target: Target, number: int, failure: Exception) -> ApplianceError:
        text = _told(failure)
        self._tell(Word.FAILED)
        reason = log.place_of(failure.__cause__ or failure)
        log.error("backup_failed", number=number, medium=target.medium, reason=reason)
        try:
            with self._ledger.transaction():
                self._register.end(number, fault=text)
                if self._configuration.backup.is_scheduled:
                    self._alarms.raise_(AlarmCode.BACKUP_FAILED, "", text)
        except sqlite3.Error:  # the box's own disk is full; the log has it
            log.error("backup_failure_not_entered", number=number)
        if isinstance(failure, ApplianceError):
            return failure
        return OutOfResourcesError(text, str(target.folder))

    def _tell(self, word: Word) -> None:
        tell(self._configuration.run_dir / PANEL, Subject.BACKUP, word)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[Path]:
        """A folder on the box's disk; what a killed one left there is removed."""
        folder = self._configuration.data_dir / OWN_FOLDER
        folder.mkdir(FOLDER_MODE, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for left in folder.glob(f"{_ASIDE}*"):
                shutil.rmtree(left, ignore_errors=True)
            with TemporaryDirectory(dir=folder, prefix=_ASIDE) as aside:
                yield Path(aside)


def _pack(stream: IO[bytes], content: Content) -> None:
    pack(stream, content.manifest, content.pieces)


def _told(failure: Exception) -> str:
    """In words, of no patient."""
    if isinstance(failure, OSError):
        return failed(failure).text
    return failure.what if isinstance(failure, ApplianceError) else str(failure)
