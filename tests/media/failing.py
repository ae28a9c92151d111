"""A stick that fails on demand: a FUSE file system over a folder, in a process of its own.

``python -m tests.media.failing BACKING MOUNT`` and a plan as JSON on the command line.
"""

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import mfusepy

BLOCK = 4096


@dataclass(frozen=True)
class Plan:
    """What goes wrong, counted in bytes written to the stick."""

    after_bytes: int = 1 << 60
    error: str = "EIO"
    """Name of the error of every write after that; VANISH: the file system's process dies."""
    rots: bool = False
    """After that the first byte of every file is read back as another one."""
    size_bytes: int = 1 << 30
    read_only: bool = False


class FailingStick(mfusepy.Operations):  # type: ignore[misc] # the library has no types
    """Passes everything on to the folder ``root``, until the plan says otherwise."""

    use_ns = True

    def __init__(self, root: str, plan: Plan) -> None:
        self._root = root
        self._plan = plan
        self._written = 0

    def _real(self, path: str) -> Path:
        return Path(self._root + path)

    def _change(self) -> None:
        if self._plan.read_only:
            raise mfusepy.FuseOSError(errno.EROFS)

    def getattr(self, path: str, fh: int | None = None) -> dict[str, int]:  # noqa: ARG002
        found = self._real(path).lstat()
        keys = ("mode", "nlink", "size", "uid", "gid", "atime_ns", "mtime_ns", "ctime_ns")
        return {f"st_{key.removesuffix('_ns')}": getattr(found, f"st_{key}") for key in keys}

    def readdir(self, path: str, fh: int) -> list[str]:  # noqa: ARG002
        return [".", "..", *(each.name for each in self._real(path).iterdir())]

    def mkdir(self, path: str, mode: int) -> None:
        self._change()
        self._real(path).mkdir(mode)

    def rmdir(self, path: str) -> None:
        self._real(path).rmdir()

    def unlink(self, path: str) -> None:
        self._real(path).unlink()

    def rename(self, old: str, new: str) -> None:
        self._real(old).rename(self._real(new))

    def open(self, path: str, flags: int) -> int:
        return os.open(self._real(path), flags)

    def create(self, path: str, mode: int, fi: Any = None) -> int:  # noqa: ANN401, ARG002
        self._change()
        return os.open(self._real(path), os.O_WRONLY | os.O_CREAT, mode)

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:  # noqa: ARG002
        content = os.pread(fh, size, offset)
        if self._plan.rots and self._written > self._plan.after_bytes and offset == 0:
            return bytes([content[0] ^ 1]) + content[1:]
        return content

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:  # noqa: ARG002
        self._written += len(data)
        if self._written > self._plan.after_bytes and not self._plan.rots:
            if self._plan.error == "VANISH":
                os._exit(1)
            raise mfusepy.FuseOSError(getattr(errno, self._plan.error))
        return os.pwrite(fh, data, offset)

    def truncate(self, path: str, length: int, fh: int | None = None) -> None:  # noqa: ARG002
        os.truncate(self._real(path), length)

    def flush(self, path: str, fh: int) -> None:
        """Nothing is held back."""

    def fsync(self, path: str, datasync: int, fh: int) -> None:  # noqa: ARG002
        os.fsync(fh)

    def release(self, path: str, fh: int) -> None:  # noqa: ARG002
        os.close(fh)

    def statfs(self, path: str) -> dict[str, int]:  # noqa: ARG002
        blocks = self._plan.size_bytes // BLOCK
        free = max(0, blocks - self._written // BLOCK)
        return {"f_bsize": BLOCK, "f_frsize": BLOCK, "f_blocks": blocks, "f_bfree": free} | {
            "f_bavail": free,
            "f_namemax": 255,
        }


@contextmanager
def plugged_in(folder: Path, plan: Plan | None = None) -> Iterator[Path]:
    """Where a stick over ``folder/backing`` is mounted, for as long as the block lasts."""
    backing, mount = folder / "backing", folder / "mount"
    backing.mkdir(parents=True, exist_ok=True)
    mount.mkdir(exist_ok=True)
    text = json.dumps(asdict(plan or Plan()))
    command = [sys.executable, "-m", "tests.media.failing", str(backing), str(mount), text]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for_mount(mount, process)
        yield mount
    finally:
        subprocess.run(["umount", "--lazy", str(mount)], check=False, capture_output=True)
        process.wait(30)


def wait_for_mount(mount: Path, process: "subprocess.Popen[bytes]") -> None:
    while not mount.is_mount():
        assert process.poll() is None, "the file system did not start"
        time.sleep(0.01)


if __name__ == "__main__":
    mfusepy.FUSE(
        FailingStick(sys.argv[1], Plan(**json.loads(sys.argv[3]))),
        sys.argv[2],
        foreground=True,
        nothreads=True,
    )
