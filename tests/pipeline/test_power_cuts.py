"""kill -9 of any service while a CT sends: nothing is lost, and nothing is reported twice."""

import hashlib
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.rdsr import nonconformities
from appliance.simulators.secondary_capture import GE
from tests.destinations.archives import LOOPBACK, is_listening, stored, storescp, wait_until
from tests.pipeline.plant import SERVICES, Plant
from tests.pipeline.studies import ROOT, a_ge_study, an_image, sha256, who, write_files
from tests.receive.test_kill import acknowledged

STUDIES, IMAGES = 3, 20
LATEST_S = {"receiver": 0.4, "recogniser": 2.5, "forwarder": 2.5}
"""Until when a service is at work on a round, or on what is left of the one before."""


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    with storescp(tmp_path / "archive") as port:
        plant = Plant(tmp_path / "plant", archive_port=port, settle_s=0.3)
        plant.start()
        yield plant
        plant.end()


class Sender:
    """A CT: it keeps what is not acknowledged, and sends it again."""

    def __init__(self, port: int, files: list[Path]) -> None:
        self._port = port
        self._files = files
        self._process = self._send()

    def finish(self) -> None:
        """Until everything is acknowledged."""
        while True:
            transcript, _ = self._process.communicate(timeout=60)
            done = set(acknowledged(transcript))
            self._files = [file for file in self._files if file not in done]
            if not self._files:
                return
            wait_until(lambda: is_listening(self._port))
            self._process = self._send()

    def _send(self) -> "subprocess.Popen[str]":
        command = ["storescu", "-v", "-xe", LOOPBACK, str(self._port), *map(str, self._files)]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )


def a_round(plant: Plant, folder: Path, number: int, chance: random.Random) -> dict[str, str]:
    """Send a few studies through a power cut; the SHA-256 of each object by UID."""
    studies = range(number * STUDIES, (number + 1) * STUDIES)
    objects = [
        each
        for study in studies
        for each in (
            *a_ge_study(study),
            *(an_image(who(study), at, console=GE) for at in range(IMAGES)),
        )
    ]
    chance.shuffle(objects)
    sender = Sender(plant.port, write_files(objects, folder))
    victim = chance.choice(SERVICES)
    time.sleep(chance.uniform(0, LATEST_S[victim]))
    plant.kill(victim)
    plant.start(victim)
    sender.finish()
    return {str(each.SOPInstanceUID): sha256(each) for each in objects}


def survive(plant: Plant, folder: Path, rounds: int) -> None:
    chance = random.Random(20261121)
    sent: dict[str, str] = {}
    for number in range(rounds):
        sent |= a_round(plant, folder / f"round{number}", number, chance)
    studies = {f"{ROOT}.{study}" for study in range(rounds * STUDIES)}
    outcomes = plant.wait_for_outcomes(studies, 60 + 10 * rounds)
    assert set(outcomes.values()) == {"reported"}
    plant.wait_until_delivered(len(studies))

    kept = plant.rows("SELECT sop_instance_uid, sha256, path, size_bytes FROM instance")
    assert {row["sop_instance_uid"]: row["sha256"] for row in kept} == sent
    for row in kept:
        content = (plant.data_dir / "spool" / row["path"]).read_bytes()
        assert hashlib.sha256(content[-row["size_bytes"] :]).hexdigest() == row["sha256"]
    reports = stored(folder / "archive").values()
    assert sorted(report.StudyInstanceUID for report in reports) == sorted(studies)
    assert not any(nonconformities(report) for report in reports)


def test_four_power_cuts(plant: Plant, tmp_path: Path) -> None:
    survive(plant, tmp_path, 4)


@pytest.mark.slow
def test_sixty_power_cuts(plant: Plant, tmp_path: Path) -> None:
    survive(plant, tmp_path, 60)
