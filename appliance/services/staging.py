"""A batch put together on the box's own disk, whole and checked, before a medium sees any of it."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom import dcmread
from pydicom.config import disable_value_validation
from pydicom.uid import XRayRadiationDoseSRStorage

from appliance.media.checksums import write_checksums
from appliance.media.envelope import NAME as ENVELOPE
from appliance.media.envelope import encrypt
from appliance.media.exhibit import Exhibit, exhibit
from appliance.media.fileset import Placed, write_file_set
from appliance.media.notice import Notice, write_readme
from appliance.media.page import write_pages
from appliance.rdsr import read_native


@dataclass(frozen=True, slots=True)
class Staged:
    """A folder as it goes onto a medium; ``checksums_sha256`` is of its SHA256.TXT."""

    folder: Path
    checksums_sha256: str


def stage(
    aside: Path,
    objects: Sequence[Path],
    notice: Notice,
    *,
    with_pages: bool,
    certificate: Path | None = None,
) -> Staged:
    """Move PS3.10 files into a file-set below ``aside``, with README, pages and digests.

    With ``certificate`` all of that is one encrypted file, beside a README that says how to open
    it. Raises ValueError for an object that no directory can hold, OSError, and as ``encrypt``.
    """
    folder = aside / "set"
    placed = write_file_set(folder, objects)
    write_readme(folder, notice)
    write_pages(folder, notice, exhibits(folder, placed) if with_pages else ())
    digest = write_checksums(folder)
    if certificate is None:
        return Staged(folder, digest)
    sealed = aside / "sealed"
    sealed.mkdir()
    encrypt(folder, sealed / ENVELOPE, certificate)
    write_readme(sealed, notice)
    return Staged(sealed, write_checksums(sealed))


def exhibits(folder: Path, placed: Sequence[Placed]) -> Iterator[Exhibit]:
    """What the pages show of each object, one at a time, in the order of the directory."""
    for each in sorted(placed, key=lambda each: each.name):
        yield _exhibit(folder, each.name)


def _exhibit(folder: Path, name: str) -> Exhibit:
    with warnings.catch_warnings(), disable_value_validation():
        warnings.simplefilter("ignore")  # they quote values, which may name a patient
        dataset = dcmread(folder / name, stop_before_pixels=True)
        is_report = dataset.SOPClassUID == XRayRadiationDoseSRStorage
        return exhibit(dataset, name, read_native(dataset) if is_report else None)
