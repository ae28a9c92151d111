"""File systems in files, as sticks."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAKERS = {
    "exfat": ["mkfs.exfat"],
    "vfat": ["mkfs.vfat"],
    "ext4": ["mkfs.ext4", "-q", "-F"],
}
LABEL = {"exfat": "-L", "vfat": "-n", "ext4": "-L"}


def a_file_system(path: Path, kind: str, mib: int = 32, label: str = "STICK") -> Path:
    """An image with an empty file system in it."""
    path.write_bytes(b"")
    with path.open("r+b") as file:
        file.truncate(mib << 20)
    command = [*MAKERS[kind], LABEL[kind], label, str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


@contextmanager
def a_device(image: Path) -> Iterator[Path]:
    """A loop device over ``image``."""
    command = ["losetup", "--find", "--show", str(image)]
    device = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    try:
        yield Path(device)
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


@contextmanager
def mounted_image(image: Path, folder: Path, *options: str) -> Iterator[Path]:
    """``image``, with a file system that the kernel or a helper knows, at ``folder``."""
    folder.mkdir(exist_ok=True)
    with a_device(image) as device:
        subprocess.run(["mount", *options, str(device), str(folder)], check=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def a_plain_stick(folder: Path) -> Iterator[Path]:
    """A file system that never fails, in memory."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "stick", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
