"""The spool's folder: whole files or none, under names that say nothing about a patient.

::

    incoming/<unique>.part      being written; swept at start
    <h>/<sha256>.dcm            whole and durable; <h> is the name's first letter

A name is the SHA-256 of the SOP Instance UID and the data set, so two parallel arrivals of one
object end as one file, and a file can be checked against its own name.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from appliance.ledger.durable import FILE_MODE, FOLDER_MODE

Buffer = bytes | bytearray | memoryview
INCOMING = "incoming"
SUFFIX = ".dcm"
SHARDS = tuple("0123456789abcdef")


def name_of(sop_instance_uid: str, dataset_sha256: str) -> str:
    """The path, relative to the folder, of this instance with these bytes."""
    digest = hashlib.sha256(f"{sop_instance_uid}\n{dataset_sha256}".encode()).hexdigest()
    return f"{digest[0]}/{digest}{SUFFIX}"


class Folder:
    """Files that are durable when ``write`` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / INCOMING).mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        self._make_shards()

    def write(self, name: str, pieces: Iterable[Buffer]) -> None:
        """Write ``pieces`` under ``name``: temporary file, fsync, rename, fsync of the folder.

        Raises OSError, and then leaves nothing behind.
        """
        self.replace(name, pieces)
        self.sync({name.split("/", maxsplit=1)[0]})

    def replace(self, name: str, pieces: Iterable[Buffer]) -> None:
        """The same, but for the fsync of the folder, which is the caller's.

        Whoever opens ``name`` finds all of what was there before, or all of this.
        """
        final = self.path / name
        part = self.path / INCOMING / f"{secrets.token_hex(8)}.part"
        try:
            with open(part, "xb", buffering=0, opener=_for_the_group) as file:
                _write_all(file.fileno(), pieces)
                os.fsync(file.fileno())
            part.rename(final)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def sync(self, shards: Iterable[str]) -> None:
        """Make the names in these shards durable."""
        for shard in shards:
            _fsync_folder(self.path / shard)

    def holds(self, name: str, at_least_bytes: int) -> bool:
        """Whether the file is there with at least that many bytes."""
        try:
            return (self.path / name).stat().st_size >= at_least_bytes
        except FileNotFoundError:
            return False

    def sweep(self) -> int:
        """Remove what was being written when the power went; returns how many files."""
        parts = list((self.path / INCOMING).iterdir())
        for part in parts:
            part.unlink(missing_ok=True)
        return len(parts)

    def shards(self) -> Iterator[tuple[str, set[str]]]:
        """Each shard's name and the paths, relative to the folder, of the files in it."""
        for shard in SHARDS:
            yield shard, {f"{shard}/{file.name}" for file in (self.path / shard).iterdir()}

    def free_bytes(self) -> int:
        """Bytes this process may still write on the folder's disk."""
        disk = os.statvfs(self.path)
        return disk.f_bavail * disk.f_frsize

    def _make_shards(self) -> None:
        if not (self.path / SHARDS[-1]).is_dir():
            for shard in SHARDS:
                (self.path / shard).mkdir(FOLDER_MODE, exist_ok=True)
            _fsync_folder(self.path)


def _for_the_group(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)


def _write_all(descriptor: int, pieces: Iterable[Buffer]) -> None:
    for piece in pieces:
        rest = memoryview(piece).cast("B")
        while rest:
            rest = rest[os.write(descriptor, rest) :]


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
