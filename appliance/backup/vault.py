"""The backups in one folder: named by box and number, read back when written, the oldest going."""

import errno
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from appliance.ledger.durable import PART_SUFFIX, forget, sync_file_system

SUFFIX = ".dosebackup"
FOLDER = "DOSEBOX/BACKUP"
"""On a stick."""
_NAME = re.compile(r"(?P<box>.+)-(?P<number>[0-9]{6,})-(?P<day>[0-9]{8})\.dosebackup")
_PLAIN = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_BOX = 32
HEAD_BYTES = 65536
"""Where sizes are filled in at last."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that lies in a folder; ``day`` is the one it was made on, by the box's clock."""

    path: Path
    box: str
    number: int
    day: str
    size_bytes: int


class DamagedMediumError(OSError):
    """What was read back is not what was written."""


class Vault:
    """The folder, made when it is written to; ``box`` is the host name whose backups these are."""

    def __init__(self, folder: Path, box: str) -> None:
        self._folder = folder
        self._box = _PLAIN.sub("-", box).strip("-")[:_LONGEST_BOX] or "box"

    def kept(self) -> list[Kept]:
        """Those of this box, the oldest first."""
        return [each for each in all_in(self._folder) if each.box == self._box]

    def add(
        self, number: int, made_at: float, fill: Callable[[IO[bytes]], None], keep: int
    ) -> Kept:
        """Write a backup and read it back; then the oldest go, up to ``keep``.

        When the medium is full the oldest go before, but for the newest. Raises OSError.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        day = datetime.fromtimestamp(made_at, UTC).strftime("%Y%m%d")
        path = self._folder / f"{self._box}-{number:06d}-{day}{SUFFIX}"
        self._fit(path, fill)
        for each in self.kept()[:-keep]:
            each.path.unlink()
        sync_file_system(self._folder)
        return Kept(path, self._box, number, day, path.stat().st_size)

    def _fit(self, path: Path, fill: Callable[[IO[bytes]], None]) -> None:
        while True:
            try:
                return self._write(path, fill)
            except OSError as failure:
                if failure.errno != errno.ENOSPC or not self._drop_oldest():
                    raise

    def _write(self, path: Path, fill: Callable[[IO[bytes]], None]) -> None:
        part = path.with_suffix(PART_SUFFIX)
        try:
            with part.open("xb", buffering=0) as file:
                digesting = _Written(file)
                fill(digesting)  # type: ignore[arg-type] # it writes, seeks and tells
            forget(part)
            _expect_same(part, digesting)
            sync_file_system(self._folder)
            part.rename(path)
            sync_file_system(self._folder)
        except BaseException:
            _remove(part)
            raise

    def _drop_oldest(self) -> bool:
        oldest = self.kept()[:-1][:1]
        for each in oldest:
            each.path.unlink()
            sync_file_system(self._folder)
        return bool(oldest)

    def _sweep(self) -> None:
        for each in self._folder.glob(f"{self._box}-*{PART_SUFFIX}"):
            each.unlink()


def all_in(folder: Path) -> list[Kept]:
    """Every box's backups in ``folder``, the oldest of each first."""
    found = [(_NAME.fullmatch(each.name), each) for each in folder.glob(f"*{SUFFIX}")]
    kept = [
        Kept(each, name["box"], int(name["number"]), name["day"], each.stat().st_size)
        for name, each in found
        if name is not None and each.is_file() and not each.is_symlink()
    ]
    return sorted(kept, key=lambda each: (each.box, each.number))


def _expect_same(part: Path, written: "_Written") -> None:
    if _digests(part) != written.digests():
        raise DamagedMediumError(errno.EIO, "another content was read back")


def _remove(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:  # the medium is gone; it is swept when it comes back
        return


class _Written:
    """A file that is digested as it is written; its head may be written once more."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._at = 0
        self._head = bytearray()
        self._tail = hashlib.sha256()

    def write(self, content: bytes) -> int:
        written = self._file.write(content)
        piece = memoryview(content)[:written]
        rest = piece[max(0, HEAD_BYTES - self._at) :]
        self._head[self._at : self._at + len(piece) - len(rest)] = piece[: len(piece) - len(rest)]
        self._tail.update(rest)
        self._at += written
        return written

    def seek(self, offset: int) -> int:
        self._at = self._file.seek(offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._file.flush()

    def digests(self) -> tuple[bytes, bytes]:
        """Its head, and the digest of the rest."""
        return bytes(self._head), self._tail.digest()


def _digests(path: Path) -> tuple[bytes, bytes]:
    """The same of what the medium gives back."""
    with path.open("rb", buffering=0) as file:
        head = file.read(HEAD_BYTES)
        return head, hashlib.file_digest(file, "sha256").digest()
