"""What is alarming about a machine is told, and told no more when it is over."""

from contextlib import closing
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config.machine import MachineLimits
from appliance.ledger import open_ledger
from appliance.machine import look_at
from appliance.services.machine_watch import EVERY_S, MachineWatch, alarming
from tests.machine.trees import planted, write


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("bare", {}),
        ("raspberry-pi-5", {}),
        (
            "raspberry-pi-4",
            {(AlarmCode.UNDER_VOLTAGE, ""): "since the start of the machine"},
        ),
        (
            "industrial-pc",
            {
                (AlarmCode.DISK_WORN, "mmcblk0"): "up to 90 % of its life used",
                (AlarmCode.FILE_SYSTEM_ERRORS, "mmcblk0p5"): "3 errors",
            },
        ),
    ],
)
def test_what_is_alarming(tmp_path: Path, name: str, held: dict[object, str]) -> None:
    tree = planted(name, tmp_path)
    machine = look_at(tree.root, tree.wall_s)
    assert dict(alarming(machine, MachineLimits(), was_hot=False)) == held


def test_spare_blocks_are_told_before_the_life_is_over(tmp_path: Path) -> None:
    tree = planted("industrial-pc", tmp_path)
    machine = look_at(tree.root, tree.wall_s)
    held = dict(alarming(machine, MachineLimits(life_used_percent=100), was_hot=False))
    assert held[AlarmCode.DISK_WORN, "mmcblk0"] == "spare blocks: warning"


def test_heat_is_over_only_when_it_is_well_below(tmp_path: Path) -> None:
    now = [0.0]
    with closing(open_ledger(tmp_path / "ledger.sqlite")) as ledger:
        clock = Clock(monotonic=lambda: now[0])
        alarms = Alarms(ledger, clock)
        watch = MachineWatch(MachineLimits(), alarms, clock, root=tmp_path)
        hot = []
        for celsius in (79, 80, 78, 76, 74, 78):
            write(tmp_path, "sys/class/thermal/thermal_zone0/temp", f"{celsius}000\n")
            watch.work_next()
            hot.append(AlarmCode.TOO_HOT in {each.code for each in alarms.raised()})
            now[0] += EVERY_S
    assert hot == [False, True, True, True, False, False]
