"""A folder as a CD image: ISO 9660 Level 1, as PS3.12 has it for CD-R."""

import hashlib
import re
import shutil
from io import BytesIO
from pathlib import Path

import pycdlib

from appliance.media.fault import Failed, Fault, failed
from appliance.media.medium import Taken

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
            size = write_image(staged, part)
            part.rename(self._file)
        except OSError as error:
            part.unlink(missing_ok=True)
            return failed(error)
        return Taken(self._file, sum(each.is_file() for each in staged.rglob("*")), size)


def write_image(folder: Path, target: Path) -> int:
    """Write ``target``, an ISO image of ``folder``, and read every file back out of it.

    Returns its size in bytes. Raises ValueError for a name that is not 8.3, OSError when it cannot
    be written, and OSError as well when what is read back differs.
    """
    image = pycdlib.PyCdlib()
    image.new(interchange_level=1, vol_ident=VOLUME_IDENTIFIER)
    names = sorted(each.relative_to(folder) for each in folder.rglob("*"))
    for name in names:
        _add(image, folder / name, name)
    image.write(str(target))
    image.close()
    _expect_whole(target, folder, names)
    return target.stat().st_size


def _add(image: pycdlib.PyCdlib, path: Path, name: Path) -> None:
    if not _NAME.fullmatch(name.name):
        raise ValueError(f"not an 8.3 name: {name.name}")
    if path.is_dir():
        image.add_directory(f"/{name.as_posix()}")
    else:
        image.add_file(str(path), _file_path(name))


def _expect_whole(target: Path, folder: Path, names: list[Path]) -> None:
    image = pycdlib.PyCdlib()
    image.open(str(target))
    for name in names:
        if (folder / name).is_file():
            copy = BytesIO()
            image.get_file_from_iso_fp(copy, iso_path=_file_path(name))
            with (folder / name).open("rb") as file:
                original = hashlib.file_digest(file, "sha256").digest()
            if hashlib.sha256(copy.getvalue()).digest() != original:
                raise OSError(5, "the image is not what was written", str(target))
    image.close()


def _file_path(name: Path) -> str:
    dot = "" if name.suffix else "."
    return f"/{name.as_posix()}{dot};1"
