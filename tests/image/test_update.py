"""Updates on the real image: RAUC writes the other slot, systemd-boot counts, the gate judges.

One machine goes through all of it, as a box does in its life; each test goes on where the one
before it ended.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.simulators.ct import send_studies
from image_build.signing import FOLDER, development_signer
from tests.image.conftest import CACHE
from tests.image.variants import NEWER, Variants, a_stick, run
from tests.image.virtual_machine import Answer, Hardware, VirtualMachine
from tests.pipeline.studies import a_ge_study

pytestmark = pytest.mark.image

ESP_OFFSET = "1M"
LABEL = "DOSEUPDATE"
BOX = f"""\
hostname = "updated"

[appliance.media]
labels = ["{LABEL}"]

[appliance.updates]
gate_s = 300
steady_s = 20
"""
REPORTED = "systemctl is-active multi-user.target && test ! -e /data/updates/trial-b"
COUNTED = """\
import sqlite3
ledger = sqlite3.connect("/var/lib/dose-appliance/ledger.sqlite")
print(ledger.execute("SELECT count(*) FROM instance").fetchone()[0])
"""
DEVICE_TIMEOUT = "systemd.default_device_timeout_sec=900"


@pytest.fixture(scope="module")
def variants(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Variants]:
    folder = tmp_path_factory.mktemp("variants")
    signer = development_signer(CACHE / FOLDER)
    yield Variants(folder, image.with_suffix(".squashfs"), signer)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def box(machine_from: Callable[[Hardware], VirtualMachine]) -> VirtualMachine:
    machine = machine_from(Hardware(kernel_options=DEVICE_TIMEOUT))
    settings = machine.folder / "box.toml"
    settings.write_text(BOX)
    run("mcopy", "-i", f"{machine.disk}@@{ESP_OFFSET}", str(settings), "::/box.toml")
    machine.start()
    machine.wait_until(REPORTED)
    machine.wait_until("appliance health")
    assert set(send_studies([a_ge_study(1)], "127.0.0.1", machine.ports[104], "DOSEBOX")) == {0}
    return machine


def install(box: VirtualMachine, bundle: Path, *options: str) -> Answer:
    """From a stick, as a person does it."""
    stick = a_stick(bundle, box.folder / "stick.img", LABEL)
    box.plug_in(stick)
    box.wait_until("test -b /dev/disk/by-label/" + LABEL)
    words = " ".join(("appliance update install --stick /run/stick", *options))
    answer = box.order(
        f"mkdir -p /run/stick && mount -o ro /dev/disk/by-label/{LABEL} /run/stick && {words}; "
        "code=$?; umount /run/stick; exit $code"
    )
    box.pull_out()
    return answer


def restarted(box: VirtualMachine, slot: str) -> None:
    """Restart, and wait until the box has said in ``slot`` what became of it."""
    box.restart()
    box.wait_until(f"grep -q rauc.slot={slot} /proc/cmdline && {REPORTED}")
    box.wait_until("appliance health")


def nothing_is_lost(box: VirtualMachine) -> None:
    """What was received before any of this is there."""
    assert box.told(f"/usr/bin/python3 -c '{COUNTED}'") == "1"


def status(box: VirtualMachine) -> str:
    return box.told("appliance update status")


def test_a_new_disk_runs_from_its_first_slot(box: VirtualMachine) -> None:
    assert "slot a" in status(box)
    assert "slot-a.conf" in box.wait_until("ls /efi/loader/entries | grep '^slot-a.conf'")


def test_a_tampered_bundle_is_refused(box: VirtualMachine, variants: Variants) -> None:
    assert install(box, variants.tampered()).code != 0
    assert "update-failed" in box.told("appliance status --format json")
    assert "slot-b" not in box.told("ls /efi/loader/entries | grep -v recovery")
    nothing_is_lost(box)


def test_a_version_that_does_not_start_is_left(box: VirtualMachine, variants: Variants) -> None:
    answer = install(box, variants.without_system())
    assert answer.code == 0, answer.text
    restarted(box, "a")
    assert "did not start" in status(box)
    nothing_is_lost(box)


def test_a_bundle_of_another_key_is_refused(
    box: VirtualMachine, variants: Variants, tmp_path: Path
) -> None:
    stranger = development_signer(tmp_path / "stranger")
    answer = install(box, variants.by_stranger(stranger))
    assert answer.code == 5, answer.text
    assert "slot a" in status(box)


def test_power_goes_while_the_slot_is_written(box: VirtualMachine, variants: Variants) -> None:
    stick = a_stick(variants.broken(), box.folder / "stick.img", LABEL)
    box.plug_in(stick)
    box.wait_until("test -b /dev/disk/by-label/" + LABEL)
    box.told(
        f"mkdir -p /run/stick && mount -o ro /dev/disk/by-label/{LABEL} /run/stick && "
        "systemd-run --unit=half appliance update install --stick /run/stick"
    )
    box.wait_until("grep -q . /data/updates/trial-b && pgrep -f boot-loader || pgrep -x rauc")
    box.wait_until("journalctl -u rauc -o cat | grep -qi 'copying image\\|updating /dev'")
    box.cut_power()
    box.start()
    box.wait_until(f"grep -q rauc.slot=a /proc/cmdline && {REPORTED}")
    box.wait_until("appliance health")
    assert "power went" in status(box)
    nothing_is_lost(box)


def test_a_version_whose_receiver_cannot_start_is_left(
    box: VirtualMachine, variants: Variants
) -> None:
    answer = install(box, variants.broken())
    assert answer.code == 0, answer.text
    restarted(box, "a")
    told = status(box)
    assert "service-lives receiver" in told
    assert "0.2.1" in box.told("appliance update list")
    nothing_is_lost(box)


def test_a_good_version_stays(box: VirtualMachine, variants: Variants) -> None:
    answer = install(box, variants.newer())
    assert answer.code == 0, answer.text
    restarted(box, "b")
    assert NEWER in status(box)
    assert "slot-b.conf" in box.told("ls /efi/loader/entries")
    assert "update-failed" not in box.told("appliance status --format json")
    nothing_is_lost(box)


def test_a_person_goes_back(box: VirtualMachine) -> None:
    assert box.order("appliance update rollback --by Sato --reason trial").code == 0
    box.restart()
    box.wait_until("grep -q rauc.slot=a /proc/cmdline && test ! -e /data/updates/trial-a")
    box.wait_until("appliance update list | grep -A9 update-taken-back | grep update-confirmed")
    nothing_is_lost(box)
