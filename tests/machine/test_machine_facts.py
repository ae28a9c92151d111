"""What machines say of themselves is understood, and what they do not say is absent."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import ClockState, state_of_clock
from appliance.machine import Machine, SpareBlocks, look_at
from tests.machine.trees import EPOCH, NAMES, SAVED, Tree, date, planted, write

WALL_S = 1_795_000_000.0
SYNCHRONISED = "run/systemd/timesync/synchronized"


def facts(machine: Machine) -> dict[str, object]:
    """What a tree's expectations name; absent where the machine says nothing."""
    worn = next((each for each in machine.media if each.life_used_percent), None)
    told = {
        "state": str(machine.clock.state),
        "rtc": machine.clock.rtc,
        "slot": machine.boot.slot,
        "image_version": machine.boot.image_version,
        "hottest_celsius": machine.hottest_celsius,
        "under_voltage": machine.supply.under_voltage,
        "under_voltage_since_boot": machine.supply.under_voltage_since_boot,
        "throttled": machine.supply.throttled,
        "life_used_percent": worn and worn.life_used_percent,
        "spare_blocks": worn and worn.spare_blocks,
        "media": [[each.device, str(each.kind)] for each in machine.media],
        "errors": sum(each.errors for each in machine.file_systems),
    }
    return {key: value for key, value in told.items() if value is not None}


@pytest.fixture(params=NAMES)
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Tree:
    return planted(request.param, tmp_path)


def test_every_machine_is_understood(tree: Tree) -> None:
    assert facts(look_at(tree.root, tree.wall_s)) == tree.expected


def test_this_machine_can_be_looked_at() -> None:
    machine = look_at(Path("/"), WALL_S)
    assert machine.boot.boot_id
    assert machine.boot.uptime_s
    assert machine.media


@given(st.sampled_from(NAMES), st.data())
def test_nonsense_in_a_file_is_nothing_said(name: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree = planted(name, Path(folder))
        files = sorted(each for each in tree.root.rglob("*") if each.is_file())
        file = data.draw(st.sampled_from(files))
        file.write_bytes(data.draw(st.binary(max_size=12)))
        machine = look_at(tree.root, tree.wall_s)
    assert machine.clock.state in ClockState


def test_life_beyond_its_end_is_told(tmp_path: Path) -> None:
    device = "sys/block/mmcblk0/device"
    write(tmp_path, f"{device}/life_time", "0x0b 0x03\n")
    write(tmp_path, f"{device}/pre_eol_info", "0x03\n")
    (medium,) = look_at(tmp_path, WALL_S).media
    assert (medium.life_used_percent, medium.spare_blocks) == (101, SpareBlocks.URGENT)


@pytest.mark.parametrize("life", ["0x00 0x00", "", "0x0c 0x01", "worn"])
def test_a_life_that_is_not_told_is_absent(tmp_path: Path, life: str) -> None:
    write(tmp_path, "sys/block/mmcblk0/device/life_time", life)
    (medium,) = look_at(tmp_path, WALL_S).media
    assert medium.life_used_percent is None


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        ({}, ClockState.UNSET),
        ({"epoch": -1}, ClockState.UNSET),
        ({"saved": -1}, ClockState.RESTORED),
        ({"saved": 1, "rtc": 0, "server": 0}, ClockState.UNSET),
        ({"epoch": 1, "rtc": 0, "server": 0}, ClockState.UNSET),
        ({"saved": -1, "epoch": -9, "rtc": -29}, ClockState.RTC),
        ({"saved": -1, "epoch": -9, "rtc": -31}, ClockState.RESTORED),
        ({"rtc": 0}, ClockState.RTC),
        ({"saved": -1, "server": 0}, ClockState.NTP),
        ({"saved": -1, "server": 0, "rtc": -400}, ClockState.NTP),
    ],
)
def test_by_whose_word_the_clock_stands(
    tmp_path: Path, evidence: dict[str, int], state: ClockState
) -> None:
    """Evidence is dated in seconds from what the clock shows."""
    for path, word in ((SAVED, "saved"), (EPOCH, "epoch")):
        if word in evidence:
            date(tmp_path, path, WALL_S + evidence[word])
    if "server" in evidence:
        write(tmp_path, SYNCHRONISED, "")
    if "rtc" in evidence:
        write(tmp_path, "sys/class/rtc/rtc0/hctosys", "1\n")
        write(tmp_path, "sys/class/rtc/rtc0/since_epoch", f"{WALL_S + evidence['rtc']:.0f}\n")
    assert state_of_clock(tmp_path, WALL_S) is state


def test_a_clock_that_the_kernel_was_not_set_from_vouches_for_nothing(tmp_path: Path) -> None:
    write(tmp_path, "sys/class/rtc/rtc0/hctosys", "0\n")
    write(tmp_path, "sys/class/rtc/rtc0/since_epoch", f"{WALL_S:.0f}\n")
    assert state_of_clock(tmp_path, WALL_S) is ClockState.UNSET
