"""500 boxes on one broker: message sizes, rates, the broker's load, and all of them coming back.

``python -m tests.bench.fleet [BOXES]``. Each box is the product's own session and documents over a
ledger in memory of a file; only the process around it is shared: many boxes a process.
"""

import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import parse_configuration
from appliance.ledger import open_ledger
from appliance.services.box_state import device_of
from appliance.services.status_report import Reporter
from appliance.status import Events, Outgoing, Topics
from appliance.status.session import Session
from tests.destinations.archives import LOOPBACK, wait_until
from tests.status.brokers import Mosquitto, Watcher

BOXES, PROCESSES = 500, 5
EVERY_S = 60
WATCHED_S = 180.0
SETTINGS = """data_dir = "{folder}"
[[scanner]]
name = "ct1"
ae_title = "CT1"
[[destination]]
name = "archive"
host = "archive.example"
[[destination]]
name = "registry"
host = "registry.example"
[mqtt]
enabled = true
host = "{host}"
port = {port}
site = "north"
device = "box{number}"
every_s = {every_s}
"""


@dataclass
class Load:
    """What a process has used: seconds of processor, and resident MiB."""

    pid: int

    @property
    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def resident_mib(self) -> float:
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def boxes(numbers: range, port: int, folder: Path) -> None:
    """Many boxes in turn, for ever."""
    clock = Clock()
    fleet = []
    for number in numbers:
        home = folder / f"box{number}"
        home.mkdir()
        text = SETTINGS.format(
            folder=home, host=LOOPBACK, port=port, number=number, every_s=EVERY_S
        )
        configuration = parse_configuration(text)
        ledger = open_ledger(configuration.ledger_path)
        Alarms(ledger, clock).raise_(AlarmCode.STUDY_QUARANTINED, "", "3 wait")
        events = Events(ledger, clock)
        outgoing = Outgoing(events, Topics.of(configuration.mqtt), device_of(configuration))
        session = Session(configuration.mqtt, outgoing, clock)
        fleet.append((Reporter(configuration, clock, ledger, outgoing, session, tuple), session))
    while True:
        for reporter, session in fleet:
            reporter.work()
            session.work(0.0)
        time.sleep(0.02)


def measure(count: int) -> dict[str, Any]:
    """Start them, watch them, restart the broker, watch them again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = Mosquitto(folder / "broker", ("allow_anonymous true", "log_type error"))
        with broker.running():
            share = count // PROCESSES
            ranges = [range(at, at + share) for at in range(0, count, share)]
            processes = [
                multiprocessing.Process(target=boxes, args=(each, broker.port, folder), daemon=True)
                for each in ranges
            ]
            for each in processes:
                each.start()
            try:
                return _watched(broker, count)
            finally:
                for each in processes:
                    each.kill()
                    each.join()


def _watched(broker: Mosquitto, count: int) -> dict[str, Any]:
    with Watcher(broker.port) as watcher:
        wait_until(lambda: len(_online(watcher)) == count, 600)
        assert broker.process is not None
        load = Load(broker.process.pid)
        time.sleep(EVERY_S)
        before, began, heard = load.cpu_s, time.monotonic(), len(watcher.heard)
        time.sleep(WATCHED_S)
        lasted_s = time.monotonic() - began
        messages = watcher.heard[heard:]
        steady = {
            "messages_per_s": round(len(messages) / lasted_s, 1),
            "kib_per_s": round(sum(len(each.payload) for each in messages) / 1024 / lasted_s, 1),
            "broker_cpu_percent": round(100 * (load.cpu_s - before) / lasted_s, 2),
            "broker_resident_mib": round(load.resident_mib, 1),
        }
    return {"boxes": count, "every_s": EVERY_S, "sizes": _sizes(watcher), "steady": steady} | {
        "restart": _restart(broker, count)
    }


def _restart(broker: Mosquitto, count: int) -> dict[str, Any]:
    broker.stop()
    time.sleep(5)
    broker.start()
    assert broker.process is not None
    load = Load(broker.process.pid)
    began = time.monotonic()
    arrivals = []
    with Watcher(broker.port) as watcher:
        while len(_online(watcher)) < count:
            arrivals.append(len(_online(watcher)))
            time.sleep(1)
            assert time.monotonic() - began < 900
        lasted_s = time.monotonic() - began
        most = max(b - a for a, b in zip([0, *arrivals], [*arrivals, count], strict=False))
        return {
            "all_back_after_s": round(lasted_s, 1),
            "most_in_a_second": most,
            "broker_cpu_s": round(load.cpu_s, 2),
            "broker_resident_mib": round(load.resident_mib, 1),
            "messages": len(watcher.heard),
        }


def _online(watcher: Watcher) -> set[str]:
    return {each.topic for each in list(watcher.heard) if each.topic.endswith("/availability")}


def _sizes(watcher: Watcher) -> dict[str, int]:
    """The largest of each topic, in bytes."""
    largest: Counter[str] = Counter()
    for each in watcher.heard:
        topic = each.topic.split("/", 4)[4].split("/")[0]
        largest[topic] = max(largest[topic], len(each.payload))
    return dict(largest)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else BOXES), indent=1))  # noqa: T201
