"""What the image is made of, as ``image.toml`` says."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1]
REPOSITORY = FOLDER.parent
ARCHITECTURES = ("amd64", "arm64")
SLOT_MARK = "@SLOT@"
"""Stands for the slot in texts that each slot has of its own."""


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive of Debian packages."""

    name: str
    url: str
    suites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Debian:
    """Where packages are from, and whose signatures count."""

    suite: str
    components: tuple[str, ...]
    keyring: Path
    archives: tuple[Archive, ...]

    def sources(self) -> str:
        """Lines for apt's ``sources.list``."""
        return "".join(
            f"deb [signed-by={self.keyring}] {archive.url} {suite} {' '.join(self.components)}\n"
            for archive in self.archives
            for suite in archive.suites
        )


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition; ``kind`` is ``fat``, ``root``, ``empty``, ``data`` or ``extended``."""

    number: int
    label: str
    kind: str
    type: str
    size_mib: int


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk of a board."""

    compatible: str
    board: str
    table: str
    disk_id: str
    root: str
    console: str
    first: str
    partitions: tuple[Partition, ...]

    def partition(self, label: str) -> Partition:
        """The one of that label."""
        return next(each for each in self.partitions if each.label == label)


@dataclass(frozen=True, slots=True)
class Definition:
    """The whole file, for one architecture."""

    architecture: str
    debian: Debian
    packages: tuple[str, ...]
    boot_packages: tuple[str, ...]
    disk: Disk
    left_out: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def lock_file(self) -> Path:
        """Where the versions of the packages stand."""
        return FOLDER / f"{self.architecture}.lock"


def load(architecture: str, file: Path = FOLDER / "image.toml") -> Definition:
    """The definition for one of ``ARCHITECTURES``."""
    table = tomllib.loads(file.read_text())
    packages = table["packages"]
    return Definition(
        architecture,
        _debian(table["debian"]),
        (*packages["every"], *packages[architecture]),
        tuple(packages[f"boot_{architecture}"]),
        _disk(table[architecture]),
        tuple(table["left_out"]["paths"]),
        tuple(table["left_out"]["but"]),
    )


def _debian(table: dict[str, Any]) -> Debian:
    archives = (
        Archive(name, each["url"], tuple(each["suites"]))
        for name, each in table["archives"].items()
    )
    return Debian(
        table["suite"], tuple(table["components"]), Path(table["keyring"]), tuple(archives)
    )


def _disk(table: dict[str, Any]) -> Disk:
    partitions = enumerate(table.pop("partition"), 1)
    return Disk(**table, partitions=tuple(Partition(number, **each) for number, each in partitions))
