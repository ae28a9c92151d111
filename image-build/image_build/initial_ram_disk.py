"""The initial RAM disk: made by the root's own tools, the same from the same parts."""

import os
import shutil
import stat
from pathlib import Path

from image_build.definition import FOLDER, Disk
from image_build.root import BOOT_FILES
from image_build.running import inside

SCRIPTS = FOLDER / "root/etc/initramfs-tools"
LABELS = "usr/lib/udev/rules.d/61-dose-appliance-partitions.rules"


def labels(disk: Disk) -> str:
    """Rules for udev that give partitions of an MBR, which has no labels, theirs."""
    identity = disk.disk_id.removeprefix("0x")
    return "".join(
        f'SUBSYSTEM=="block", ENV{{ID_PART_ENTRY_UUID}}=="{identity}-{each.number:02x}", '
        f'SYMLINK+="disk/by-partlabel/{each.label}"\n'
        for each in disk.partitions
        if each.kind != "extended"
    )


def make(tree: Path, disk: Disk, epoch: int) -> None:
    """Leave kernel and initial RAM disk in the tree where an update looks for them."""
    shutil.copytree(SCRIPTS, tree / "etc/initramfs-tools", dirs_exist_ok=True)
    if disk.table == "dos":
        (tree / LABELS).write_text(labels(disk))
    for path in SCRIPTS.rglob("*"):
        _like_any_other(tree / "etc/initramfs-tools" / path.relative_to(SCRIPTS), epoch)
    kernel = next(tree.glob("boot/vmlinuz-*"))
    version = kernel.name.removeprefix("vmlinuz-")
    files = tree / BOOT_FILES / "files"
    files.mkdir(parents=True)
    inside(tree, "mkinitramfs", "-o", f"/{BOOT_FILES}/files/initrd.img", version, epoch=epoch)
    shutil.copyfile(kernel, files / "vmlinuz")


def _like_any_other(path: Path, epoch: int) -> None:
    """Of one mode and one time, whatever the working copy has."""
    path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
    os.utime(path, (epoch, epoch))
