"""Where a stick is mounted, mounting one that is not, and its label."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.errors import MissingToolError, NotFoundError, RefusedError

MOUNTS = Path("/proc/self/mountinfo")
OPTIONS = "nosuid,nodev,noexec,noatime"
TYPES = ("vfat", "exfat")
"""A stick has one of these; the kernel is not asked to understand any other from a stranger."""
TIMEOUT_S = 60.0
_ESCAPED = re.compile(r"\\([0-7]{3})")


@contextmanager
def mounted(device: Path, folder: Path, *, read_only: bool = False) -> Iterator[Path]:
    """Where ``device`` is mounted; if it is not, at ``folder`` for as long as the block lasts.

    Nothing is written on a device that is mounted ``read_only``, not even that it was mounted.
    Raises NotFoundError without such a device, RefusedError when it cannot be mounted.
    """
    if not device.exists():
        raise NotFoundError("there is no such device", str(device))
    present = mount_point(device)
    if present is not None:
        yield present
        return
    folder.mkdir(0o750, parents=True, exist_ok=True)
    _mount(device, folder, f"ro,{OPTIONS}" if read_only else OPTIONS)
    try:
        yield folder
    finally:
        _expect(["umount", str(folder)], device)
        folder.rmdir()


def mount_point(device: Path) -> Path | None:
    """Where the file system of ``device`` is mounted; the first place of several."""
    real = str(device.resolve())
    for line in MOUNTS.read_text("utf-8", "surrogateescape").splitlines():
        fields, _, rest = line.partition(" - ")
        if _unescaped(rest.split(" ")[1]) == real:
            return Path(_unescaped(fields.split(" ")[4]))
    return None


def expect_mount(root: Path) -> None:
    """Raise NotFoundError unless something is mounted at ``root``.

    A stick that is not there would have its exports written to the box's own disk.
    """
    if not os.path.ismount(root):
        raise NotFoundError("nothing is mounted here", str(root), "plug the stick in, mount it")


def label_of(root: Path) -> str:
    """The label of the file system mounted at ``root``; empty if it has none or nobody can tell."""
    found = _run(["findmnt", "--noheadings", "--first-only", "--output", "SOURCE", str(root)])
    source = found.stdout.decode("utf-8", "replace").strip()
    if not source:
        return ""
    return _tag("LABEL", source)


def _mount(device: Path, folder: Path, options: str) -> None:
    """By the kernel; exFAT by FUSE where the kernel has none."""
    plain = ["-o", options, str(device), str(folder)]
    kind = _tag("TYPE", str(device))
    if kind not in TYPES:
        raise RefusedError(f"a stick is {' or '.join(TYPES)}, not {kind or 'this'}", str(device))
    if kind == "exfat" and _run(["mount", "-t", kind, *plain]).returncode != 0:
        _expect(["mount", "-t", "exfat-fuse", *plain], device)
    elif kind != "exfat":
        _expect(["mount", "-t", kind, *plain], device)


def _tag(name: str, device: str) -> str:
    found = _run(["blkid", "--probe", "--output", "value", "--match-tag", name, device])
    return found.stdout.decode("utf-8", "replace").strip()


def _expect(command: list[str], device: Path) -> None:
    done = _run(command)
    if done.returncode != 0:
        detail = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise RefusedError(f"{command[0]} failed: {detail}", str(device))


def _run(command: list[str]) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(command, check=False, capture_output=True, timeout=TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise MissingToolError("cannot be run", command[0], "install util-linux") from failure


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), text)
