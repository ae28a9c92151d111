"""Archives on loopback: dcmtk's storescp, Orthanc, and one that answers as a test says."""

import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.misc import is_dicom
from pydicom.uid import UID, ExplicitVRLittleEndian
from pynetdicom import AE, evt

from appliance.destinations import Consignment

RDSR = UID("1.2.840.10008.5.1.4.1.1.88.67")
LOOPBACK = "127.0.0.1"
PATIENT_S, HASTY_S = 30.0, 1.0
"""How long an answer is waited for; hasty is who meets a peer that says nothing."""
CANARY = ("CANARY^HANAKO", "CANARY-4711", "19450815")
"""A patient's name, ID and birth date that must stand nowhere but in the reports."""


def a_report(uid: str) -> bytes:
    """A small PS3.10 file of the X-Ray Radiation Dose SR class; it says nothing but its UID."""
    report = Dataset()
    report.SOPClassUID = RDSR
    report.SOPInstanceUID = uid
    report.StudyInstanceUID = "9.9"
    report.SeriesInstanceUID = "9.9.1"
    report.Modality = "SR"
    report.SpecificCharacterSet = "ISO_IR 192"
    report.PatientName, report.PatientID, report.PatientBirthDate = CANARY
    report.file_meta = FileMetaDataset()
    report.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = BytesIO()
    report.save_as(file, enforce_file_format=True)
    return file.getvalue()


def consigned(report: bytes) -> Consignment:
    """``report`` as it is handed to a destination."""
    meta = dcmread(BytesIO(report)).file_meta
    return Consignment(
        content=report,
        sop_class_uid=meta.MediaStorageSOPClassUID,
        sop_instance_uid=meta.MediaStorageSOPInstanceUID,
        name=PurePosixPath(f"{meta.MediaStorageSOPInstanceUID}.dcm"),
    )


def a_free_port() -> int:
    """Not one that a connection may be given meanwhile: Linux takes those from 32768 up."""
    while is_listening(port := 20000 + secrets.randbelow(12000)):
        continue
    return port


def wait_until(holds: Callable[[], bool], limit_s: float = 40) -> None:
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def is_listening(port: int, host: str = LOOPBACK) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        return probe.connect_ex((host, port)) == 0


@contextmanager
def a_process(command: Sequence[str], port: int) -> Iterator[None]:
    """A server, and whatever it starts for its peers; killed in the end."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_until(lambda: is_listening(port))
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def storescp(folder: Path, port: int = 0, *options: str) -> Iterator[int]:
    """dcmtk's Storage SCP, files in ``folder``; yields its port."""
    folder.mkdir(exist_ok=True)
    port = port or a_free_port()
    command = ["storescp", *options, "-aet", "ARCHIVE", "-od", str(folder), str(port)]
    with a_process(command, port):
        yield port


def stored(folder: Path) -> dict[str, Dataset]:
    """What a storescp keeps, by UID; a file that it has only made is not kept yet."""
    found = [dcmread(path) for path in folder.iterdir() if is_dicom(path)]
    return {str(dataset.SOPInstanceUID): dataset for dataset in found}


@dataclass(frozen=True)
class OrthancServer:
    """A running Orthanc, asked by REST."""

    port: int
    http_port: int

    def stored(self, login: tuple[str, str] = ("", "")) -> dict[str, Dataset]:
        """By UID; ``login`` is who asks."""
        found = [dcmread(BytesIO(file)) for file in self.files(login)]
        return {str(dataset.SOPInstanceUID): dataset for dataset in found}

    def files(self, login: tuple[str, str] = ("", "")) -> list[bytes]:
        """As Orthanc gives them back."""
        return [
            self._get(f"/instances/{each}/file", login)
            for each in json.loads(self._get("/instances", login))
        ]

    def _get(self, path: str, login: tuple[str, str]) -> bytes:
        pair = base64.b64encode(":".join(login).encode()).decode("ascii")
        headers = {"Authorization": f"Basic {pair}"} if any(login) else {}
        line = HTTPConnection(LOOPBACK, self.http_port)
        line.request("GET", path, headers=headers)
        content = line.getresponse().read()
        line.close()
        return content


@contextmanager
def orthanc(folder: Path, **more: object) -> Iterator[OrthancServer]:
    """An Orthanc that keeps everything in ``folder``; ``more`` are settings of its own."""
    server = OrthancServer(a_free_port(), a_free_port())
    folder.mkdir()
    settings = {
        "DicomAet": "ARCHIVE",
        "DicomPort": server.port,
        "HttpPort": server.http_port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
    } | more
    (folder / "orthanc.json").write_text(json.dumps(settings), encoding="utf-8")
    with a_process(["Orthanc", str(folder / "orthanc.json")], server.port):
        wait_until(lambda: is_listening(server.http_port))
        yield server


@dataclass
class Scripted:
    """An archive that answers ``statuses`` in turn, then Success; notes what it stored."""

    statuses: list[int] = field(default_factory=list)
    sop_class: UID = RDSR
    transfer_syntaxes: tuple[UID, ...] = (ExplicitVRLittleEndian,)
    ae_title: str = "ARCHIVE"
    comment: str = ""
    delay_s: float = 0.0
    require_called_ae: bool = False
    most_associations: int = 10
    port: int = field(default_factory=a_free_port)
    received: list[Dataset] = field(default_factory=list)
    associations: int = 0
    releases: int = 0

    @property
    def uids(self) -> list[str]:
        return [str(dataset.SOPInstanceUID) for dataset in self.received]

    @contextmanager
    def running(self) -> Iterator["Scripted"]:
        entity = AE(self.ae_title)
        entity.add_supported_context(self.sop_class, list(self.transfer_syntaxes))
        entity.require_called_aet = self.require_called_ae
        entity.maximum_associations = self.most_associations
        handlers: list[Any] = [
            (evt.EVT_C_STORE, self._store),
            (evt.EVT_ACCEPTED, self._accepted),
            (evt.EVT_RELEASED, self._released),
        ]
        server: Any = entity.start_server((LOOPBACK, self.port), block=False, evt_handlers=handlers)
        try:
            yield self
        finally:
            server.shutdown()

    def _store(self, event: evt.Event) -> Dataset:
        time.sleep(self.delay_s)
        answer = Dataset()
        answer.Status = self.statuses.pop(0) if self.statuses else 0x0000
        if self.comment:
            answer.ErrorComment = self.comment
        if answer.Status == 0x0000:
            self.received.append(event.dataset)
        return answer

    def _accepted(self, _: evt.Event) -> None:
        self.associations += 1

    def _released(self, _: evt.Event) -> None:
        self.releases += 1


@contextmanager
def a_silent_listener(port: int = 0) -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server((LOOPBACK, port)) as listener:
        yield int(listener.getsockname()[1])
