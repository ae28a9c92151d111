"""Every report arrives everywhere, exactly once by content, whatever dies meanwhile."""

import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import CTImageStorage

from appliance import config
from appliance.alarms import AlarmCode
from appliance.services import forwarder
from tests.destinations.archives import (
    CANARY,
    LOOPBACK,
    RDSR,
    Scripted,
    a_free_port,
    a_report,
    a_silent_listener,
    orthanc,
    stored,
    storescp,
    wait_until,
)
from tests.services.forwarding import Forwarding

Forward = Callable[..., Forwarding]


@pytest.fixture
def forward(tmp_path: Path) -> Iterator[Forward]:
    """Makes a box whose forwarder sends to the ports given by name."""
    made: list[Forwarding] = []

    def make(**ports: int) -> Forwarding:
        folder = tmp_path / f"box{len(made)}"
        folder.mkdir()
        made.append(Forwarding(folder, ports))
        return made[-1]

    yield make
    for each in made:
        if each.process is not None and each.process.poll() is None:
            each.kill()


def contents(reports: dict[str, bytes]) -> dict[str, Dataset]:
    return {uid: dcmread(BytesIO(report)) for uid, report in reports.items()}


def uids(count: int, first: int = 0) -> list[str]:
    return [f"1.{number}" for number in range(first, first + count)]


def test_every_report_arrives_at_every_archive(forward: Forward, tmp_path: Path) -> None:
    with storescp(tmp_path / "a") as port, orthanc(tmp_path / "b") as archive:
        box = forward(dcmtk=port, orthanc=archive.port)
        reports = box.put(*uids(10))
        box.start()
        wait_until(lambda: box.delivered("dcmtk") == box.delivered("orthanc") == 10)
        reports |= box.put(*uids(5, first=10))
        wait_until(lambda: box.delivered("dcmtk") == box.delivered("orthanc") == 15)
        assert box.stop() == 0
        assert stored(tmp_path / "a") == archive.stored() == contents(reports)
    assert box.log.count("object_delivered") == 30
    assert box.raised() == []


def test_a_bad_destination_holds_no_other_one_up(forward: Forward, tmp_path: Path) -> None:
    refusing = Scripted(statuses=[0xA700] * 1000)
    with (
        storescp(tmp_path / "a") as port,
        a_silent_listener() as silent,
        refusing.running(),
    ):
        box = forward(dead=a_free_port(), silent=silent, full=refusing.port, good=port)
        reports = box.put(*uids(20))
        box.start()
        wait_until(lambda: box.delivered("good") == 20)
        wait_until(lambda: len(box.raised()) == 3)
        assert box.stop() == 0
        assert stored(tmp_path / "a") == contents(reports)
    failing = "destination-failing"
    assert set(box.raised()) == {(failing, "dead"), (failing, "silent"), (failing, "full")}
    assert [box.delivered(name) for name in ("dead", "silent", "full")] == [0, 0, 0]
    assert "unreachable" in box.last_error("dead")


def test_an_archive_that_was_full_gets_everything_later(forward: Forward) -> None:
    with Scripted(statuses=[0xA700, 0xA700]).running() as archive:
        box = forward(pacs=archive.port)
        box.put("1.1")
        box.start()
        wait_until(lambda: box.delivered("pacs") == 1)
        wait_until(lambda: box.raised() == [])
        assert archive.uids == ["1.1"]
    (alarm,) = box.ledger.rows("SELECT code, detail FROM alarm")
    assert alarm["code"] == AlarmCode.DESTINATION_FAILING
    assert "0xA700" in alarm["detail"]


def test_an_archive_that_learns_the_ae_title_gets_everything(forward: Forward) -> None:
    port = a_free_port()
    box = forward(pacs=port)
    box.put(*uids(3))
    with Scripted(port=port, ae_title="OTHER", require_called_ae=True).running():
        box.start()
        wait_until(lambda: "Called AE title not recognised" in box.last_error("pacs"))
        wait_until(lambda: box.raised() == [("destination-failing", "pacs")])
    with Scripted(port=port, require_called_ae=True).running() as archive:
        wait_until(lambda: box.delivered("pacs") == 3)
        wait_until(lambda: box.raised() == [])
        assert sorted(archive.uids) == uids(3)


def test_what_is_refused_for_good_waits_for_a_person(forward: Forward) -> None:
    port = a_free_port()
    box = forward(pacs=port)
    box.put(*uids(3))
    with Scripted(port=port, sop_class=CTImageStorage).running():
        box.start()
        wait_until(lambda: box.refused("pacs") == 3)
        wait_until(lambda: box.raised() == [("delivery-refused", "pacs")])
        assert "X-Ray Radiation Dose SR Storage" in box.last_error("pacs")
    with Scripted(port=port).running() as archive:
        assert box.outbox.retry(destination="pacs") == 3
        wait_until(lambda: box.delivered("pacs") == 3)
        wait_until(lambda: box.raised() == [])
        assert sorted(archive.uids) == uids(3)


def test_a_report_arrives_after_the_one_it_replaces(forward: Forward) -> None:
    with Scripted(statuses=[0xA700]).running() as archive:
        box = forward(pacs=archive.port)
        predecessor = ""
        for uid in ("1.5", "1.4", "1.3"):
            box.outbox.put(a_report(uid), RDSR, uid, "9.9", predecessor)
            predecessor = uid
        box.start()
        wait_until(lambda: box.delivered("pacs") == 3)
        assert archive.uids == ["1.5", "1.4", "1.3"]


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_bytes(b"")])
def test_a_damaged_report_is_not_sent(forward: Forward, damage: Callable[[Path], None]) -> None:
    with Scripted().running() as archive:
        box = forward(pacs=archive.port)
        box.put("1.1", "1.2")
        damage(box.folder / "data" / "outbox" / "1.1.dcm")
        box.start()
        wait_until(lambda: box.delivered("pacs") == box.refused("pacs") == 1)
        assert "report-damaged" in box.last_error("pacs")
        assert archive.uids == ["1.2"]


@pytest.mark.parametrize("rounds", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_kill_9_loses_nothing_and_doubles_nothing(
    forward: Forward, tmp_path: Path, rounds: int
) -> None:
    reports: dict[str, bytes] = {}
    with storescp(tmp_path / "a") as port, orthanc(tmp_path / "b") as archive:
        box = forward(dcmtk=port, orthanc=archive.port)
        for number in range(rounds):
            reports |= box.put(*uids(10, first=10 * number))
            box.start()
            sent = box.delivered("dcmtk")
            wait_until(lambda sent=sent: box.delivered("dcmtk") > sent)  # type: ignore[misc]
            time.sleep(random.random() * 0.3)
            box.kill()
        box.start()
        total = len(reports)
        wait_until(lambda: box.delivered("dcmtk") == box.delivered("orthanc") == total, 120)
        wait_until(lambda: box.log.count("forwarder_started") == rounds + 1)
        assert box.stop() == 0
        assert stored(tmp_path / "a") == archive.stored() == contents(reports)


def test_what_was_being_sent_when_it_died_is_sent_again(forward: Forward) -> None:
    port = a_free_port()
    box = forward(pacs=port)
    box.put("1.1")
    with a_silent_listener(port) as silent:
        assert silent == port
        box.start()
        leased = "SELECT * FROM delivery WHERE state = 'leased'"
        wait_until(lambda: box.ledger.row(leased) is not None)
        box.kill()
    assert box.ledger.row(leased) is not None
    with Scripted(port=port).running() as archive:
        box.start()
        wait_until(lambda: box.delivered("pacs") == 1)
        assert archive.uids == ["1.1"]


def test_sigterm_lets_the_delivery_under_way_end(forward: Forward) -> None:
    with Scripted(delay_s=0.8).running() as archive:
        box = forward(pacs=archive.port)
        box.put(*uids(5))
        box.start()
        wait_until(lambda: archive.associations == 1)
        assert box.stop() == 0
        assert box.delivered("pacs") == len(archive.uids) == 1
        wait_until(lambda: archive.releases == 1)
    assert box.ledger.rows("SELECT * FROM delivery WHERE state = 'leased'") == []
    assert "forwarder_ended" in box.log


def test_systemd_is_told_ready_and_alive(forward: Forward, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(30)
        box = forward()
        watched = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "60000000"}
        box.start(os.environ | watched)
        told = [systemd.recv(100) for _ in range(3)]
        assert told == [b"READY=1", b"WATCHDOG=1", b"STATUS=destinations: 0"]
        assert box.stop() == 0
        while (told_last := systemd.recv(100)) != b"STOPPING=1":
            assert told_last == b"WATCHDOG=1"


def test_an_alarm_of_a_destination_no_longer_configured_ends(forward: Forward) -> None:
    box = forward()
    box.alarms.raise_(AlarmCode.DESTINATION_FAILING, "former")
    box.alarms.raise_(AlarmCode.DISK_LOW, "spool")
    box.start()
    wait_until(lambda: box.raised() == [("disk-low", "spool")])


def test_it_stops_when_its_event_is_set(tmp_path: Path) -> None:
    stop, codes = threading.Event(), list[int]()
    destination = config.Destination(name="pacs", host=LOOPBACK, port=a_free_port())
    configuration = config.Configuration(data_dir=tmp_path, destination=(destination,))
    thread = threading.Thread(target=lambda: codes.append(forwarder.run(configuration, stop=stop)))
    thread.start()
    stop.set()
    thread.join(30)
    assert codes == [0]


def test_no_patient_stands_outside_the_reports(forward: Forward) -> None:
    said = " ".join(CANARY)
    statuses = [0xA700, 0xC001]
    with Scripted(statuses=statuses, comment=said[:64]).running() as archive:
        box = forward(pacs=archive.port, dead=a_free_port())
        box.put(*uids(3))
        box.start()
        wait_until(lambda: box.delivered("pacs") == 2)
        wait_until(lambda: box.raised() != [])
        assert box.stop() == 0
    written = box.everything_written()
    assert "object_refused" in written
    for identity in CANARY:
        assert identity not in written
        assert all(identity in str(dataset) for dataset in archive.received)
