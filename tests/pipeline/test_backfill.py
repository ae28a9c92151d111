"""Past studies of an archive, whatever dies meanwhile: nothing twice, nothing missed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.destinations.archives import a_free_port, a_process, wait_until
from tests.pipeline.past import (
    DAYS,
    PastWork,
    a_study,
    archive_settings,
    children,
    past_studies,
    truth,
    without_dose,
)
from tests.pipeline.plant import MakePlant
from tests.pipeline.studies import a_wrong_sum
from tests.retrieve.pacs import Unruly, dcmqrscp, orthanc_with

WRONG, EMPTY = 900, 901


@pytest.mark.slow
def test_whatever_dies_every_study_is_read_once(make_plant: MakePlant, tmp_path: Path) -> None:
    numbers = range(1, 23)
    studies = [*past_studies(22), a_wrong_sum(WRONG), without_dose(EMPTY)]
    with dcmqrscp(tmp_path / "pacs", studies) as port:
        plant = make_plant(settings=archive_settings(port, studies_per_min=120), settle_s=0.0)
        work = PastWork(plant, ("--workers", "2"))
        plant.start("recogniser")  # it must leave them alone
        work.kill_after(5)
        process = work.begin()
        wait_until(lambda: bool(readers(process.pid)), 60)
        os.kill(readers(process.pid)[0], signal.SIGKILL)
        plant.wait_for_log("backfill", "readers_died")
    # The archive is gone, and comes back.
    plant.wait_for_log("backfill", "archive_failed")
    refused = plant.command("backfill", *DAYS)
    assert (refused.returncode, "another backfill" in refused.stderr) == (5, True)
    with dcmqrscp(tmp_path / "pacs", port=port):
        process.wait(120)
        summary = work.run()
    assert summary["studies"] == {
        "reported": 22,
        "quarantined": 1,
        "set-aside": 1,  # of which an image was fetched, to see what it is
        "held": 0,
        "nothing": 0,
        "failed": 0,
        "waiting": 0,
    }
    assert work.totals() == truth(numbers)
    assert len(plant.rows("SELECT 1 FROM outgoing")) == 22
    assert len(plant.rows("SELECT 1 FROM instance")) == 24
    assert "hindered" not in plant.log("recogniser")


@pytest.mark.slow
def test_a_thousand_studies_are_read_once(make_plant: MakePlant, tmp_path: Path) -> None:
    """Killed every hundred studies; nothing twice, nothing missed, every total as printed."""
    with orthanc_with(tmp_path / "pacs", past_studies(1000)) as port:
        plant = make_plant(settings=archive_settings(port))
        work = PastWork(plant, ("--workers", "2"))
        for _ in range(9):
            work.kill_after(100)
        assert work.run()["studies"]["reported"] == 1000
    assert work.totals() == truth(range(1, 1001))
    assert len(plant.rows("SELECT 1 FROM outgoing")) == 1000


def readers(pid: int) -> list[int]:
    """The processes that read for a backfill."""
    return [
        each
        for each in children(pid)
        if "spawn_main" in Path(f"/proc/{each}/cmdline").read_text("ascii")
    ]


@contextmanager
def a_cluster() -> Iterator[tuple[str, "list[subprocess.Popen[bytes]]"]]:
    """A Dask scheduler and two workers: its address, and the workers."""
    port = a_free_port()
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m"]
    scheduler = [*dask, "distributed.cli.dask_scheduler", "--port", str(port), "--no-dashboard"]
    worker = [*dask, "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny"]
    with a_process(scheduler, port):
        workers = [
            subprocess.Popen([*worker, "--no-dashboard"], stderr=subprocess.DEVNULL)
            for _ in range(2)
        ]
        try:
            yield address, workers
        finally:
            for each in workers:
                each.kill()
                each.wait()


def test_a_cluster_reads_the_same_when_one_of_its_workers_dies(
    make_plant: MakePlant, tmp_path: Path
) -> None:
    with orthanc_with(tmp_path / "pacs", past_studies(6)) as port, a_cluster() as (address, hands):
        work = PastWork(make_plant(settings=archive_settings(port)), ("--scheduler", address))
        process = work.begin()
        wait_until(lambda: work.ended() >= 2, 60)
        hands[0].kill()
        process.wait(120)
    assert work.totals() == truth(range(1, 7))
    assert work.ended() == 6


def test_an_archive_without_c_get_sends_to_the_receiver(
    make_plant: MakePlant, tmp_path: Path
) -> None:
    box_port = a_free_port()
    with dcmqrscp(tmp_path / "pacs", past_studies(2), box_port) as port:
        plant = make_plant(settings=archive_settings(port, method="move"), port=box_port)
        plant.start("receiver")
        work = PastWork(plant)
        assert work.run()["studies"]["reported"] == 2
    assert work.totals() == truth([1, 2])
    rows = plant.rows("SELECT calling_ae FROM instance JOIN retrieval USING (sop_instance_uid)")
    assert [row["calling_ae"] for row in rows] == ["ARCHIVE"] * 2


def test_a_dry_run_fetches_nothing(make_plant: MakePlant) -> None:
    with Unruly([a_study(1), without_dose(2)]).running() as archive:
        plant = make_plant(settings=archive_settings(archive.port))
        summary = PastWork(plant, ("--dry-run",)).run()
    assert (summary["studies"]["waiting"], summary["studies"]["nothing"]) == (1, 1)
    assert plant.rows("SELECT 1 FROM instance") == []


def test_a_folder_of_its_own_keeps_everything(make_plant: MakePlant, tmp_path: Path) -> None:
    output = tmp_path / "registry"
    with Unruly([a_study(1)]).running() as archive:
        plant = make_plant(settings=archive_settings(archive.port))
        work = PastWork(plant, ("--output", str(output)))
        assert work.run()["studies"]["reported"] == 1
    assert len(list((output / "outbox").glob("*.dcm"))) == 1
    assert not plant.ledger_file().exists()
