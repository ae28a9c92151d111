"""What a slot is booted with, and the partitions that firmware reads."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from image_build.definition import FOLDER, SLOT_MARK, Definition, Disk
from image_build.root import BOOT_FILES
from image_build.running import run

OPTIONS = (
    "rootfstype=squashfs ro rauc.slot=@SLOT@ panic=30 quiet fsck.repair=yes "
    "systemd.gpt_auto=0 systemd.getty_auto=0 systemd.show_status=yes"
)
LOADER = "timeout 3\neditor no\nconsole-mode keep\n"
ENTRY = """\
title Dose appliance, slot @SLOT@
sort-key dose-appliance
linux /slot-@SLOT@/vmlinuz
initrd /slot-@SLOT@/initrd.img
options {options}
"""
RECOVERY = """\
title Recovery console, slot @SLOT@
sort-key recovery
linux /slot-@SLOT@/vmlinuz
initrd /slot-@SLOT@/initrd.img
options {options} systemd.unit=rescue.target
"""
CONFIG = """\
# Read by the firmware of a Raspberry Pi 4; autoboot.txt of the first partition chose this one.
arm_64bit=1
upstream_kernel=1
kernel=vmlinuz
initramfs initrd.img
# Serial console on pins 8 and 10
enable_uart=1
# Clock on pins 3 and 5
dtoverlay=ds3231
"""
AUTOBOOT = "[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=3\n"
FIRMWARE = ("start4.elf", "fixup4.dat", "start4cd.elf", "fixup4cd.dat")
DEVICE_TREES = "bcm2711-rpi-*.dtb"
CLOCK = FOLDER / "rpi4/ds3231.dts"
Files = Mapping[str, Path | bytes]
"""Of a partition: where in it, and what."""


def options(disk: Disk) -> str:
    """The kernel's command line, for either slot."""
    return f"root={disk.root} {OPTIONS} {disk.console}"


def boot_files(tree: Path, definition: Definition, taken_apart: Path) -> None:
    """Beside the kernel, what the boot loader of the board needs for a slot."""
    folder = tree / BOOT_FILES
    if definition.architecture == "amd64":
        (folder / "entry.conf").write_text(ENTRY.format(options=options(definition.disk)))
        return
    firmware = taken_apart / "usr/lib/raspi-firmware"
    for name in FIRMWARE:
        shutil.copyfile(firmware / name, folder / "files" / name)
    for each in tree.glob(f"usr/lib/linux-image-*/broadcom/{DEVICE_TREES}"):
        shutil.copyfile(each, folder / "files" / each.name)
    overlays = folder / "files/overlays"
    overlays.mkdir()
    run("dtc", "-q", "-@", "-O", "dtb", "-o", str(overlays / "ds3231.dtbo"), str(CLOCK))
    (folder / "files/config.txt").write_text(CONFIG)
    (folder / "files/cmdline.txt").write_text(options(definition.disk) + "\n")


def partitions(tree: Path, definition: Definition) -> dict[str, Files]:
    """The files of every FAT partition of a fresh disk, by the partition's label."""
    if definition.architecture == "amd64":
        return {"esp": _esp(tree, definition)}
    first: Files = {"autoboot.txt": AUTOBOOT.encode(), "config.txt": b"# See autoboot.txt.\n"}
    return {"boot": first, "boot-a": _slot(tree, "a"), "boot-b": {}}


def _esp(tree: Path, definition: Definition) -> Files:
    loader = tree / "usr/lib/systemd/boot/efi/systemd-bootx64.efi.signed"
    files: dict[str, Path | bytes] = {
        "EFI/BOOT/BOOTX64.EFI": loader,
        "EFI/systemd/systemd-bootx64.efi": loader,
        "loader/loader.conf": LOADER.encode(),
    }
    for slot in ("a", "b"):  # of no tries: chosen by hand alone
        text = RECOVERY.format(options=options(definition.disk)).replace(SLOT_MARK, slot)
        files[f"loader/entries/recovery-{slot}+0.conf"] = text.encode()
    entry = (tree / BOOT_FILES / "entry.conf").read_text().replace(SLOT_MARK, "a")
    # Good from the first: there is nothing else to fall back to.
    files["loader/entries/slot-a.conf"] = f"{entry}version 1\n".encode()
    return files | {f"slot-a/{name}": file for name, file in _slot(tree, "a").items()}


def _slot(tree: Path, slot: str) -> Files:
    folder = tree / BOOT_FILES / "files"
    files: dict[str, Path | bytes] = {}
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        mark = file.suffix in {".txt", ".conf"}
        text = file.read_bytes().replace(SLOT_MARK.encode(), slot.encode()) if mark else file
        files[str(file.relative_to(folder))] = text
    return files


def take_apart(packages: list[Path], folder: Path) -> None:
    """Unpack packages of which only files are wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in packages:
        run("dpkg-deb", "--extract", str(package), str(folder))
