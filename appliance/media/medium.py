"""Writing a folder to a medium so that it is whole there, or counts for nothing.

Files are written under a name that says they are not done, flushed, dropped from the page cache,
read back and compared; only then they get their name. What was not done is taken away again, now
or when the medium is plugged in the next time.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appliance.ledger.durable import forget, sync_file_system
from appliance.media.checksums import NAME as CHECKSUMS
from appliance.media.checksums import listed
from appliance.media.fault import Failed, Fault, failed

PART = ".PRT"
DICOMDIR = "DICOMDIR"
PIECE_BYTES = 1 << 20
SPARE_BYTES = 1 << 20
"""Left free for what the file system keeps for itself."""
CLUSTER_BYTES = 32768
"""What a small file may take on FAT."""
_UNDONE = re.compile(r"D[0-9]{7}\.PRT")
_LEFT_BY_SYSTEMS = frozenset(
    {"System Volume Information", "lost+found", ".Trashes", ".fseventsd", ".Spotlight-V100"}
)
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Taken:
    """Every file was read back from the medium and is what was given."""

    folder: Path
    files: int
    size_bytes: int


class Medium:
    """A mounted stick, or any folder, at ``root``.

    Raises OSError when ``root`` cannot be looked at.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._device = root.stat().st_dev

    def free_bytes(self) -> int:
        """Room for files; raises OSError."""
        return max(0, shutil.disk_usage(self.root).free - SPARE_BYTES)

    def take(self, staged: Path, name: str = "") -> Taken | Failed:
        """Copy what ``staged`` holds into a new folder ``name``, or into an empty root.

        In the root, DICOMDIR is what gets its name last: without it, it is no file-set.
        """
        folder = self.root / f"{name}{PART}" if name else self.root
        try:
            if not name and not self._is_empty():
                return Failed(Fault.NOT_EMPTY)
            if name:
                folder.mkdir()
        except OSError as error:
            return failed(error)
        outcome = self._take(staged, folder, name)
        if isinstance(outcome, Failed):
            _remove(folder, keep=not name)
        return outcome

    def write(self, name: str, content: bytes) -> Failed | None:
        """Write one small file over another of that name; what it says is not counted."""
        path = self.root / name
        part = path.with_suffix(PART)
        try:
            path.parent.mkdir(exist_ok=True)
            if path.parent.is_symlink():
                return Failed(Fault.FAILING, "a link")
            part.unlink(missing_ok=True)
            _write(part, [content])
            part.replace(path)
            sync_file_system(path.parent)
        except OSError as error:
            return failed(error)
        return None

    def holds(self, name: str, checksums_sha256: str) -> Taken | None:
        """What is in the folder ``name``, if it is whole: each file as its list says, and no other.

        ``checksums_sha256`` is of that list. What it finds is durable when it returns.
        """
        folder = self.root / name
        try:
            wanted = listed(folder, checksums_sha256)
            found = {
                each.relative_to(folder).as_posix(): each
                for each in folder.rglob("*")
                if each.is_file() and each.name != CHECKSUMS
            }
            same = wanted and wanted == {each: _read_back(path) for each, path in found.items()}
            if not same:
                return None
            sync_file_system(self.root)
            size = sum(path.stat().st_size for path in found.values())
        except OSError:
            return None  # whatever is wrong with it is told when it is written to
        return Taken(folder, len(found) + 1, size)

    def sweep(self) -> int:
        """Take away what an earlier export did not finish; the count of folders."""
        undone = [each for each in self.root.iterdir() if _UNDONE.fullmatch(each.name)]
        for each in undone:
            _remove(each, keep=False)
        return len(undone)

    def _take(self, staged: Path, folder: Path, name: str) -> Taken | Failed:
        try:
            return self._copy(staged, folder, name)
        except OSError as error:
            return failed(error)

    def _copy(self, staged: Path, folder: Path, name: str) -> Taken | Failed:
        names = sorted(each.relative_to(staged) for each in staged.rglob("*") if each.is_file())
        needed = sum((staged / each).stat().st_size + CLUSTER_BYTES for each in names)
        if needed > self.free_bytes():
            return Failed(Fault.FULL)
        digests = {each: _copied(staged / each, folder / _place(each, name)) for each in names}
        sync_file_system(folder)
        for each, digest in digests.items():
            if _read_back(folder / _place(each, name)) != digest:
                return Failed(Fault.DAMAGED)
        done = self._name(folder, name)
        sync_file_system(self.root)
        if done.stat().st_dev != self._device:
            return Failed(Fault.GONE)
        size = sum((staged / each).stat().st_size for each in names)
        return Taken(done, len(names), size)

    def _name(self, folder: Path, name: str) -> Path:
        if name:
            return folder.rename(self.root / name)
        with suppress(FileNotFoundError):  # an encrypted set has no DICOMDIR in the clear
            (folder / f"{DICOMDIR}{PART}").rename(folder / DICOMDIR)
        return folder

    def _is_empty(self) -> bool:
        return not {each.name for each in self.root.iterdir()} - _LEFT_BY_SYSTEMS


def _place(name: Path, folder: str) -> Path:
    return Path(f"{DICOMDIR}{PART}") if str(name) == DICOMDIR and not folder else name


def _copied(source: Path, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        return _write(target, iter(lambda: file.read(PIECE_BYTES), b""))


def _write(target: Path, pieces: Iterator[bytes] | list[bytes]) -> str:
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, _CREATE, 0o644), "wb", buffering=0) as file:
        for piece in pieces:
            digest.update(piece)
            rest = memoryview(piece)
            while rest:
                rest = rest[file.write(rest) :]
    return digest.hexdigest()


def _read_back(path: Path) -> str:
    """The digest of what the medium gives, not of what the page cache remembers."""
    forget(path)
    with os.fdopen(os.open(path, _READ), "rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove(folder: Path, *, keep: bool) -> None:
    """Take away what can be taken away; a medium that fails may not let us."""
    with suppress(OSError):
        for each in list(folder.iterdir()) if keep else []:
            if each.name not in _LEFT_BY_SYSTEMS:
                shutil.rmtree(each, ignore_errors=True) if each.is_dir() else each.unlink()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
