"""Which block devices are sticks, by what the kernel lists; and the files that name them."""

import re
import subprocess
from pathlib import Path

import pytest

from appliance.media.usb import is_of_the_box, usb_devices

ROOT = Path(__file__).parents[2]
RULES = ROOT / "hw" / "udev" / "71-dose-appliance-stick.rules"
UNITS = (
    "dose-appliance-usb-export@.service",
    "dose-appliance-backup.service",
    "dose-appliance-restore.service",
)
EXPOSURE = 2.0


def a_kernel(folder: Path) -> Path:
    """A disk of the box with partitions, a stick with a partition, one without, and a card."""
    block = folder / "block"
    block.mkdir()
    number = 0
    for disk, parts in {
        "pci/ata1/sda": ("sda1", "sda2"),
        "pci/usb1/1-1/sdb": ("sdb1",),
        "pci/usb1/1-2/sdc": (),
        "platform/mmc/mmcblk0": ("mmcblk0p1",),
    }.items():
        place = folder / "devices" / disk
        for each in (place, *(place / part for part in parts)):
            each.mkdir(parents=True)
            (each / "dev").write_text(f"8:{number}\n")
            if each is not place:
                (each / "partition").write_text("1\n")
            (block / each.name).symlink_to(each)
            number += 1
    return block


def test_sticks_are_usb_and_of_a_disk_with_partitions_the_partitions(tmp_path: Path) -> None:
    found = usb_devices(a_kernel(tmp_path), Path("/dev"))
    assert [str(each) for each in found] == ["/dev/sdb1", "/dev/sdc"]
    assert list(usb_devices(tmp_path / "nothing")) == []


@pytest.mark.parametrize(("device", "is_it"), [("sda1", True), ("sdb1", False), ("sdc", False)])
def test_a_disk_of_which_something_else_is_mounted_is_the_boxes(
    tmp_path: Path, device: str, *, is_it: bool
) -> None:
    block = a_kernel(tmp_path)
    (tmp_path / "mountinfo").write_text("22 1 8:2 / / ro - squashfs /dev/sda2 ro\n")
    assert is_of_the_box(Path("/dev") / device, tmp_path / "mountinfo", block) == is_it


def test_the_rule_names_the_unit_and_the_file_systems_that_are_mounted() -> None:
    text = RULES.read_text("utf-8")
    assert 'ENV{SYSTEMD_WANTS}+="dose-appliance-usb-export@%k.service"' in text
    assert 'ENV{ID_FS_TYPE}!="vfat|exfat"' in text
    assert not re.search(r"\b(RUN|PROGRAM|IMPORT)\b", text), "udev itself runs nothing of a stick"
    labels = set(re.findall(r'GOTO="(\w+)"', text))
    assert labels == set(re.findall(r'LABEL="(\w+)"', text))


@pytest.mark.parametrize("unit", UNITS)
def test_the_units_are_as_confined_as_what_they_do_allows(unit: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", str(ROOT / "systemd" / unit)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= EXPOSURE


def test_a_stick_is_bound_to_its_device_and_mounted_where_nobody_else_sees_it() -> None:
    text = (ROOT / "systemd" / UNITS[0]).read_text("utf-8")
    for line in (
        "BindsTo=dev-%i.device",
        "PrivateMounts=yes",
        "NoNewPrivileges=yes",
        "PrivateNetwork=yes",
        "RemainAfterExit=yes",
        "ExecStopPost=/usr/bin/appliance media unplugged /dev/%I",
    ):
        assert f"\n{line}\n" in text
