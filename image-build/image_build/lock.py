"""The lock of an architecture: every package by version and SHA-256, and the day it was made.

One line a package: archive, path in it, size in bytes, SHA-256, name, version, `root` or `boot`.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

HEADER = "# Written by `make image-lock`. Seconds since 1970 of that day:"


@dataclass(frozen=True, slots=True, order=True)
class LockedPackage:
    """One package, and where it goes: installed into the root, or taken apart for booting."""

    name: str
    version: str
    use: str
    archive: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Lock:
    """All packages of an image."""

    epoch: int
    packages: tuple[LockedPackage, ...]

    def of_use(self, use: str) -> tuple[LockedPackage, ...]:
        """Those for ``root`` or for ``boot``."""
        return tuple(package for package in self.packages if package.use == use)


def read(file: Path) -> Lock:
    """The lock in a file that ``write`` wrote."""
    head, *lines = file.read_text().splitlines()
    return Lock(int(head.removeprefix(HEADER)), tuple(_package(line) for line in lines))


def write(file: Path, epoch: int, packages: Iterable[LockedPackage]) -> None:
    """Replace the file; packages stand in the order of their names."""
    lines = (" ".join(map(str, astuple(package))) for package in sorted(packages))
    file.write_text("\n".join((f"{HEADER} {epoch}", *lines)) + "\n")


def _package(line: str) -> LockedPackage:
    name, version, use, archive, path, size, sha256 = line.split()
    return LockedPackage(name, version, use, archive, path, int(size), sha256)
