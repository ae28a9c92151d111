"""What the image is made of, checked without building it."""

import configparser
import re
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from image_build import boot, disk, root, wheels
from image_build.definition import (
    ARCHITECTURES,
    FOLDER,
    REPOSITORY,
    SLOT_MARK,
    Definition,
    load,
)
from image_build.lock import Lock, read

SHA256 = re.compile(r"[0-9a-f]{64}")
SYSTEM = REPOSITORY / "systemd"
ROOT = FOLDER / "root"


@pytest.fixture(params=ARCHITECTURES)
def definition(request: pytest.FixtureRequest) -> Definition:
    return load(request.param)


@pytest.fixture
def lock(definition: Definition) -> Lock:
    return read(definition.lock_file)


def test_every_package_is_locked_by_version_and_hash(definition: Definition, lock: Lock) -> None:
    names = [package.name for package in lock.packages]
    assert {*definition.packages, *definition.boot_packages} <= set(names)
    assert len(names) == len(set(names))
    for package in lock.packages:
        assert SHA256.fullmatch(package.sha256), package
        assert package.size > 0
        assert package.version.split(":")[-1] in unquote(package.path), package
        assert package.archive in {archive.name for archive in definition.debian.archives}


def test_what_only_boots_is_not_installed(definition: Definition, lock: Lock) -> None:
    assert {each.name for each in lock.of_use("boot")} == set(definition.boot_packages)


def test_no_cloud_kernel_and_no_package_manager(lock: Lock) -> None:
    names = {package.name for package in lock.packages}
    assert not [name for name in names if "cloud" in name]
    assert "apt" not in names


def test_the_python_packages_are_hashed_and_for_the_roots_python(definition: Definition) -> None:
    text = (REPOSITORY / "requirements.lock").read_text()
    lines = wheels.locked_lines(text, definition.architecture)
    names = [re.split(r"==", line)[0] for line in lines]
    assert all("--hash=sha256:" in line for line in lines)
    assert "numpy" in names
    assert not [line for line in lines if ";" in line]  # pip would ask the Python that runs it
    assert len(names) == len(set(names))
    wanted = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {re.split(r"[>=<]", each)[0].lower() for each in wanted} <= {n.lower() for n in names}
    assert {"torch", "onnx", "pytest", "hypothesis", "ruff"} & set(names) == set()
    assert set(wheels.SOURCE_ONLY) <= set(names)


def test_the_lock_names_the_python_that_wheels_are_chosen_for(lock: Lock) -> None:
    (python,) = [each for each in lock.packages if each.name == "python3"]
    assert python.version.startswith(f"{wheels.VERSION}.")


def test_slots_are_alike_and_the_last_partition_takes_the_rest(definition: Definition) -> None:
    layout = definition.disk
    labels = [each.label for each in layout.partitions]
    assert {"root-a", "root-b", "data"} <= set(labels)
    assert labels[-1] == "data"
    assert layout.partition("root-a").size_mib == layout.partition("root-b").size_mib
    assert layout.partition("root-a").type == layout.partition("root-b").type


def test_the_partition_table_is_as_sfdisk_understands_it(
    definition: Definition, tmp_path: Path
) -> None:
    file = tmp_path / "disk.img"
    with file.open("wb") as made:
        made.truncate(disk.size_mib(definition.disk) * disk.MIB)
    wanted = disk.table(definition.disk)
    subprocess.run(["sfdisk", "-q", str(file)], input=wanted, text=True, check=True)
    told = subprocess.run(["sfdisk", "-d", str(file)], capture_output=True, text=True, check=True)
    rows = re.findall(r"start= *(\d+), size= *(\d+)", told.stdout)
    starts = disk.starts_mib(definition.disk)
    assert [int(start) for start, _ in rows] == [
        starts[p.label] * 2048 for p in definition.disk.partitions
    ]
    for (start, size), each in zip(rows, definition.disk.partitions, strict=True):
        assert int(start) % 2048 == 0
        if each.size_mib:
            assert int(size) == each.size_mib * 2048


def test_only_the_data_is_writable_and_nothing_on_it_can_be_run(definition: Definition) -> None:
    rows = [line.split() for line in root.mounts(definition.disk).splitlines()[1:]]
    mounted = {row[1]: set(row[3].split(",")) for row in rows}
    assert "/" not in mounted
    assert {"/data", "/var", "/var/lib/dose-appliance", definition.disk.first} <= set(mounted)
    for options in mounted.values():
        assert {"nosuid", "nodev", "noexec"} <= options


def test_a_kernel_that_stumbles_is_started_again(definition: Definition) -> None:
    words = boot.options(definition.disk).split()
    assert "panic=30" in words
    assert "ro" in words
    assert f"rauc.slot={SLOT_MARK}" in words


def test_the_machine_has_a_watchdog_and_leaves_no_dumps() -> None:
    told = configparser.ConfigParser()
    told.optionxform = str  # type: ignore[assignment,method-assign] # as systemd reads it
    told.read(FOLDER / "root/usr/lib/systemd/system.conf.d/50-dose-appliance.conf")
    assert told["Manager"]["RuntimeWatchdogSec"] == "15s"
    assert told["Manager"]["DefaultLimitCORE"] == "0"


def test_what_is_not_named_stays_off() -> None:
    text = (ROOT / "usr/lib/systemd/system-preset/00-dose-appliance.preset").read_text()
    rules = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert rules[-1] == "disable *"


@pytest.mark.parametrize("unit", ["ssh.service", "getty@.service", "console-getty.service"])
def test_nobody_logs_in_before_box_toml_says_so(unit: str) -> None:
    text = (ROOT / f"usr/lib/systemd/system/{unit}.d/50-dose-appliance.conf").read_text()
    assert re.search(r"^ConditionPathExists=/run/dose-access/", text, re.MULTILINE)


def test_every_unit_is_installed(tmp_path: Path) -> None:
    root.install_units(tmp_path, REPOSITORY)
    installed = {path.name for path in (tmp_path / "usr/lib/systemd/system").iterdir()}
    kinds = {".service", ".socket", ".target", ".timer", ".path", ".mount"}
    assert {path.name for path in SYSTEM.iterdir() if path.suffix in kinds} <= installed


@pytest.mark.parametrize(
    "script", sorted((FOLDER / "root/etc/initramfs-tools").glob("*/**/dose-appliance"))
)
def test_scripts_of_the_initial_ram_disk_are_well_formed(script: Path) -> None:
    assert script.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", str(script)], check=True)
