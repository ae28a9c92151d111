"""The image for a Raspberry Pi, as far as it goes without the board.

Its boot partitions are looked at as they are; its root is booted on the same processor, by QEMU in
the firmware's place.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from image_build import disk
from image_build.definition import load
from tests.image.conftest import CACHE
from tests.image.virtual_machine import Hardware, VirtualMachine

pytestmark = pytest.mark.image

FIRMWARE = {"start4.elf", "fixup4.dat", "bcm2711-rpi-4-b.dtb", "config.txt", "cmdline.txt"}
SERVICES = ("receiver", "recogniser", "forwarder", "clerk", "keeper")


@pytest.fixture(scope="module")
def arm64_image() -> Path:
    built = sorted((CACHE / "out/arm64").glob("dose-appliance-*.img"))
    assert built, "no image: run `make image ARCH=arm64`"
    return built[-1]


@pytest.fixture(scope="module")
def slot_a(arm64_image: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of slot a, as its firmware would find them."""
    folder = tmp_path_factory.mktemp("slot")
    start = disk.starts_mib(load("arm64").disk)["boot-a"]
    image = f"{arm64_image}@@{start}M"
    subprocess.run(["mcopy", "-s", "-i", image, "::*", str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def machine(
    arm64_image: Path, slot_a: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VirtualMachine]:
    hardware = Hardware(boot_files=slot_a)
    made = VirtualMachine(arm64_image, tmp_path_factory.mktemp("machine"), hardware)
    made.start()
    yield made
    made.stop()


def test_the_firmware_finds_its_files(arm64_image: Path, slot_a: Path) -> None:
    assert {path.name for path in slot_a.iterdir()} >= FIRMWARE
    assert (slot_a / "overlays/ds3231.dtbo").exists()
    told = subprocess.run(
        ["mtype", "-i", f"{arm64_image}@@1M", "::autoboot.txt"], check=True, capture_output=True
    )
    assert b"[all]\ntryboot_a_b=1\nboot_partition=2\n" in told.stdout


def test_the_clocks_overlay_fits_the_device_trees(slot_a: Path, tmp_path: Path) -> None:
    trees = sorted(slot_a.glob("*.dtb"))
    assert trees
    for tree in trees:
        made = tmp_path / tree.name
        overlay = slot_a / "overlays/ds3231.dtbo"
        command = ["fdtoverlay", "-i", str(tree), "-o", str(made), str(overlay)]
        subprocess.run(command, check=True)
        assert b"maxim,ds3231" in made.read_bytes()


def test_the_services_are_ready(machine: VirtualMachine) -> None:
    for name in SERVICES:
        machine.wait_until(f"systemctl is-active dose-appliance-{name}.service")
    assert "aarch64" in machine.told("uname -m")
    assert machine.told("findmnt -no FSTYPE /") == "squashfs"
    assert machine.told("findmnt -no SOURCE /data").endswith("7")


def test_it_finds_itself_well(machine: VirtualMachine) -> None:
    machine.wait_until("appliance health")
