"""The boot partition: a FAT file system that is written as rarely as can be."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.ledger.durable import sync_folder

MOUNT_S = 30.0


@contextmanager
def writable(boot: Path) -> Iterator[None]:
    """Have ``boot`` writable while the block lasts, if it is mounted read-only. Raises OSError."""
    if not os.statvfs(boot).f_flag & os.ST_RDONLY:
        yield
        return
    _remount(boot, "rw")
    try:
        yield
    finally:
        _remount(boot, "ro")


def write_note(boot: Path, name: str, text: str) -> bool:
    """Have the file ``name`` say ``text``, as Notepad reads it; no file where there is no text.

    False when it could not be written: a note is for people, and nobody's work hangs on it.
    """
    content = text.replace("\n", "\r\n").encode("utf-8-sig") if text else None
    file = boot / name
    try:
        there = file.read_bytes() if file.exists() else None
        if there == content:
            return True
        with writable(boot):
            if content is None:
                file.unlink()
            else:
                write_durably(file, content)
            sync_folder(boot)
    except OSError:
        return False
    return True


def write_durably(file: Path, content: bytes) -> None:
    """Write ``file`` in place, fsynced. Raises OSError."""
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _remount(boot: Path, how: str) -> None:
    command = ["mount", "-o", f"remount,{how}", str(boot)]
    try:
        subprocess.run(
            command, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=MOUNT_S
        )
    except subprocess.SubprocessError as failure:
        raise OSError(errno.EROFS, f"cannot be remounted {how}", str(boot)) from failure
