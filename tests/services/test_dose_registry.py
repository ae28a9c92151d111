"""A dose registry by RAD-63: a forwarder as it is started, and a vsftpd that knows the box."""

from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread

from tests.destinations.archives import CANARY, RDSR, wait_until
from tests.destinations.authority import Authority
from tests.destinations.file_servers import FileServer, FtpsServer
from tests.rdsr.cases import case, encoded
from tests.services.forwarding import Forwarding

PATIENCE_S = 90


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[FileServer]:
    folder = tmp_path / "registry"
    with FtpsServer(folder=folder, authority=Authority(tmp_path / "ca")).running() as server:
        yield server


def a_whole_report() -> Dataset:
    report = deepcopy(case("complete_helical").report)
    report.PatientName, report.PatientID, report.PatientBirthDate = CANARY
    return report


def settings_for(registry: FileServer) -> str:
    tls, ftps = registry.settings.tls, registry.settings.ftps
    return f"""preset = "rad-63"
[destination.ftps]
user = "{ftps.user}"
password_file = "{ftps.password_file}"
folder = "incoming/17"
[destination.tls]
ca_file = "{tls.ca_file}"
certificate_file = "{tls.certificate_file}"
private_key_file = "{tls.private_key_file}"
"""


def test_a_registry_gets_whole_files_without_identity(registry: FileServer, tmp_path: Path) -> None:
    report = a_whole_report()
    uid, study = str(report.SOPInstanceUID), str(report.StudyInstanceUID)
    ports = {"registry": registry.settings.port}
    box = Forwarding(tmp_path, ports, more=settings_for(registry))
    box.outbox.put(encoded(report), RDSR, uid, study)
    box.start()
    try:
        wait_until(lambda: box.delivered("registry") == 1, PATIENCE_S)
    finally:
        box.stop()

    ((name, file),) = registry.files.items()
    arrived = dcmread(BytesIO(file))
    assert name == f"incoming/17/{arrived.SOPInstanceUID}.dcm"
    assert arrived.PatientIdentityRemoved == "YES"
    assert uid not in name
    told = registry.log.read_text() + box.log.replace(uid, "")
    for word in (*CANARY, study, uid):
        assert word.encode() not in file
        assert word not in told
