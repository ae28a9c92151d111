"""The keeper beside the other services: pixels go while studies come, and it may be killed."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset

from tests.destinations.archives import storescp, wait_until
from tests.pipeline.plant import SERVICES, MakePlant, Plant
from tests.retention.test_pixels_gone import LATE, slices
from tests.services.desk import STUDY
from tests.services.imaged import screens

AT_ONCE = "[retention]\nimage_pixels_days = 0.000001\n"


def sizes(plant: Plant) -> list[Any]:
    """The estimates by the patient's size in the last decision."""
    sql = "SELECT record FROM decision ORDER BY id DESC LIMIT 1"
    (row,) = plant.rows(sql)
    events = json.loads(row["record"])["events"]
    found = [each["size_specific_doses"] for each in events if "size_specific_doses" in each]
    return [each["ssde_mgy"]["text"] for doses in found for each in doses]


def dropped(plant: Plant) -> int:
    (row,) = plant.rows("SELECT count(*) AS n FROM reduction WHERE finished = 1")
    return int(row["n"])


def survive(plant: Plant, images: Sequence[Dataset], late: int, kills: int) -> list[Any]:
    """Images come, their pixels go under kills, late ones come; the estimates of the end."""
    plant.start(*SERVICES)
    plant.send([*screens(), *images[:-late]])
    plant.wait_for_outcomes([STUDY])
    before = sizes(plant)
    for _ in range(kills):
        plant.start("keeper")
        time.sleep(1.2)
        plant.kill("keeper")
    plant.start("keeper")
    wait_until(lambda: dropped(plant) == len(images) - late)
    decisions = len(plant.rows("SELECT id FROM decision"))
    plant.send([*images[:5], *images[-late:]])
    wait_until(lambda: len(plant.rows("SELECT id FROM decision")) > decisions)
    plant.wait_for_outcomes([STUDY])
    assert sizes(plant) == before
    wait_until(lambda: dropped(plant) == len(images))
    assert plant.stop("keeper") == 0
    assert plant.rows("SELECT id FROM instance WHERE conflict = 1") == []
    assert plant.command("journal", "verify").returncode == 0
    return before


def test_pixels_go_under_kills_while_images_come(make_plant: MakePlant, tmp_path: Path) -> None:
    plant = make_plant(settings=AT_ONCE)
    with storescp(tmp_path / "archive", plant.archive_port):
        survive(plant, slices()[:16], late=4, kills=1)
        shown = json.loads(plant.command("storage", "show", "--format", "json").stdout)
        kept = {(each["kind"], each["remains"]): each["objects"] for each in shown["kept"]}
        assert kept["images", "header"] == 16


@pytest.mark.slow
def test_late_images_after_many_kills_lose_no_estimate(
    make_plant: MakePlant, tmp_path: Path
) -> None:
    plant = make_plant(settings=AT_ONCE)
    with storescp(tmp_path / "archive", plant.archive_port):
        assert survive(plant, slices(), LATE, kills=12)
