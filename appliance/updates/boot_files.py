"""Files of a boot partition, each step durable before the next one begins.

FAT has no journal, so nothing that is needed to boot is written over: contents are written aside,
made durable and renamed, and whatever a power cut leaves aside is swept the next time.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from appliance.ledger.durable import PART_SUFFIX, sync_folder, write_file

SLOT_MARK = b"@SLOT@"
"""Stands for the slot in the text files that a root image brings for its boot loader."""
TEXT_SUFFIXES = frozenset({".conf", ".txt"})


def rename(old: Path, new: Path) -> None:
    """Durable rename within a folder; ``new`` is replaced."""
    os.rename(old, new)  # noqa: PTH104 - one step, as the tests cut it
    sync_folder(new.parent)


def remove(path: Path) -> None:
    """Durable removal; a file that is not there is none."""
    if path.exists():
        os.unlink(path)  # noqa: PTH108
        sync_folder(path.parent)


def sweep(folder: Path) -> None:
    """Take away what power cuts left aside."""
    for part in sorted(folder.rglob(f"*{PART_SUFFIX}")):
        remove(part)


def copy_files(source: Path, target: Path, slot: str) -> None:
    """Make ``target`` hold the files of ``source`` for ``slot``, and no others.

    Old ones go first: a small partition does not hold a kernel twice. What is the same already
    stays untouched.
    """
    wanted = {path.relative_to(source): path for path in _files(source)}
    for path in list(_files(target)):
        origin = wanted.get(path.relative_to(target))
        if origin is None or content_for(origin, slot) != path.read_bytes():
            remove(path)
    for name, origin in wanted.items():
        if not (target / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            write_file(target / name, content_for(origin, slot))
    sync_folder(target.parent)


def content_for(path: Path, slot: str) -> bytes:
    """What ``path`` is for ``slot``: texts name it where they have the mark."""
    content = path.read_bytes()
    return content.replace(SLOT_MARK, slot.encode()) if path.suffix in TEXT_SUFFIXES else content


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
