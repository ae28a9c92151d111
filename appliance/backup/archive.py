"""The content of a backup: a compressed tar archive with every file's digest at its end.

::

    box.json         what it is; the first
    data/…           the data folder
    box/…            configuration, secrets and keys of the box
    settings/…       the configuration in force, and files that it names elsewhere
    SHA256.TXT       the digest of every file before it, as ``sha256sum -c`` reads it; the last
"""

import gzip
import hashlib
import io
import os
import shutil
import stat
import tarfile
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from appliance.backup.manifest import Manifest, decoded
from appliance.errors import StateError

MANIFEST, DIGESTS = "box.json", "SHA256.TXT"
DATA, BOX, SETTINGS = "data", "box", "settings"
LONGEST_MANIFEST = 65536
LONGEST_DIGESTS = 1 << 30
COMPRESSION = 1
"""Of nine: a dose screen is nearly all black, and a small computer has to do it at night."""
PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """A file or folder of the box: its name in the archive, and where it is."""

    name: str
    path: Path


def pack(stream: IO[bytes], manifest: Manifest, pieces: Iterable[Piece]) -> int:
    """Write an archive; how many files it has beside the two of its own. Raises OSError."""
    digests: list[str] = []
    with (
        gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=COMPRESSION, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        _add(archive, MANIFEST, manifest.encoded())
        for piece in pieces:
            if piece.path.is_dir():
                archive.addfile(archive.gettarinfo(piece.path, piece.name))
            else:
                digests.append(f"{_packed(archive, piece)}  {piece.name}\n")
        _add(archive, DIGESTS, "".join(digests).encode("utf-8"))
    return len(digests)


def unpack(
    stream: IO[bytes], accept: Callable[[Manifest], Mapping[str, Path]] | None = None
) -> Manifest:
    """Read an archive to its end and compare every digest; what it is.

    ``accept`` sees what it is first, and says into which folders its roots (``data``, ``box``,
    ``settings``) go; it raises what refuses it. Without it nothing is written. Raises StateError
    for an archive that is not as it was made, OSError.
    """
    found: dict[str, str] = {}
    with (
        gzip.GzipFile(fileobj=stream, mode="rb") as packed,
        tarfile.open(fileobj=packed, mode="r|") as archive,
    ):
        manifest = decoded(_small(archive, archive.next(), MANIFEST, LONGEST_MANIFEST))
        roots = accept(manifest) if accept else {}
        listed = None
        while (member := archive.next()) is not None:
            if member.name == DIGESTS:
                listed = _small(archive, member, DIGESTS, LONGEST_DIGESTS).decode("utf-8")
                break
            place = _place(member, roots)
            if member.isdir():
                _make(place, member)
            else:
                found[member.name] = _unpacked(archive, member, place)
    if listed is None or listed != "".join(f"{each}  {name}\n" for name, each in found.items()):
        raise StateError("the backup is not as it was made")
    return manifest


def _packed(archive: tarfile.TarFile, piece: Piece) -> str:
    with piece.path.open("rb") as file:
        info = archive.gettarinfo(arcname=piece.name, fileobj=file)
        info.type = tarfile.REGTYPE  # of two names of one file each is a file of its own
        info.linkname = ""
        digesting = _Digesting(file)
        archive.addfile(info, digesting)
    return digesting.sha256.hexdigest()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    archive.addfile(info, io.BytesIO(content))


def _small(
    archive: tarfile.TarFile, member: tarfile.TarInfo | None, name: str, most_bytes: int
) -> bytes:
    file = archive.extractfile(member) if member and member.name == name else None
    if file is None or member is None or member.size > most_bytes:
        raise StateError("the backup does not say what it is")
    return file.read()


def _place(member: tarfile.TarInfo, roots: Mapping[str, Path]) -> Path | None:
    """Where it goes; None: nowhere."""
    root, *parts = PurePosixPath(member.name).parts or ("",)
    is_plain = (member.isreg() or member.isdir()) and ".." not in parts
    if not is_plain or not parts or root not in (DATA, BOX, SETTINGS):
        raise StateError("the backup has what no backup has", member.name)
    return roots[root].joinpath(*parts) if root in roots else None


def _make(place: Path | None, member: tarfile.TarInfo) -> None:
    if place is not None:
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(member.mode & 0o777 | 0o700 | place.stat().st_mode & stat.S_ISGID)
        _own(place, member)


def _unpacked(archive: tarfile.TarFile, member: tarfile.TarInfo, place: Path | None) -> str:
    file = archive.extractfile(member)
    if file is None:
        raise StateError("the backup has what no backup has", member.name)
    digesting = _Digesting(file)
    if place is not None:
        _write(digesting, place, member)
    read_to_the_end(digesting.read)
    return digesting.sha256.hexdigest()


def _write(source: "_Digesting", target: Path, member: tarfile.TarInfo) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
        while piece := source.read(PIECE_BYTES):
            file.write(piece)
        os.fchmod(file.fileno(), member.mode & 0o777)
    _own(target, member)


def _own(place: Path, member: tarfile.TarInfo) -> None:
    """Whose it was, by name: the numbers of another machine are others."""
    if os.geteuid() != 0:
        return
    for option, name in (("user", member.uname), ("group", member.gname)):
        with suppress(LookupError):
            shutil.chown(place, **{option: name or "root"})


def read_to_the_end(read: Callable[[int], bytes]) -> None:
    """Read what is left, and keep nothing of it."""
    deque(iter(partial(read, PIECE_BYTES), b""), maxlen=0)


class _Digesting:
    """A file that is digested as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.sha256.update(piece)
        return piece
