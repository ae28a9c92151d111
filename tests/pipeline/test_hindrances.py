"""What ends or hinders a service on a running box: the others go on, and nothing is lost."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, SecondaryCaptureImageStorage

from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import open_ledger
from appliance.services.bench import MOST_ATTEMPTS
from appliance.spool import Arrival, Spool
from tests.destinations.archives import stored, storescp, wait_until
from tests.pipeline.hostile import swelling
from tests.pipeline.plant import MakePlant, Plant
from tests.pipeline.studies import ROOT, a_ge_study, a_siemens_study, an_unreadable_study
from tests.receive.box import ON_A_SMALL_DISK

KILLS_ITS_PARENT = """#!/bin/sh
case "$*" in *--version*) exec tesseract "$@";; esac
kill -9 $PPID
"""


def a_deadly_tesseract(folder: Path) -> str:
    file = folder / "tesseract"
    file.write_text(KILLS_ITS_PARENT, "utf-8")
    file.chmod(0o755)
    return f'tesseract = "{file}"'


def test_a_study_that_ends_the_recogniser_waits_and_others_are_reported(
    make_plant: MakePlant, tmp_path: Path
) -> None:
    plant = make_plant(recogniser=a_deadly_tesseract(tmp_path))
    plant.start("receiver", "recogniser")
    plant.send(an_unreadable_study(1))
    assert plant.processes["recogniser"].wait(30) == -9
    plant.send(a_ge_study(2))
    ledger = open_ledger(plant.data_dir / "ledger.sqlite")
    begun = ledger.execute("UPDATE attempt SET begun = ? RETURNING begun", MOST_ATTEMPTS)
    assert len(begun.fetchall()) == 1  # as if it had happened so often
    ledger.close()
    plant.start("recogniser")
    outcomes = plant.wait_for_outcomes((f"{ROOT}.1", f"{ROOT}.2"))
    assert outcomes == {f"{ROOT}.1": "recogniser-failed", f"{ROOT}.2": "reported"}
    assert plant.processes["recogniser"].poll() is None
    assert ("recogniser-failed", f"{ROOT}.1") in plant.alarms()


@pytest.mark.slow
def test_the_supervisor_restarts_it_until_the_study_waits(
    make_plant: MakePlant, tmp_path: Path
) -> None:
    plant = make_plant(recogniser=a_deadly_tesseract(tmp_path))
    plant.start("run")
    plant.send(an_unreadable_study(1), a_ge_study(2))
    outcomes = plant.wait_for_outcomes((f"{ROOT}.1", f"{ROOT}.2"), 120)
    assert outcomes == {f"{ROOT}.1": "recogniser-failed", f"{ROOT}.2": "reported"}
    assert plant.log("run").count("service_died service=recogniser") == MOST_ATTEMPTS


SWOLLEN_MIB = 1200
"""More than the recogniser may take."""


def test_an_object_that_swells_waits_and_others_are_reported(make_plant: MakePlant) -> None:
    plant = make_plant()
    plant.write_config()
    plant.data_dir.mkdir()
    ledger = open_ledger(plant.data_dir / "ledger.sqlite")
    spool = Spool(plant.data_dir / "spool", ledger, SYSTEM_CLOCK)
    bomb = Arrival(
        sop_class_uid=SecondaryCaptureImageStorage,
        sop_instance_uid=f"{ROOT}.1",
        transfer_syntax_uid=DeflatedExplicitVRLittleEndian,
        calling_ae="CT01",
        called_ae="DOSEBOX",
        address="127.0.0.1",
    )
    spool.keep(bomb, [swelling(a_ge_study(1)[0], SWOLLEN_MIB)])
    ledger.close()
    plant.start("receiver", "recogniser")
    plant.send(a_ge_study(2))
    assert plant.wait_for_outcomes([f"{ROOT}.2"]) == {f"{ROOT}.2": "reported"}
    (case,) = plant.rows("SELECT study_instance_uid, reason FROM quarantined")
    assert case == {"study_instance_uid": "unreadable:1", "reason": "unreadable-object"}
    assert plant.processes["recogniser"].poll() is None


class SmallDiskPlant(Plant):
    """A box whose data directory is a disk of 24 MiB, seen through /proc."""

    @property
    def disk(self) -> Path:
        return Path(f"/proc/{self.processes['run'].pid}/root{self.data_dir}")

    def ledger_file(self) -> Path:
        """A copy: SQLite would resolve the path outside the namespace."""
        copy = self.folder / "copy"
        copy.mkdir(exist_ok=True)
        for file in self.disk.glob("ledger.sqlite*"):
            with suppress(FileNotFoundError):  # the last one to close it removes the log
                shutil.copy(file, copy)
        return copy / "ledger.sqlite"

    def fill(self) -> None:
        """Until not a byte more fits."""
        with suppress(OSError), (self.disk / "filler").open("ab", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))

    def free(self) -> None:
        (self.disk / "filler").unlink()


@pytest.fixture
def small_disk_plant(tmp_path: Path) -> Iterator[SmallDiskPlant]:
    folder = tmp_path / "plant"
    prefix = (*ON_A_SMALL_DISK, str(folder / "data"))
    plant = SmallDiskPlant(folder, settle_s=2, prefix=prefix)
    yield plant
    plant.end()


def test_a_full_disk_makes_everything_wait(
    small_disk_plant: SmallDiskPlant, tmp_path: Path
) -> None:
    plant = small_disk_plant
    plant.start("run")
    plant.wait_for_log("run", "services_ready")
    plant.send(a_siemens_study(1), a_siemens_study(2))
    plant.fill()
    wait_until(lambda: 'reason="database or disk is full"' in plant.log("run"))
    plant.free()
    plant.wait_for_outcomes((f"{ROOT}.1", f"{ROOT}.2"))
    plant.fill()
    archive = tmp_path / "archive"
    with storescp(archive, plant.archive_port):
        wait_until(lambda: "worker=lane-archive" in plant.log("run") or len(stored(archive)) == 2)
        plant.free()
        wait_until(lambda: len(stored(archive)) == 2)
        plant.wait_until_delivered(2)
    assert "service_died" not in plant.log("run")
    assert not list(plant.disk.rglob("*.part"))
