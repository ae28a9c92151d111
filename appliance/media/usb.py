"""File systems on USB devices that are plugged in, as the kernel lists them."""

from collections.abc import Iterator
from pathlib import Path

BLOCK_DEVICES = Path("/sys/class/block")
DEVICES = Path("/dev")


def usb_devices(block: Path = BLOCK_DEVICES, devices: Path = DEVICES) -> Iterator[Path]:
    """Every partition of a USB disk, and every such disk that has none, by name."""
    for entry in sorted(block.iterdir()) if block.is_dir() else ():
        real = entry.resolve()
        is_usb = any(part.startswith("usb") for part in real.parts)
        has_partitions = any((each / "partition").exists() for each in real.iterdir())
        if is_usb and not has_partitions:
            yield devices / entry.name


def is_of_the_box(device: Path, mounts: Path, block: Path = BLOCK_DEVICES) -> bool:
    """Whether something else of the disk that ``device`` is on is mounted: the box runs from it.

    ``mounts`` is a table as ``/proc/self/mountinfo``.
    """
    disk = _disk((block / device.name).resolve())
    numbers = {line.split(" ")[2] for line in mounts.read_text("utf-8", "replace").splitlines()}
    parts = [disk, *(each for each in disk.iterdir() if (each / "partition").exists())]
    others = [each for each in parts if each.name != device.name]
    return any(_number(each) in numbers for each in others)


def _disk(entry: Path) -> Path:
    return entry.parent if (entry / "partition").exists() else entry


def _number(entry: Path) -> str:
    file = entry / "dev"
    return file.read_text("ascii").strip() if file.exists() else ""
