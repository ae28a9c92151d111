"""Partition tables, file systems, and the disk as one file; the same bytes from the same parts."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import NAMESPACE_URL, uuid5

from image_build.boot import Files
from image_build.definition import Disk, Partition
from image_build.running import run

MIB = 1 << 20
SECTOR = 512
ALIGNED_MIB = 1
DATA_UUID = "d05ea000-0000-4000-8000-0000000000da"
CHUNK = 4 * MIB


def starts_mib(disk: Disk) -> dict[str, int]:
    """Where each partition begins, by label."""
    starts, position = {}, ALIGNED_MIB
    for each in disk.partitions:
        starts[each.label] = position
        inside_extended = disk.table == "dos" and each.number >= 4  # noqa: PLR2004 - the MBR's own
        position += each.size_mib + (ALIGNED_MIB if inside_extended else 0)
    return starts


def size_mib(disk: Disk) -> int:
    """The whole file, with room for the second partition table."""
    last = disk.partitions[-1]
    return starts_mib(disk)[last.label] + last.size_mib + ALIGNED_MIB


def table(disk: Disk) -> str:
    """The partition table, as sfdisk reads it."""
    lines = [f"label: {disk.table}", f"label-id: {disk.disk_id}", "unit: sectors"]
    starts = starts_mib(disk)
    for each in disk.partitions:
        size = each.size_mib or size_mib(disk) - starts[each.label]
        fields = [f"start={starts[each.label] * MIB // SECTOR}", f"size={size * MIB // SECTOR}"]
        fields.append(f"type={each.type}")
        if disk.table == "gpt":
            fields += [f"uuid={uuid5(NAMESPACE_URL, disk.compatible + each.label)}"]
            fields += [f"name={each.label}"]
        lines.append(", ".join(fields))
    return "\n".join(lines) + "\n"


def write(file: Path, disk: Disk, contents: dict[str, Files], root: Path, epoch: int) -> None:
    """Make the disk: ``contents`` of its FAT partitions, ``root`` in the root's first slot."""
    file.unlink(missing_ok=True)
    with file.open("wb") as made:
        made.truncate(size_mib(disk) * MIB)
    run("sfdisk", "--quiet", str(file), text=table(disk))
    starts = starts_mib(disk)
    with TemporaryDirectory(dir=file.parent) as folder:
        for each in disk.partitions:
            content = _content(each, contents, root, Path(folder), epoch)
            if content is not None:
                _place(content, file, starts[each.label] * MIB)


def _content(
    partition: Partition, contents: dict[str, Files], root: Path, folder: Path, epoch: int
) -> Path | None:
    made = folder / partition.label
    if partition.kind == "fat":
        fat(made, partition, contents.get(partition.label, {}), epoch)
        return made
    if partition.kind == "data":
        empty_data(made, partition, epoch)
        return made
    return root if partition.kind == "root" else None


def fat(file: Path, partition: Partition, files: Files, epoch: int) -> None:
    """A FAT file system with these files."""
    with file.open("wb") as made:
        made.truncate(partition.size_mib * MIB)
    serial = uuid5(NAMESPACE_URL, partition.label).hex[:8]
    label = partition.label.upper().replace("-", "_")
    run("mkfs.vfat", "--invariant", "-i", serial, "-n", label, str(file), epoch=epoch)
    with TemporaryDirectory(dir=file.parent) as folder:
        tree = Path(folder)
        for name, content in files.items():
            path = tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
        for path in (*tree.rglob("*"), tree):
            os.utime(path, (epoch, epoch))
        top = sorted(str(path) for path in tree.iterdir())
        if top:
            run("mcopy", "-s", "-m", "-Q", "-i", str(file), *top, "::", epoch=epoch)


def empty_data(file: Path, partition: Partition, epoch: int) -> None:
    """The data partition before its first start."""
    with file.open("wb") as made:
        made.truncate(partition.size_mib * MIB)
    os.environ["E2FSPROGS_FAKE_TIME"] = str(epoch)
    run(
        *("mke2fs", "-q", "-t", "ext4", "-O", "metadata_csum", "-L", partition.label),
        *("-U", DATA_UUID, "-E", f"hash_seed={DATA_UUID},lazy_itable_init=0", "-m", "0", str(file)),
        epoch=epoch,
    )


def _place(content: Path, file: Path, position: int) -> None:
    """Copy with holes where there are only zeros."""
    with content.open("rb") as source, file.open("r+b") as target:
        target.seek(position)
        while chunk := source.read(CHUNK):
            if chunk.count(0) == len(chunk):
                target.seek(len(chunk), os.SEEK_CUR)
            else:
                target.write(chunk)
