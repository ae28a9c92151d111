"""From power on to the report in the archive: the box as it is shipped, and a CT and an archive."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydicom import Dataset

from tests.destinations.archives import LOOPBACK, a_free_port, stored, storescp, wait_until
from tests.image.virtual_machine import HOST, PATIENCE_S, Hardware, VirtualMachine
from tests.pipeline.studies import a_ge_study
from tests.status.brokers import BASE, Mosquitto, Watcher

pytestmark = pytest.mark.image

DICOM = 104
SERVICES = ("receiver", "recogniser", "forwarder", "clerk", "keeper", "status")
BOX = """\
hostname = "virtual"
site = "north"
device = "box1"

[appliance.recogniser]
settle_s = 2
confirm_first = 0

[[appliance.destination]]
name = "archive"
host = "{host}"
port = {archive}
ae_title = "ARCHIVE"

[appliance.mqtt]
enabled = true
host = "{host}"
port = {broker}
site = "north"
device = "box1"
every_s = 5
"""
FIRST, DURING = range(1, 2), range(10, 30)
"""Studies sent on an ordinary day, and while the power is cut."""


@dataclass
class Site:
    """A box, and what is around it on this machine."""

    machine: VirtualMachine
    archive: Path
    broker: Mosquitto

    def sent(self, studies: Sequence[Sequence[Dataset]], folder: Path) -> list[str]:
        """Send by dcmtk, one file after the other; the UIDs that the box acknowledged."""
        folder.mkdir()
        acknowledged = []
        for number, dataset in enumerate(each for study in studies for each in study):
            file = folder / f"{number}.dcm"
            dataset.save_as(file, enforce_file_format=True)
            port = str(self.machine.ports[DICOM])
            command = ["storescu", "-aec", "DOSEBOX", LOOPBACK, port, str(file)]
            if subprocess.run(command, check=False, capture_output=True).returncode == 0:
                acknowledged.append(str(dataset.StudyInstanceUID))
        return acknowledged

    def reported(self) -> set[str]:
        """The studies whose report the archive has."""
        return {str(report.StudyInstanceUID) for report in stored(self.archive).values()}


@pytest.fixture(scope="module")
def site(
    machine_from: Callable[[Hardware], VirtualMachine], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    broker = Mosquitto(folder / "broker")
    port = a_free_port()
    machine = machine_from(Hardware(forwarded=(DICOM,)))
    box = BOX.format(host=HOST, archive=port, broker=broker.port)
    machine.put_on_boot_partition("box.toml", box.encode())
    with broker.running(), storescp(folder / "archive", port):
        machine.start()
        yield Site(machine, folder / "archive", broker)


def test_every_service_is_ready(site: Site) -> None:
    for name in SERVICES:
        site.machine.wait_until(f"systemctl is-active dose-appliance-{name}.service")
    site.machine.wait_until("systemctl is-active dose-appliance-receiver.socket")
    assert site.machine.told("systemctl --failed --no-legend --plain") == ""


def test_a_dose_screen_becomes_a_report_in_the_archive(site: Site, tmp_path: Path) -> None:
    studies = [a_ge_study(number) for number in FIRST]
    assert site.sent(studies, tmp_path / "sent") == [
        str(study[0].StudyInstanceUID) for study in studies
    ]
    wait_until(
        lambda: site.reported() == {str(study[0].StudyInstanceUID) for study in studies}, PATIENCE_S
    )


def test_the_broker_is_told(site: Site) -> None:
    with Watcher(site.broker.port) as watcher:
        wait_until(
            lambda: watcher.last("availability") != {} and watcher.last("state") != {}, PATIENCE_S
        )
        assert watcher.at("availability", BASE)


def test_what_was_acknowledged_before_a_power_cut_is_reported_after_it(
    site: Site, tmp_path: Path
) -> None:
    studies = [a_ge_study(number) for number in DURING]
    with ThreadPoolExecutor() as pool:
        sending = pool.submit(site.sent, studies, tmp_path / "sent")
        wait_until(lambda: len(list((tmp_path / "sent").glob("*.dcm"))) > 3, PATIENCE_S)
        site.machine.cut_power()
        acknowledged = set(sending.result())
    assert acknowledged
    assert acknowledged < {str(study[0].StudyInstanceUID) for study in studies}
    site.machine.start()
    site.machine.wait_until("systemctl is-active dose-appliance-receiver.service")
    wait_until(lambda: acknowledged <= site.reported(), PATIENCE_S)
    refused = "journalctl -b -u 'dose-appliance-*' --no-pager -p err"
    assert site.machine.order(refused).text.strip() in {"", "-- No entries --"}
