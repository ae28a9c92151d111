"""Files beside the ledger that are whole and durable when a call returns, or not there at all."""

import ctypes
import os
import secrets
from pathlib import Path

PART_SUFFIX = ".part"
FOLDER_MODE, FILE_MODE = 0o770, 0o660
"""Nobody but the box and its group: most of what is kept names a patient.

The umask leaves the group its right to write, where each service is a user of its own.
"""


def write_file(path: Path, content: bytes) -> None:
    """Write ``path``: temporary file, fsync, rename, fsync of the folder.

    Raises OSError, and then leaves nothing behind.
    """
    part = path.with_name(f"{secrets.token_hex(8)}{PART_SUFFIX}")
    try:
        with open(part, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def append_file(path: Path, content: bytes) -> None:
    """Append ``content`` to ``path`` in one write, fsynced; makes the file when it is missing."""
    new = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, FILE_MODE)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if new:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file_system(folder: Path) -> None:
    """Everything of the file system that ``folder`` is on is written. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(descriptor)


def forget(path: Path) -> None:
    """Have it written, and dropped from the page cache: it is read from the medium from now on."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)
