"""Disks and file systems, as far as the kernel tells of them without asking a disk itself."""

from collections.abc import Iterator
from pathlib import Path

from appliance.machine.attribute import number_of, text_of
from appliance.machine.facts import FileSystem, Medium, MediumKind, SpareBlocks

SECTOR_BYTES = 512
"""Of every ``size`` in /sys/block, whatever the disk's own (kernel, sysfs-block)."""
VIRTUAL = ("loop", "ram", "zram", "dm-", "sr", "fd", "md", "nbd", "mtdblock")
PARTS_OF_EMMC = ("boot0", "boot1", "rpmb", "gp0", "gp1", "gp2", "gp3")
SPARE_BLOCKS = {1: SpareBlocks.NORMAL, 2: SpareBlocks.WARNING, 3: SpareBlocks.URGENT}
STEP_PERCENT = 10
WORN_OUT = 11
"""DEVICE_LIFE_TIME_EST: 1 is 0 to 10 %, 2 is 10 to 20 %, 11 is past its life (JEDEC eMMC 5.0)."""
PAST_ALL_PERCENT = 101


def media_of(root: Path) -> Iterator[Medium]:
    """Every disk below ``root``/sys/block, by its name."""
    for block in sorted((root / "sys/block").glob("*")):
        if not block.name.startswith(VIRTUAL) and not block.name.endswith(PARTS_OF_EMMC):
            yield _medium(block)


def file_systems_of(root: Path) -> Iterator[FileSystem]:
    """Every mounted ext4 below ``root``/sys/fs/ext4, by its device."""
    for entry in sorted((root / "sys/fs/ext4").glob("*")):
        errors = number_of(entry / "errors_count")
        if errors is not None:
            yield FileSystem(device=entry.name, errors=errors)


def _medium(block: Path) -> Medium:
    device, sectors = block / "device", number_of(block / "size")
    kind = _kind(block.name, device)
    return Medium(
        device=block.name,
        kind=kind,
        model=text_of(device / "name") or text_of(device / "model"),
        size_bytes=None if sectors is None else sectors * SECTOR_BYTES,
        life_used_percent=_life_used(device),
        spare_blocks=SPARE_BLOCKS.get(number_of(device / "pre_eol_info", 16) or 0),
    )


def _kind(name: str, device: Path) -> MediumKind:
    if name.startswith("mmcblk"):
        return {"MMC": MediumKind.EMMC, "SD": MediumKind.SD}.get(
            text_of(device / "type") or "", MediumKind.OTHER
        )
    if name.startswith("nvme"):
        return MediumKind.NVME
    is_ata = (text_of(device / "vendor") or "") == "ATA"
    return MediumKind.SATA if is_ata else MediumKind.OTHER


def _life_used(device: Path) -> int | None:
    """The worse of an eMMC's two kinds of cells; ``life_time`` is two numbers, 0: not told."""
    words = (text_of(device / "life_time") or "").split()
    try:
        steps = max((int(word, 16) for word in words), default=0)
    except ValueError:
        return None
    if not 0 < steps <= WORN_OUT:
        return None
    return PAST_ALL_PERCENT if steps == WORN_OUT else steps * STEP_PERCENT
