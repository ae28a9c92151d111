"""A folder as destination: on a disk of the box, or of a server that is mounted.

A file is written under a temporary name, made durable, read back, and only then gets its name; so
whoever looks into the folder sees whole files under the names of objects.
"""

import errno
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from appliance import config
from appliance.destinations.caller import Caller
from appliance.destinations.consignment import Consignment
from appliance.destinations.outcome import Cause, Delivered, Outcome, Refused, Retry

PART_SUFFIX = ".part"
FOLDER_MODE = 0o750
_CAUSES = {
    errno.ENOSPC: Cause.OUT_OF_RESOURCES,
    errno.EDQUOT: Cause.OUT_OF_RESOURCES,
    errno.EFBIG: Cause.OUT_OF_RESOURCES,
    errno.EROFS: Cause.NOT_PERMITTED,
    errno.EACCES: Cause.NOT_PERMITTED,
    errno.EPERM: Cause.NOT_PERMITTED,
    errno.ENOENT: Cause.FOLDER_MISSING,
    errno.ENOTDIR: Cause.FOLDER_MISSING,
}
"""What else may fail is the disk, or the server behind it: ``FOLDER_FAILED``."""


class Folder:
    """A destination that keeps files, in a folder that is there already."""

    def __init__(self, settings: config.Destination, _: Caller) -> None:
        self._folder = Path(settings.folder.path)
        self._marker = settings.folder.marker

    def send(self, consignment: Consignment) -> Outcome:
        """Place the object as a file; one that is there already with the same content is left."""
        return self._done(lambda: self._place(self._folder / consignment.name, consignment.content))

    def visit(self) -> Outcome:
        """Look whether the folder is there, and leave everything as it is."""
        return self._done(lambda: self._absent() or Delivered("it is there"))

    def remove(self, consignment: Consignment) -> Outcome:
        """Take away an object that was placed."""
        return self._done(lambda: self._take_away(self._folder / consignment.name))

    def _done(self, work: Callable[[], Outcome]) -> Outcome:
        try:
            return work()
        except OSError as failure:
            cause = _CAUSES.get(failure.errno or 0, Cause.FOLDER_FAILED)
            return Retry(cause, os.strerror(failure.errno or 0))

    def _absent(self) -> Retry | None:
        if self._folder.is_dir() and (self._folder / self._marker).exists():
            return None
        return Retry(Cause.FOLDER_MISSING, self._marker or "the folder")

    def _take_away(self, path: Path) -> Outcome:
        path.unlink(missing_ok=True)
        _sync(path.parent)
        return Delivered("removed")

    def close(self) -> None:
        """Nothing is open between two sends."""

    def _place(self, path: Path, content: bytes) -> Outcome:
        if absent := self._absent():
            return absent
        if path.exists():
            return _standing(path, content)
        _make_folders(path.parent, self._folder)
        part = path.with_name(f"{path.name}{PART_SUFFIX}")
        try:
            return _written(part, path, content)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _standing(path: Path, content: bytes) -> Outcome:
    """What a file of that name means: an attempt whose end was not seen, or another object."""
    if _holds(path, content):
        return Delivered("it was there already")
    return Refused(Cause.NAME_TAKEN, f"{path.stat().st_size} bytes there, {len(content)} here")


def _written(part: Path, path: Path, content: bytes) -> Outcome:
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        # What is read back shall come from the disk, not from memory, as far as that can be asked.
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if not _holds(part, content):
        return Retry(Cause.CHANGED_ON_THE_WAY, "size or content differs")
    part.rename(path)
    _sync(path.parent)
    return Delivered("size and content compared")


def _holds(path: Path, content: bytes) -> bool:
    """Whether the file is ``content``, by its size and SHA-256."""
    if path.stat().st_size != len(content):
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest() == hashlib.sha256(content).digest()


def _make_folders(folder: Path, within: Path) -> None:
    """Make what is missing of ``folder``, each name durable; ``within`` is there."""
    missing = [each for each in (folder, *folder.parents) if each.is_relative_to(within)]
    for each in reversed(missing):
        if not each.is_dir():
            each.mkdir(FOLDER_MODE)
            _sync(each.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
