"""Whatever an object is like, there is an answer in bounded memory, and the service lives."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydicom import Dataset

from appliance.services.recogniser import MOST_MEMORY_BYTES
from tests.pipeline.hostile import declared, dots, empty, run_lengths, swelling_file, text
from tests.pipeline.plant import MakePlant
from tests.pipeline.studies import ROOT, a_ge_study, write_files

SHARES = (0.0005, 0.005, 0.05, 0.3, 0.9)
"""Dots that stand alone, that touch, that leave nothing but holes."""
HOSTILE: dict[str, list[Dataset]] = {
    "empty": [empty(1)],
    "no rows": [declared(2, 0, 0)],
    "more rows than data": [declared(3, 1024, 1024)],
    "20,000 by 20,000": [declared(4, 20_000, 20_000)],
    "as large as can be said": [declared(5, 65_535, 65_535)],
    "more data than rows": [run_lengths(6, 20_000)],
    "10,000 rows of text": [text(7, 5_000, page=page) for page in (1, 2)],
    "10,000 rows of a digit": [text(8, 5_000, "8 ", (12, 8), page) for page in (1, 2)],
    "a very tall page": [text(9, 500, "8 3 ", (20, 16))],
    **{f"dots on {share:.2%}": [dots(20 + at, share)] for at, share in enumerate(SHARES)},
}
STUDIES = {name: str(objects[0].StudyInstanceUID) for name, objects in HOSTILE.items()}
GOOD = f"{ROOT}.99"


def read(folder: Path, most_mib: int) -> list[dict[str, str]]:
    """What ``appliance read`` says about ``folder`` when it may take so much memory."""
    limited = ("sh", "-c", f'ulimit -d {most_mib << 10} && exec "$@"', "sh")
    command = [sys.executable, "-m", "appliance", "read", str(folder), "--format", "json"]
    answer = subprocess.run([*limited, *command], check=False, stdout=subprocess.PIPE, text=True)
    assert answer.returncode == 1
    return [json.loads(line) for line in answer.stdout.splitlines()]


def test_every_object_is_answered_for_in_bounded_memory(tmp_path: Path) -> None:
    write_files([each for objects in HOSTILE.values() for each in objects], tmp_path)
    write_files(a_ge_study(99), tmp_path)
    swelling_file(10, 1200, tmp_path / "swelling.dcm")
    answers = {reading["study"]: reading for reading in read(tmp_path, 640)}
    assert answers[GOOD]["outcome"] == "recognised"
    assert answers.pop(str(tmp_path / "swelling.dcm"))["reason"] == "unreadable-object"
    reasons = {name: answers[study]["reason"] for name, study in STUDIES.items()}
    assert set(reasons.values()) == {"unreadable-pixels", "layout-unknown"}


def test_the_recogniser_lives_through_them_all(make_plant: MakePlant) -> None:
    plant = make_plant()
    plant.start("receiver", "recogniser")
    for objects in HOSTILE.values():
        plant.send(objects)
    plant.send(a_ge_study(99))
    outcomes = plant.wait_for_outcomes([*STUDIES.values(), GOOD], 120)
    assert outcomes.pop(GOOD) == "reported"
    assert set(outcomes.values()) == {"unreadable-pixels", "layout-unknown"}
    recogniser = plant.processes["recogniser"]
    assert recogniser.poll() is None
    status = Path(f"/proc/{recogniser.pid}/status").read_text("utf-8")
    (peak_kib,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    assert int(peak_kib) << 10 < MOST_MEMORY_BYTES
    assert {code for code, _ in plant.alarms()} == {"study-quarantined"}


@pytest.mark.slow
@pytest.mark.parametrize("words", ["8 3 12.5 ", "Total Exam DLP: 123.45 1/2 ", "Helical "])
def test_a_page_of_as_many_characters_as_are_looked_at(words: str, tmp_path: Path) -> None:
    write_files([text(1, 120, words, (13, 330))], tmp_path)
    (reading,) = read(tmp_path, 640)
    assert reading["reason"] == "layout-unknown"
