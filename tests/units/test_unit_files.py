"""The units as files: how much each is exposed, and that what holds for all is there for each."""

import os
import subprocess
from pathlib import Path

import pytest

from appliance.cli.services import CONSOLE, SERVICES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
CONFINED = [each for each in UNITS if (FOLDER / f"{each.name}.d/10-confinement.conf").exists()]
WITHOUT_NETWORK = ("recogniser", "keeper")
PER_UNIT = ("MemoryHigh=", "MemoryMax=", "TasksMax=", "TimeoutStopSec=", "PrivateDevices=")
MOST_EXPOSED = 20
"""Tenths of what `systemd-analyze security` counts."""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_no_unit_is_more_exposed_than_it_may_be(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}"]
    done = subprocess.run(
        [*command, "--no-pager", str(unit)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("service", [*SERVICES, CONSOLE])
def test_every_service_has_a_unit_a_user_and_the_common_confinement(service: str) -> None:
    unit = FOLDER / f"dose-appliance-{service}.service"
    assert unit in CONFINED
    assert (FOLDER / f"{unit.name}.d/20-back-off.conf").exists()
    lines = unit.read_text().splitlines()
    assert f"User=dose-{service}" in lines
    assert all(any(line.startswith(key) for line in lines) for key in PER_UNIT)
    assert f"u dose-{service} " in (FOLDER / "sysusers.d/dose-appliance.conf").read_text()


@pytest.mark.parametrize("service", WITHOUT_NETWORK)
def test_who_needs_no_network_has_none(service: str) -> None:
    lines = (FOLDER / f"dose-appliance-{service}.service").read_text().splitlines()
    wanted = {"PrivateNetwork=yes", "IPAddressDeny=any", "RestrictAddressFamilies=AF_UNIX"}
    assert wanted <= set(lines)


def test_no_condition_asks_for_what_is_mounted_on_demand() -> None:
    """For systemd itself, which mounts it when others ask, the boot partition is always empty."""
    units = [each for each in FOLDER.rglob("*") if each.is_file()]
    lines = [line for unit in units for line in _settings(unit)]
    asked = [line for line in lines if line.startswith(("Condition", "Assert", "Path"))]
    assert asked
    assert not [line for line in asked if "/efi" in line]


@pytest.mark.parametrize("unit", CONFINED, ids=lambda unit: unit.stem)
def test_what_was_given_up_is_tried_again(unit: Path) -> None:
    assert unit.name in (FOLDER / "dose-appliance-revive.service").read_text().split()


@pytest.mark.parametrize("unit", CONFINED, ids=lambda unit: unit.stem)
def test_what_is_common_stands_in_one_place(unit: Path) -> None:
    common = [line.split("=")[0] for line in _settings(FOLDER / "confinement.conf")]
    own = {line.split("=")[0] for line in _settings(unit)} - {"After", "InaccessiblePaths"}
    assert own & set(common) - {"ReadWritePaths"} == set()


def test_pages_take_no_time_from_doses() -> None:
    receiver, console = (_weights(each) for each in ("receiver", CONSOLE))
    usual = 100
    assert all(receiver[kind] > usual > console[kind] for kind in ("CPUWeight", "IOWeight"))
    assert receiver["OOMScoreAdjust"] < 0 < console["OOMScoreAdjust"]


def _weights(service: str) -> dict[str, int]:
    lines = _settings(FOLDER / f"dose-appliance-{service}.service")
    named = (line.split("=") for line in lines if "Weight" in line or "OOMScore" in line)
    return {name: int(value) for name, value in named}


def _settings(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if "=" in line and line[0] != "#"]


def test_everything_is_installed_where_systemd_looks(tmp_path: Path) -> None:
    command = ["make", "-s", "-C", str(ROOT), "install-units", f"DESTDIR={tmp_path}"]
    quiet = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    subprocess.run(command, check=True, env=quiet)
    library = tmp_path / "usr/lib"
    for unit in UNITS:
        assert (library / "systemd/system" / unit.name).read_text() == unit.read_text()
    for unit in CONFINED:
        copied = library / "systemd/system" / f"{unit.name}.d/10-confinement.conf"
        assert not copied.is_symlink()
    for name in ("sysusers.d", "tmpfiles.d", "systemd/journald.conf.d"):
        assert any((library / name).iterdir())
    assert (library / "dose-appliance/nftables/rules.nft").exists()
    assert (tmp_path / "etc/dose-appliance/secrets").stat().st_mode & 0o777 == 0o700
