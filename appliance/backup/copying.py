"""A copy of the data folder as it is at one moment, while the services go on.

The ledger is copied by SQLite's own backup, in one read; what it speaks of was written before it
was entered. Files that are never changed under their name get a second name, which costs no room
and outlasts the removal of the first; all others are copied.
"""

import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

from appliance.backup.archive import Piece

LEDGER, WITNESS = "ledger.sqlite", "journal.witness"
OWN_FOLDER, RESTORE_FOLDER, REPLACED = "backup", ".restore", "replaced"
_NEVER_CHANGED = ("outbox", "quarantine")
_SPOOL = "spool"
_APART = frozenset(
    {
        *(f"{LEDGER}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")),
        WITNESS,
        _SPOOL,
        OWN_FOLDER,
        RESTORE_FOLDER,
        REPLACED,
        "media",  # batches that are put together, and a lock
        "lost+found",
    }
)
"""What is copied in its own way, or is of this machine alone."""
_UNFINISHED = ".part"
PERMISSIONS = 0o777


def copy_ledger(data_dir: Path, target: Path) -> None:
    """The ledger and its journal's witness into the folder ``target``, as one.

    Of the witness first: entries that it does not know yet are no breakage. Raises OSError,
    sqlite3.Error.
    """
    target.mkdir(parents=True, exist_ok=True)
    witness = data_dir / WITNESS
    if witness.exists():
        shutil.copyfile(witness, target / WITNESS)
    with (
        closing(sqlite3.connect(f"file:{data_dir / LEDGER}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target / LEDGER)) as copy,
    ):
        live.backup(copy)


def settle_ledger(data_dir: Path, target: Path) -> None:
    """Have the copied ledger be one file, without a log ahead of it. Raises sqlite3.Error."""
    for name in (LEDGER, WITNESS):
        if (target / name).exists():
            _as_in(data_dir / name, target / name)
    with closing(sqlite3.connect(target / LEDGER)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")


def copy_files(data_dir: Path, target: Path, spooled: Collection[str]) -> int:
    """Everything else, of the spool the files ``spooled``; how many of those were not there.

    Raises OSError.
    """
    for source in (data_dir / _SPOOL, *sorted((data_dir / _SPOOL).glob("*"))):
        if source.is_dir():
            _like(source, target / source.relative_to(data_dir))
    for source in _files(data_dir):
        place = target / source.relative_to(data_dir)
        if source.is_dir():
            _like(source, place)
        elif source.relative_to(data_dir).parts[0] in _NEVER_CHANGED:
            _second_name(source, place)
        else:
            _copied(source, place)
    return sum(
        not _second_name(data_dir / _SPOOL / name, target / _SPOOL / name) for name in spooled
    )


def pieces(folder: Path, root: str) -> Iterator[Piece]:
    """Every folder and plain file below ``folder``, named below ``root``; links are left out."""
    for source in sorted(folder.rglob("*")):
        if not source.is_symlink() and (source.is_dir() or source.is_file()):
            yield Piece(f"{root}/{source.relative_to(folder).as_posix()}", source)


def size_bytes(found: Collection[Piece]) -> int:
    """Of all files together."""
    return sum(each.path.stat().st_size for each in found if each.path.is_file())


def _files(data_dir: Path) -> Iterator[Path]:
    for top in sorted(data_dir.iterdir()):
        if top.name in _APART or top.name.endswith(_UNFINISHED) or top.is_symlink():
            continue
        yield from (top, *sorted(top.rglob("*"))) if top.is_dir() else (top,)


def _like(source: Path, place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    _as_in(source, place)


def _as_in(source: Path, place: Path) -> None:
    """With its permissions, and whose it is where that can be.

    That a folder gives its group on stays behind: a confined service may not set it, and where the
    copy is restored, the folder above says so.
    """
    found = source.stat()
    place.chmod(found.st_mode & PERMISSIONS)
    if os.geteuid() == 0:
        os.chown(place, found.st_uid, found.st_gid)


def _copied(source: Path, place: Path) -> None:
    """A file that goes meanwhile is not needed; a pipe or socket is none."""
    if source.name.endswith(_UNFINISHED) or source.is_symlink() or not source.is_file():
        return
    try:
        shutil.copyfile(source, place)
        _as_in(source, place)
    except FileNotFoundError:
        place.unlink(missing_ok=True)


def _second_name(source: Path, place: Path) -> bool:
    if source.name.endswith(_UNFINISHED):
        return True
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.hardlink_to(source)
    except FileNotFoundError:
        return False
    return True
