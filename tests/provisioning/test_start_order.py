"""What starts first: systemd finds an order in which all of the box's early units can start."""

import os
import shutil
import subprocess
from pathlib import Path

UNITS = Path(__file__).parents[2] / "systemd"
DEBIANS = "/lib/systemd/system"


def cycles(folder: Path) -> list[str]:
    """What systemd says of orders that contradict each other, with the units in ``folder``."""
    wants = folder / "sysinit.target.wants"
    wants.mkdir()
    for unit in (*UNITS.glob("*.service"), *UNITS.glob("*.mount")):
        if not (folder / unit.name).exists():
            shutil.copy(unit, folder / unit.name)
        if "WantedBy=sysinit.target" in unit.read_text("utf-8"):
            (wants / unit.name).symlink_to(folder / unit.name)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "multi-user.target"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:{DEBIANS}"},
    )
    assert (folder / "sysinit.target.wants/dose-appliance-provision.service").exists()
    return [line for line in done.stderr.splitlines() if "cycle" in line]


def test_nothing_waits_for_itself(tmp_path: Path) -> None:
    assert cycles(tmp_path) == []


def test_a_cycle_would_be_seen(tmp_path: Path) -> None:
    unit = "dose-appliance-provision.service"
    text = (UNITS / unit).read_text("utf-8")
    changed = text.replace("[Service]", "Before=systemd-tmpfiles-setup.service\n[Service]")
    (tmp_path / unit).write_text(changed, "utf-8")
    assert cycles(tmp_path) != []
