"""What waits for a stick: queued by the forwarder, sent by nobody, exported once."""

import subprocess
import sys
import threading
import time
from pathlib import Path

from appliance.services import forwarder
from tests.media.reports import REGISTRY, Box, a_report, dicom_files


def test_the_forwarder_queues_what_waits_for_a_stick_and_sends_nothing(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.put(1, 2)
    stop = threading.Event()
    running = threading.Thread(
        target=forwarder.run, args=(box.configuration,), kwargs={"stop": stop}
    )
    running.start()
    while box.waiting() < 2:
        time.sleep(0.01)
    stop.set()
    running.join(30)
    assert (box.waiting(), box.delivered()) == (2, 0)
    assert box.run("export", "--output", tmp_path / "out") == 0
    assert (box.waiting(), box.delivered()) == (0, 2)


def test_two_exports_at_once_take_every_report_once(tmp_path: Path) -> None:
    box = Box(tmp_path, f"{REGISTRY}most_per_session = 2\n")
    numbers = range(1, 8)
    box.put(*numbers)
    command = [sys.executable, "-m", "appliance", "--config", str(box.file), "export", "--output"]
    both = [
        subprocess.Popen([*command, str(tmp_path / name)], stdout=subprocess.DEVNULL)
        for name in ("one", "other")
    ]
    assert [each.wait(120) for each in both] == [0, 0]
    found = [
        path.read_bytes() for name in ("one", "other") for path in dicom_files(tmp_path / name)
    ]
    assert sorted(found) == sorted(a_report(number) for number in numbers)
    assert box.delivered() == len(numbers)


def test_a_medium_cannot_be_reached_through_a_tunnel(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.configure(f"{REGISTRY}vpn = true\n")
    assert box.run("check") == 2
