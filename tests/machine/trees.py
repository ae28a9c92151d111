"""Machines, as the files that they show."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[1] / "golden" / "machines"
NAMES = sorted(each.stem for each in GOLDEN.glob("*.toml"))
SAVED, EPOCH = "var/lib/systemd/timesync/clock", "usr/lib/clock-epoch"


@dataclass(frozen=True)
class Tree:
    """A machine's files below ``root``, what its clock shows, and what is to be found."""

    root: Path
    wall_s: float
    expected: dict[str, Any]


def planted(name: str, root: Path) -> Tree:
    """The machine ``name`` below ``root``."""
    machine = tomllib.loads((GOLDEN / f"{name}.toml").read_text("utf-8"))
    for path, content in machine["files"].items():
        write(root, path, content)
    for path, key in ((SAVED, "saved_s"), (EPOCH, "epoch_s")):
        if key in machine:
            date(root, path, machine[key])
    return Tree(root, machine["wall_s"], machine["expected"])


def write(root: Path, path: str, content: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(content, "ascii")


def date(root: Path, path: str, at_s: float) -> None:
    """An empty file that was changed at ``at_s``."""
    write(root, path, "")
    os.utime(root / path, (at_s, at_s))
