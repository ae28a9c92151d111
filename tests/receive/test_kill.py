"""kill -9 at random moments while dcmtk sends: what was acknowledged is there and whole."""

import random
import re
import subprocess
import time
from pathlib import Path

import pytest

from tests.receive.box import Box
from tests.receive.test_storing import a_screen, data_set_of

OBJECTS = 150


def acknowledged(transcript: str) -> list[Path]:
    """The files that storescu -v reports as stored."""
    files: list[Path] = []
    for line in transcript.splitlines():
        if sending := re.search(r"Sending file: (\S+)", line):
            files.append(Path(sending[1]))
        if "Received Store Response" in line and "Success" not in line:
            files.pop()
    answers = transcript.count("Received Store Response (Success)")
    return files[:answers]


def a_round(box: Box, folder: Path, number: int, delay_s: float) -> int:
    """One power cut; returns how many objects had been acknowledged."""
    folder.mkdir()
    for index in range(OBJECTS):
        a_screen(folder / f"{index:03}.dcm", f"1.2.826.0.1.3680043.10.{number}.{index}")
    sender = subprocess.Popen(
        ["storescu", "-v", "-xe", "+sd", "127.0.0.1", str(box.port), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    time.sleep(delay_s)
    box.kill()
    transcript, _ = sender.communicate(timeout=60)
    box.start()
    stored = box.stored()
    files = acknowledged(transcript)
    for file in files:
        uid = f"1.2.826.0.1.3680043.10.{number}.{int(file.stem)}"
        assert stored[uid] == [data_set_of(file)]
    assert list((box.data_dir / "spool" / "incoming").iterdir()) == []
    on_disk = list((box.data_dir / "spool").rglob("*.dcm"))
    assert len(on_disk) == sum(map(len, stored.values()))
    return len(files)


def rounds(box: Box, folder: Path, count: int) -> list[int]:
    delays = random.Random(20261121)
    return [
        a_round(box, folder / f"round{number}", number, delays.uniform(0.05, 0.4))
        for number in range(count)
    ]


def test_three_power_cuts(box: Box, tmp_path: Path) -> None:
    acknowledged_counts = rounds(box, tmp_path, 3)
    assert max(acknowledged_counts) > 0


@pytest.mark.slow
def test_fifty_power_cuts(box: Box, tmp_path: Path) -> None:
    counts = rounds(box, tmp_path, 50)
    assert sum(0 < count < OBJECTS for count in counts) >= 25  # most fell into the sending
