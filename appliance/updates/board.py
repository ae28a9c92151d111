"""The board at hand, and its boot loader with the partitions it needs."""

import configparser
import os
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.errors import StateError
from appliance.updates.counted_boot import CountedBoot
from appliance.updates.slot import BootLoader, Slot
from appliance.updates.tryboot import TryBoot

SYSTEM_CONF = Path("etc/rauc/system.conf")
LABELS = Path("dev/disk/by-partlabel")
BLOCK_CLASS, BLOCK_DEVICES = Path("sys/class/block"), Path("sys/dev/block")
REBOOT_ARGUMENT = Path("run/systemd/reboot-param")
BOOT_FILES = Path("usr/lib/dose-appliance/boot")
"""In a root image: what its boot loader needs, ``entry.conf`` and ``files``."""
TIMEOUT_S = 120.0
TRYBOOT = "tryboot"


@dataclass(frozen=True, slots=True)
class Board:
    """One of ``boards.toml``; ``root`` is what its paths are below."""

    compatible: str
    boot_loader: str
    first: str
    root: Path = Path("/")

    @contextmanager
    def opened(self) -> Iterator[BootLoader]:
        """The boot loader, its partition mounted for writing as long as the block lasts."""
        with mounted(self._device(self.first)) as first:
            if self.boot_loader == TRYBOOT:
                yield TryBoot(first, self._boot_partition, self.root / REBOOT_ARGUMENT)
            else:
                yield CountedBoot(first)

    @contextmanager
    def boot_files(self, slot: Slot) -> Iterator[Path]:
        """What the root in ``slot`` brings for its boot loader."""
        with mounted(self._device(f"root-{slot}"), "ro") as root:
            yield root / BOOT_FILES

    def is_ambiguous(self) -> bool:
        """Whether a label leads to another disk than the one that the root was booted from.

        So it is where a second disk has a system of the box, too.
        """
        labels = (self.first, "root-a", "root-b", "data")
        names = [self._device(label).resolve().name for label in labels]
        disks = {_disk(self.root / BLOCK_CLASS / name) for name in names}
        disks.add(_disk(self.root / _booted(self.root)))
        return len(disks - {None}) > 1

    @contextmanager
    def _boot_partition(self, slot: Slot) -> Iterator[Path]:
        with mounted(self._device(f"boot-{slot}")) as partition:
            yield partition

    def _device(self, label: str) -> Path:
        return self.root / LABELS / label


def _disk(entry: Path) -> str | None:
    """The kernel's name of the disk that a partition is on; None when it tells of no such one."""
    return entry.resolve().parent.name if entry.exists() else None


def _booted(root: Path) -> Path:
    """The entry of the partition that the root is on."""
    device = root.stat().st_dev
    return BLOCK_DEVICES / f"{os.major(device)}:{os.minor(device)}"


def board_at(root: Path = Path("/")) -> Board | None:
    """The board that RAUC's configuration below ``root`` names; None on a machine without slots.

    Raises StateError for one that is not in the table.
    """
    system = configparser.ConfigParser(interpolation=None)
    if not system.read(root / SYSTEM_CONF, "utf-8"):
        return None
    compatible = system.get("system", "compatible", fallback="")
    known = boards()
    if compatible not in known:
        raise StateError(f"unknown board {compatible!r}", str(root / SYSTEM_CONF))
    return Board(compatible, known[compatible]["boot_loader"], known[compatible]["first"], root)


def boards() -> dict[str, dict[str, str]]:
    """``boards.toml``."""
    table: dict[str, dict[str, str]] = tomllib.loads(
        (files("appliance.updates") / "boards.toml").read_text("utf-8")
    )
    return table


@contextmanager
def mounted(device: Path, *options: str) -> Iterator[Path]:
    """``device`` mounted at a folder of its own. Raises StateError when it cannot be."""
    wanted = ",".join((*options, "nosuid", "nodev", "noexec"))
    with TemporaryDirectory(prefix="dose-boot-") as folder:
        _run("mount", "-o", wanted, str(device), folder)
        try:
            yield Path(folder)
        finally:
            _run("umount", folder)


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_S)
    except subprocess.CalledProcessError as failure:
        told = failure.stderr.decode("utf-8", "replace").strip()
        raise StateError(f"{command[0]}: {told}", command[-1]) from failure
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise StateError(f"{command[0]}: {type(failure).__name__}", command[-1]) from failure
