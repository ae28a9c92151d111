"""An archive with past studies, and a box that backfills them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from pydicom import Dataset

from appliance.dose.codec import record_from_json
from appliance.simulators.consoles.examination import Examination
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from tests.destinations.archives import LOOPBACK, wait_until
from tests.pipeline.plant import Plant
from tests.pipeline.studies import a_ge_study, a_siemens_study, an_image, who

DAYS = ("--from", "2012-01-03", "--to", "2012-01-05")
"""The simulated studies are of 2012-01-04."""
STANDSTILL_S = 300
"""However slow the machine, a study ends within this."""


def past_studies(count: int) -> list[list[Dataset]]:
    """Studies 1 to ``count``, of two makers by turns; every one can be read."""
    return [a_study(number) for number in range(1, count + 1)]


def a_study(number: int) -> list[Dataset]:
    return a_siemens_study(number) if number % 2 else a_ge_study(number)


def examination(number: int) -> Examination:
    """What the study of that number shows."""
    made = siemens_examination if number % 2 else ge_examination
    return made(Random(number), 2)


def without_dose(number: int) -> list[Dataset]:
    """A study of which there are images only."""
    return [an_image(who(number), at) for at in range(1, 3)]


def uid(study: Sequence[Dataset]) -> str:
    return str(study[0].StudyInstanceUID)


def archive_settings(port: int, **changes: object) -> str:
    """TOML of ``[archive]``."""
    settings = {"host": LOOPBACK, "port": port, "studies_per_min": 0, "timeout_s": 3.0} | changes
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    return "\n".join(["[archive]", *lines, ""])


@dataclass
class PastWork:
    """``appliance backfill`` of a plant, as a process."""

    plant: Plant
    arguments: tuple[str, ...] = ()

    def command(self) -> list[str]:
        config = ["-c", str(self.plant.config)]
        return [sys.executable, "-m", "appliance", *config, "backfill", *DAYS, *self.arguments]

    def run(self) -> dict[str, Any]:
        """To its end: the summary."""
        self.plant.write_config()
        command = [*self.command(), "--format", "json"]
        with self.plant.log_file("backfill").open("ab") as log:
            ran = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=log)
        assert ran.stdout, self.plant.log("backfill")[-2000:]
        summary: dict[str, Any] = json.loads(ran.stdout)
        return summary

    def begin(self) -> "subprocess.Popen[bytes]":
        """A process, to be killed; it ends with the plant."""
        self.plant.write_config()
        with self.plant.log_file("backfill").open("ab") as log:
            process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        self.plant.processes["backfill"] = process
        return process

    def ended(self) -> int:
        """Studies that it has ended so far."""
        known = self.plant.rows("SELECT 1 FROM sqlite_master WHERE name = 'backfill_study'")
        sql = "SELECT 1 FROM backfill_study WHERE state = 'ended'"
        return len(self.plant.rows(sql)) if known else 0

    def _has_ended(self, studies: int) -> bool:
        return self.ended() >= studies

    def kill_after(self, studies: int) -> None:
        """Begin, and kill it once it has ended so many more."""
        before = self.ended()
        process = self.begin()
        for more in range(1, studies + 1):
            wait_until(partial(self._has_ended, before + more), STANDSTILL_S)
        readers = children(process.pid)
        process.kill()
        process.wait()
        wait_until(lambda: not any(map(is_alive, readers)))

    def totals(self) -> dict[str, str]:
        """The total DLP of every reported study, as printed on its screen."""
        rows = self.plant.rows(
            "SELECT study_instance_uid, record FROM decision WHERE outcome = 'reported'"
        )
        assert len({row["study_instance_uid"] for row in rows}) == len(rows), "reported twice"
        return {row["study_instance_uid"]: _total(row["record"]) for row in rows}


def truth(numbers: Sequence[int]) -> dict[str, str]:
    """What ``totals`` has to be."""
    return {
        who(number).study_instance_uid: str(examination(number).total_dlp_mgy_cm)
        for number in numbers
    }


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and not only what is left of it."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text("ascii").rpartition(")")[2].split()[0] != "Z"


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    return [
        int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    ]


def _total(record: str) -> str:
    total = record_from_json(json.loads(record)).total_dlp_mgy_cm
    return total.text if total else ""
