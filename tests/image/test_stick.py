"""USB sticks in the image: udev starts the export, strangers stay as they are; restoring."""

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.image.settings import set_until_next_start
from tests.image.virtual_machine import Hardware, VirtualMachine

pytestmark = pytest.mark.image

MIB = 1 << 20
START = MIB
"""Where the only partition of a stick begins."""
UNIT = "dose-appliance-usb-export@{}.service"
PANEL = "/run/dose-appliance/panel/stick"
READY = "systemctl is-active multi-user.target"


@pytest.fixture(scope="module")
def box(machine_from: Callable[[Hardware], VirtualMachine]) -> Iterator[VirtualMachine]:
    machine = machine_from(Hardware())
    machine.start()
    machine.wait_until(READY)
    yield machine
    machine.stop()


def a_stick(path: Path, *, kind: str = "vfat", label: str = "STICK", table: str = "") -> Path:
    """An image of a stick; with a ``table`` (gpt, dos) it has one partition, else none."""
    offset = START if table else 0
    with path.open("wb") as file:
        file.truncate(offset + 64 * MIB + (MIB if table else 0))
    if table:
        script = f"label: {table}\nstart=2048, size={64 * MIB // 512}, type={_type(table)}\n"
        subprocess.run(["sfdisk", "-q", str(path)], input=script, text=True, check=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.truncate(64 * MIB)
    option = "-L" if kind == "exfat" else "-n"
    subprocess.run([f"mkfs.{kind}", option, label, str(part)], check=True, capture_output=True)
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(part.read_bytes())
    part.unlink()
    return path


def _type(table: str) -> str:
    return "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7" if table == "gpt" else "c"


def device_of(box: VirtualMachine, *, part: bool) -> str:
    """The kernel's name of the stick that was plugged in last."""
    suffix = "1" if part else ""
    return box.wait_until(
        f"for each in /sys/class/block/sd?{suffix}; do [ -e $each ] && basename $each && exit; "
        "done; exit 1"
    )


def exported(box: VirtualMachine, device: str) -> str:
    """How the export ended, as its unit says: Result and exit code."""
    unit = UNIT.format(device)
    box.wait_until(f"systemctl show -p ActiveState --value {unit} | grep -qx active")
    return box.told(f"systemctl show -p ExecMainStatus --value {unit}")


def gone(box: VirtualMachine, device: str) -> None:
    unit = UNIT.format(device)
    box.wait_until(f"systemctl show -p ActiveState --value {unit} | grep -qx inactive")
    box.wait_until(f"[ ! -e {PANEL} ]")


def enrol(box: VirtualMachine, device: str, name: str) -> None:
    box.told(
        f"mkdir -p /run/enrolling && mount /dev/{device} /run/enrolling && "
        f"appliance media enrol /run/enrolling --name {name} --by test; code=$?; "
        "umount /run/enrolling; exit $code"
    )


def listing(stick: Path, *, table: bool) -> str:
    place = f"{stick}@@{START}" if table else str(stick)
    command = ["mdir", "-/", "-b", "-i", place, "::"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    ("kind", "table"), [("vfat", ""), ("vfat", "dos"), ("exfat", "gpt")], ids=str
)
def test_a_stranger_is_looked_at_and_left_as_it_was(
    box: VirtualMachine, tmp_path: Path, kind: str, table: str
) -> None:
    stick = a_stick(tmp_path / "stranger.img", kind=kind, table=table)
    before = hashlib.sha256(stick.read_bytes()).hexdigest()
    box.plug_in(stick)
    device = device_of(box, part=bool(table))
    assert exported(box, device) == "5"
    assert box.told(f"cat {PANEL}") == "failed"
    assert box.told(f"grep -c /dev/{device} /proc/mounts || true") == "0"
    box.pull_out()
    gone(box, device)
    assert hashlib.sha256(stick.read_bytes()).hexdigest() == before


def test_the_sites_stick_gets_its_export_when_it_is_plugged_in(
    box: VirtualMachine, tmp_path: Path
) -> None:
    stick = a_stick(tmp_path / "blue.img", table="gpt", label="BLUE")
    box.plug_in(stick)
    device = device_of(box, part=True)
    assert exported(box, device) == "5"
    enrol(box, device, "blue")
    box.pull_out()
    gone(box, device)
    box.plug_in(stick)
    device = device_of(box, part=True)
    assert exported(box, device) == "0"
    assert box.told(f"cat {PANEL}") == "done"
    box.pull_out()
    gone(box, device)
    names = listing(stick, table=True)
    assert "EXPORT.TXT" in names
    assert "STATUS.JSN" in names


def test_a_file_system_of_another_kind_is_not_even_mounted(
    box: VirtualMachine, tmp_path: Path
) -> None:
    stick = tmp_path / "ext4.img"
    with stick.open("wb") as file:
        file.truncate(64 * MIB)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-L", "BLUE", str(stick)], check=True)
    box.plug_in(stick)
    device = device_of(box, part=False)
    box.told("udevadm settle")
    unit = UNIT.format(device)
    assert box.told(f"systemctl show -p ActiveState --value {unit}") == "inactive"
    box.pull_out()


def test_a_dead_box_is_replaced_by_another_one(
    box: VirtualMachine,
    machine_from: Callable[[Hardware], VirtualMachine],
    tmp_path: Path,
) -> None:
    stick = a_stick(tmp_path / "backup.img", table="gpt", label="BACKUP")
    box.plug_in(stick)
    device = device_of(box, part=True)
    exported(box, device)
    enrol(box, device, "backup")
    box.told("echo 'correct horse' >/run/passphrase")
    settings = {"stick": '"backup"', "passphrase_file": '"/run/passphrase"'}
    set_until_next_start(box, "backup", **settings)
    box.told("systemctl start dose-appliance-backup.service")
    told = json.loads(box.told("appliance status --format json"))
    assert told["backup"]["medium"] == "backup"
    identity = box.told("cat /data/box/machine-id")
    box.pull_out()
    box.cut_power()
    assert ".dosebackup" in listing(stick, table=True).lower()

    other = machine_from(Hardware())
    other.start()
    other.wait_until(READY)
    assert other.told("cat /data/box/machine-id") != identity
    other.plug_in(stick)
    device = device_of(other, part=True)
    assert exported(other, device) == "5", "the new box does not know it yet"
    other.told("echo 'correct horse' >/run/passphrase")
    other.told(
        f"appliance restore --device /dev/{device} --passphrase-file /run/passphrase --by test"
    )
    assert other.told("cat /data/box/machine-id") != identity, "nothing has changed yet"
    other.restart()
    other.wait_until(f"[ ! -e /var/lib/dose-appliance/.restore ] && {READY}")
    assert other.told("cat /data/box/machine-id") == identity
    other.told("appliance journal verify")
    assert "backup" in other.told("appliance media list")
    other.wait_until(f"systemctl show -p ExecMainStatus --value {UNIT.format(device)} | grep -qx 0")
    other.stop()
