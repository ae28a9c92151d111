"""Past studies of an archive, whatever dies meanwhile: nothing twice, nothing missed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.simulators.consoles.siemens import PhantomMark
from tests.destinations.archives import a_free_port, a_process, wait_until
from tests.pipeline.past import (
    PastWork,
    a_study,
    archive_settings,
    children,
    examination,
    past_studies,
    truth,
    without_dose,
)
from tests.pipeline.plant import MakePlant
from tests.pipeline.studies import a_siemens_study, a_wrong_sum, an_image, images_of, who
from tests.retrieve.pacs import Mood, Unruly, dcmqrscp, orthanc_with

WRONG, EMPTY = 900, 901
ACCEPTED = ("--accept-doubt", "confirmation-needed")


def test_whatever_dies_every_study_is_read_once(make_plant: MakePlant, tmp_path: Path) -> None:
    numbers = range(1, 29)
    studies = [*past_studies(28), a_wrong_sum(WRONG), without_dose(EMPTY)]
    with dcmqrscp(tmp_path / "pacs", studies) as port:
        plant = make_plant(settings=archive_settings(port, studies_per_min=240), settle_s=0.0)
        work = PastWork(plant, ("--workers", "2"))
        plant.start("recogniser")  # it must leave them alone
        work.kill_after(5)
        process = work.begin()
        wait_until(lambda: bool(readers(process.pid)), 60)
        os.kill(readers(process.pid)[0], signal.SIGKILL)
        plant.wait_for_log("backfill", "readers_died")
    # The archive is gone, and comes back.
    plant.wait_for_log("backfill", "archive_failed")
    with dcmqrscp(tmp_path / "pacs", port=port):
        process.wait(120)
        summary = work.run()
    assert summary["studies"] == {
        "reported": 28,
        "quarantined": 1,
        "set-aside": 1,  # of which an image was fetched, to see what it is
        "held": 0,
        "nothing": 0,
        "failed": 0,
        "waiting": 0,
    }
    assert work.totals() == truth(numbers)
    assert len(plant.rows("SELECT 1 FROM report")) == 28
    assert len(plant.rows("SELECT 1 FROM instance")) == 30
    assert "hindered" not in plant.log("recogniser")


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
    with orthanc_with(tmp_path / "pacs", past_studies(10)) as port, a_cluster() as (address, hands):
        work = PastWork(make_plant(settings=archive_settings(port)), ("--scheduler", address))
        process = work.begin()
        wait_until(lambda: work.ended() >= 3, 60)
        hands[0].kill()
        process.wait(120)
    assert work.totals() == truth(range(1, 11))
    assert work.ended() == 10


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


def test_what_persons_must_see_is_held_back_until_they_have(make_plant: MakePlant) -> None:
    """Of a scanner nobody knows two studies wait, not two hundred."""
    numbers = range(2, 12, 2)
    with Unruly([a_study(number) for number in numbers]).running() as archive:
        settings = archive_settings(archive.port, most_cases=1)
        plant = make_plant(settings=settings, confirm_first=2)
        work = PastWork(plant)
        before = work.run()
        assert (before["studies"]["quarantined"], before["studies"]["held"]) == (2, 3)
        assert {each["reason"] for each in before["kinds"]} == {"confirmation-needed"}
        assert work.run()["studies"] == before["studies"]
        plant.start("recogniser")
        for study in [who(2), who(4)]:
            case = str(plant.case(study.study_instance_uid))
            signed = ("--by", "Tanaka", "--reason", "as on the screen", *ACCEPTED)
            ran = plant.command("quarantine", "settle", case, *signed)
            assert ran.returncode == 0, ran.stderr
        plant.wait_for_outcomes([who(2).study_instance_uid, who(4).study_instance_uid])
        assert work.run()["studies"]["reported"] == 5
    assert work.totals() == truth(numbers)


def test_one_image_of_each_series_is_fetched_when_the_screen_lacks_the_phantom(
    make_plant: MakePlant,
) -> None:
    """Not before: images are what an archive has most of."""
    scans = examination(1).scans
    study = [*a_siemens_study(1, PhantomMark.NONE), *images_of(scans, who(1))]
    for number, each in enumerate(study[1:], 1):
        each.SeriesInstanceUID = f"{who(1).study_instance_uid}.2.{number}"
    more = [an_image(who(1), 50 + at, str(each.CTDIvol)) for at, each in enumerate(study[1:])]
    for image, other in zip(more, study[1:], strict=True):
        image.SeriesInstanceUID = other.SeriesInstanceUID
    with Unruly([[*study, *more]]).running() as archive:
        plant = make_plant(settings=archive_settings(archive.port, most_instances=1))
        work = PastWork(plant)
        assert work.run()["studies"]["reported"] == 1
    assert len(plant.rows("SELECT 1 FROM instance")) == 1 + len(more)
    assert work.totals() == truth([1])


def test_an_archive_that_does_not_give_what_it_has_is_asked_three_times(
    make_plant: MakePlant,
) -> None:
    with Unruly([a_study(1), a_study(2)], [Mood.LACKS_ONE] * 5).running() as archive:
        work = PastWork(make_plant(settings=archive_settings(archive.port)))
        studies = work.run()["studies"]
        assert (studies["reported"], studies["failed"]) == (1, 1)
        assert work.run()["studies"]["reported"] == 2


def test_one_backfill_at_a_time(make_plant: MakePlant) -> None:
    with Unruly(past_studies(2)).running() as archive:
        plant = make_plant(settings=archive_settings(archive.port, studies_per_min=1))
        work = PastWork(plant)
        first = work.begin()
        wait_until(lambda: work.ended() == 1, 60)
        ran = plant.command("backfill", "--from", "2012-01-04", "--to", "2012-01-04")
        assert (ran.returncode, "another backfill" in ran.stderr) == (5, True)
        first.terminate()
        assert first.wait(30) == 1


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
