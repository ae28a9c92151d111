"""A folder as a CD image: ISO 9660 Level 1, as PS3.12 has it for CD-R."""

import hashlib
import re
import shutil
from pathlib import Path

import pycdlib
from pycdlib.pycdlibexception import PyCdlibException

from appliance.ledger.durable import forget, sync_folder
from appliance.media.fault import Failed, Fault, failed
from appliance.media.medium import PIECE_BYTES, Taken

VOLUME_IDENTIFIER = "DOSE_EXPORT"
CD_BYTES = 700 * 1_000_000
"""What fits on a CD-R of 80 minutes, rounded down."""
_NAME = re.compile(r"[A-Z0-9_]{1,8}(\.[A-Z0-9_]{1,3})?")


class Disc:
    """The image of one disc, to be written into ``file``, which must not be there."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def free_bytes(self) -> int:
        """Room on a CD, or on the disk that the image is written to; raises OSError."""
        return min(CD_BYTES, shutil.disk_usage(self._file.absolute().parent).free)

    def take(self, staged: Path, name: str = "") -> Taken | Failed:  # noqa: ARG002 - no folder
        """Make the image of what ``staged`` holds, which becomes the root of the disc."""
        part = self._file.with_name(f"{self._file.name}.part")
        try:
            if self._file.exists():
                return Failed(Fault.NOT_EMPTY)
            return self._made(staged, part)
        except (OSError, PyCdlibException) as error:
            part.unlink(missing_ok=True)
            return failed(error) if isinstance(error, OSError) else Failed(Fault.DAMAGED)

    def holds(self, name: str, checksums_sha256: str) -> None:
        """An image is of one batch, and never looked into again."""

    def _made(self, staged: Path, part: Path) -> Taken | Failed:
        files = write_image(staged, part)
        forget(part)
        if not is_whole(part, staged, files):
            part.unlink()
            return Failed(Fault.DAMAGED)
        part.rename(self._file)
        sync_folder(self._file.absolute().parent)
        return Taken(self._file, len(files), self._file.stat().st_size)


def write_image(folder: Path, target: Path) -> list[Path]:
    """Write ``target``, an ISO image of ``folder``; the names of its files.

    Raises ValueError for a name that is not 8.3, OSError when it cannot be written.
    """
    names = sorted(each.relative_to(folder) for each in folder.rglob("*"))
    image = pycdlib.PyCdlib()
    image.new(interchange_level=1, vol_ident=VOLUME_IDENTIFIER)
    for name in names:
        _add(image, folder / name, name)
    image.write(str(target))
    image.close()
    return [name for name in names if (folder / name).is_file()]


def is_whole(target: Path, folder: Path, files: list[Path]) -> bool:
    """Whether every one of ``files`` reads out of the image as it lies in ``folder``."""
    image = pycdlib.PyCdlib()
    image.open(str(target))
    try:
        return all(_digest_inside(image, name) == _digest(folder / name) for name in files)
    finally:
        image.close()


def _add(image: pycdlib.PyCdlib, path: Path, name: Path) -> None:
    if not _NAME.fullmatch(name.name):
        raise ValueError(f"not an 8.3 name: {name.name}")
    if path.is_dir():
        image.add_directory(f"/{name.as_posix()}")
    else:
        image.add_file(str(path), _file_path(name))


def _digest_inside(image: pycdlib.PyCdlib, name: Path) -> bytes:
    digest = hashlib.sha256()
    with image.open_file_from_iso(iso_path=_file_path(name)) as file:
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
    return digest.digest()


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _file_path(name: Path) -> str:
    dot = "" if name.suffix else "."
    return f"/{name.as_posix()}{dot};1"
