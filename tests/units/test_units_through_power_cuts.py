"""The power goes while a CT sends: what was acknowledged is there after the next start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.receive.test_kill import acknowledged
from tests.receive.test_storing import a_screen, data_set_of
from tests.units.machine import SERVICES, Machine

ROOT = "1.2.826.0.1.3680043.10.7"
OBJECTS = 600
BEFORE_THE_CUT = 40
ROUNDS = 3
SETTINGS = '[receiver]\nbind = "0.0.0.0"\nport = 104\nmin_free_mib = 1\n'


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    booted = Machine(tmp_path / "machine", SETTINGS)
    booted.folder.mkdir()
    yield booted
    booted.cut_power()


def stored(machine: Machine) -> dict[str, bytes]:
    """The data set of each object that the ledger has, from its file."""
    found = {}
    for uid, path, size_bytes in machine.rows(
        "SELECT sop_instance_uid, path, size_bytes FROM instance"
    ):
        content = (machine.data / "spool" / str(path)).read_bytes()
        found[str(uid)] = content[-int(str(size_bytes)) :]
    return found


def a_round(machine: Machine, folder: Path, number: int) -> int:
    """One power cut in the middle of sending; how many objects had been acknowledged."""
    folder.mkdir()
    for at in range(OBJECTS):
        a_screen(folder / f"{at:03}.dcm", f"{ROOT}.{number}.{at}")
    before = len(stored(machine))
    options = ("-v", "-xe", "+sd", "-aec", "DOSEBOX", "127.0.0.1", "104", str(folder))
    with machine.calling("storescu", *options) as sender:
        machine.wait(lambda: len(stored(machine)) > before + BEFORE_THE_CUT)
        machine.cut_power()
        transcript, _ = sender.communicate(timeout=120)
    machine.boot()
    machine.wait(lambda: all(map(machine.is_running, SERVICES)))
    kept, files = stored(machine), acknowledged(transcript)
    for file in files:
        assert kept[f"{ROOT}.{number}.{int(file.stem)}"] == data_set_of(file)
    assert list((machine.data / "spool/incoming").glob("*.part")) == []
    return len(files)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost(machine: Machine, tmp_path: Path) -> None:
    machine.boot()
    machine.wait(lambda: machine.is_running("receiver"))
    counts = [a_round(machine, tmp_path / f"round{number}", number) for number in range(ROUNDS)]
    assert all(0 < count < OBJECTS for count in counts)
