"""The parts of an image that can be made in a moment: downloads, boot partitions, disks."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from image_build import boot, debs, disk, initial_ram_disk, parts, root
from image_build.definition import SLOT_MARK, Archive, Disk, Partition, load
from image_build.errors import VanishedPackageError, WrongHashError
from image_build.lock import LockedPackage

EPOCH = 1_800_000_000
CONTENT = b"a package"


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing of it."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def an_archive(folder: Path) -> Iterator[Archive]:
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *words: Quiet(*words, directory=str(folder))
    )
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Archive("debian", f"http://127.0.0.1:{server.server_port}", ("trixie",))
    finally:
        server.shutdown()
        server.server_close()


def locked(content: bytes = CONTENT, path: str = "pool/a.deb") -> LockedPackage:
    digest = sha256(content).hexdigest()
    return LockedPackage("a", "1", "root", "debian", path, len(content), digest)


def test_a_package_is_downloaded_once(tmp_path: Path) -> None:
    (tmp_path / "pool").mkdir()
    (tmp_path / "pool/a.deb").write_bytes(CONTENT)
    with an_archive(tmp_path) as archive:
        (file,) = debs.fetch([locked()], [archive], tmp_path / "cache")
    assert file.read_bytes() == CONTENT
    (again,) = debs.fetch([locked()], [archive], tmp_path / "cache")  # nobody serves it now
    assert again == file


def test_another_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pool").mkdir()
    (tmp_path / "pool/a.deb").write_bytes(b"something else")
    with an_archive(tmp_path) as archive, pytest.raises(WrongHashError):
        debs.fetch([locked()], [archive], tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_version_that_vanished_says_what_to_do(tmp_path: Path) -> None:
    with an_archive(tmp_path) as archive, pytest.raises(VanishedPackageError) as failure:
        debs.fetch([locked()], [archive], tmp_path / "cache")
    assert "make image-lock" in str(failure.value)


def a_tree(folder: Path) -> Path:
    """A root, as far as booting goes."""
    files = folder / root.BOOT_FILES / "files"
    trees = folder / "usr/lib/linux-image-6/broadcom"
    loader = folder / "usr/lib/systemd/boot/efi"
    for each in (files, trees, loader):
        each.mkdir(parents=True)
    (files / "vmlinuz").write_bytes(b"kernel")
    (files / "initrd.img").write_bytes(b"initial RAM disk")
    (trees / "bcm2711-rpi-4-b.dtb").write_bytes(b"device tree")
    (loader / "systemd-bootx64.efi.signed").write_bytes(b"loader")
    return folder


def firmware(folder: Path) -> Path:
    there = folder / "usr/lib/raspi-firmware"
    there.mkdir(parents=True)
    for name in boot.FIRMWARE:
        (there / name).write_bytes(name.encode())
    return folder


def test_the_boot_partition_of_a_raspberry_pi(tmp_path: Path) -> None:
    definition, tree = load("arm64"), a_tree(tmp_path / "tree")
    boot.boot_files(tree, definition, firmware(tmp_path / "firmware"))
    contents = boot.partitions(tree, definition)
    chooser = contents["boot"]["autoboot.txt"]
    assert chooser == b"[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=3\n"
    assert definition.disk.partition("boot-a").number == 2
    assert definition.disk.partition("boot-b").number == 3
    slot = contents["boot-a"]
    wanted = {"start4.elf", "fixup4.dat", "bcm2711-rpi-4-b.dtb", "vmlinuz", "initrd.img"}
    assert {*wanted, "config.txt", "cmdline.txt", "overlays/ds3231.dtbo"} <= set(slot)
    config = slot["config.txt"]
    assert isinstance(config, bytes)
    lines = config.decode().splitlines()
    for line in ("arm_64bit=1", "kernel=vmlinuz", "enable_uart=1", "dtoverlay=ds3231"):
        assert line in lines
    command_line = slot["cmdline.txt"]
    assert isinstance(command_line, bytes)
    assert b"root=/dev/disk/by-partlabel/root-a " in command_line
    assert command_line.count(b"\n") == 1
    assert contents["boot-b"] == {}


def test_the_clocks_overlay_names_the_clock(tmp_path: Path) -> None:
    made = tmp_path / "ds3231.dtbo"
    subprocess.run(["dtc", "-q", "-@", "-O", "dtb", "-o", str(made), str(boot.CLOCK)], check=True)
    told = subprocess.run(
        ["dtc", "-q", "-I", "dtb", "-O", "dts", str(made)], check=True, capture_output=True
    ).stdout
    assert b'compatible = "maxim,ds3231"' in told
    assert b"i2c1" in told


def test_partitions_of_an_mbr_get_their_labels_by_udev() -> None:
    lines = initial_ram_disk.labels(load("arm64").disk).splitlines()
    assert lines[0].endswith('"d05ea004-01", SYMLINK+="disk/by-partlabel/boot"')
    assert lines[-1].endswith('"d05ea004-07", SYMLINK+="disk/by-partlabel/data"')


def test_the_boot_partition_of_a_pc_counts_and_falls_back(tmp_path: Path) -> None:
    definition, tree = load("amd64"), a_tree(tmp_path / "tree")
    boot.boot_files(tree, definition, tmp_path)
    esp = boot.partitions(tree, definition)["esp"]
    entry = esp["loader/entries/slot-a.conf"]
    assert isinstance(entry, bytes)
    assert b"root=PARTLABEL=root-a " in entry
    assert b"rauc.slot=a " in entry
    assert entry.endswith(b"version 1\n")
    assert {"EFI/BOOT/BOOTX64.EFI", "slot-a/vmlinuz", "slot-a/initrd.img"} <= set(esp)
    for slot in ("a", "b"):
        recovery = esp[f"loader/entries/recovery-{slot}+0.conf"]
        assert isinstance(recovery, bytes)
        assert b"systemd.unit=rescue.target" in recovery
        assert f"rauc.slot={slot} ".encode() in recovery
    assert SLOT_MARK.encode() not in b"".join(
        each for each in esp.values() if isinstance(each, bytes)
    )


SMALL = Disk(
    "small", "none", "gpt", "d05ea001-0000-4000-8000-00000000ffff", "", "", "/efi",
    (
        Partition(1, "esp", "fat", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", 34),
        Partition(2, "root-a", "root", "0FC63DAF-8483-4772-8E79-3D69D8477DE4", 2),
        Partition(3, "data", "data", "0FC63DAF-8483-4772-8E79-3D69D8477DE4", 8),
    ),
)  # fmt: skip


def test_the_same_parts_make_the_same_disk(tmp_path: Path) -> None:
    content = tmp_path / "root"
    content.write_bytes(b"root" * 1000)
    contents: dict[str, boot.Files] = {"esp": {"a/b.txt": b"text", "c.txt": b"more"}}
    made = []
    for name in ("one", "two"):
        file = tmp_path / name
        disk.write(file, SMALL, contents, content, EPOCH)
        made.append(sha256(file.read_bytes()).hexdigest())
    assert made[0] == made[1]
    start = disk.starts_mib(SMALL)["root-a"] * disk.MIB
    assert (tmp_path / "one").read_bytes()[start : start + 4000] == content.read_bytes()
    told = subprocess.run(
        ["mtype", "-i", f"{tmp_path / 'one'}@@1M", "::a/b.txt"], check=True, capture_output=True
    )
    assert told.stdout == b"text"


def test_python_packages_are_listed_with_their_licences(tmp_path: Path) -> None:
    for name, text in (
        ("a_b-1.0", "Name: a_b\nVersion: 1.0\nLicense-Expression: MIT\n\ntext"),
        ("c-2", "Name: c\nVersion: 2\nClassifier: License :: OSI Approved :: BSD License\n\n"),
        ("d-3", "Name: d\nVersion: 3\n\n"),
    ):
        folder = tmp_path / f"{name}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(text)
    listed = parts.python_parts(tmp_path)
    assert [(each.purl, each.license) for each in listed] == [
        ("pkg:pypi/a-b@1.0", "MIT"),
        ("pkg:pypi/c@2", "BSD License"),
        ("pkg:pypi/d@3", "unknown"),
    ]
