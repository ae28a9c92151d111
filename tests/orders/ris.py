"""RISs on loopback: dcmtk's wlmscpfs, Orthanc's worklist plug-in, and one that a test scripts."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pynetdicom import AE, evt
from pynetdicom.sop_class import ModalityWorklistInformationFind  # type: ignore[attr-defined]

from appliance import config
from appliance.orders.inquiry import Question
from appliance.orders.order import Order
from appliance.orders.worklist import Worklist
from tests.destinations.archives import (
    LOOPBACK,
    PATIENT_S,
    a_free_port,
    a_process,
    is_listening,
    wait_until,
)

WORKLISTS = Path("/usr/share/orthanc/plugins/libModalityWorklists.so")
KANJI = "YAMADA^HANAKO=山田^花子=ヤマダ^ハナコ"
JAPANESE = ["", "ISO 2022 IR 87"]
PENDING = 0xFF00
FIELDS: dict[str, Any] = {
    "PatientName": KANJI,
    "PatientID": "4711",
    "PatientBirthDate": "19450815",
    "PatientSex": "F",
    "AccessionNumber": "A1",
    "StudyInstanceUID": "9.9.1",
    "ReferringPhysicianName": "SATO^ICHIRO",
    "RequestedProcedureID": "R1",
    "RequestedProcedureDescription": "胸部単純CT",
}
STEP: dict[str, Any] = {
    "Modality": "CT",
    "ScheduledStationAETitle": "CT1",
    "ScheduledProcedureStepStartDate": "20261121",
    "ScheduledProcedureStepStartTime": "0900",
    "ScheduledPerformingPhysicianName": "SUZUKI^JIRO",
    "ScheduledProcedureStepID": "S1",
    "ScheduledProcedureStepDescription": "CHEST",
}


def a_code(value: str, scheme: str = "LOCAL", meaning: str = "胸部CT") -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def an_entry(
    character_set: Sequence[str] = JAPANESE, code: str = "C001", **changes: object
) -> Dataset:
    """One entry of a worklist."""
    entry, step = Dataset(), Dataset()
    if character_set:
        entry.SpecificCharacterSet = list(character_set)
    for keyword, value in (FIELDS | changes).items():
        setattr(entry, keyword, value)
    for keyword, value in STEP.items():
        setattr(step, keyword, value)
    step.ScheduledProtocolCodeSequence = [a_code(code)]
    entry.ScheduledProcedureStepSequence = [step]
    entry.RequestedProcedureCodeSequence = [a_code("P" + code)]
    return entry


def write_entries(folder: Path, entries: Sequence[Dataset]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, entry in enumerate(entries):
        whole = Dataset()
        whole.update({element.tag: element for element in entry})
        whole.file_meta = FileMetaDataset()
        whole.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        whole.file_meta.MediaStorageSOPClassUID = ModalityWorklistInformationFind
        whole.file_meta.MediaStorageSOPInstanceUID = UID(f"9.9.9.{number}")
        whole.save_as(folder / f"{number}.wl", enforce_file_format=True)


@contextmanager
def wlmscpfs(
    folder: Path, entries: Sequence[Dataset], *options: str, port: int = 0
) -> Iterator[int]:
    """dcmtk's worklist SCP; yields its port."""
    write_entries(folder / "WORKLIST", entries)
    (folder / "WORKLIST" / "lockfile").touch()
    port = port or a_free_port()
    command = ["wlmscpfs", "-dfr", *(options or ("-csk",)), "-dfp", str(folder), str(port)]
    with a_process(command, port):
        yield port


@contextmanager
def orthanc_worklist(
    folder: Path, entries: Sequence[Dataset], encoding: str = "Utf8"
) -> Iterator[int]:
    """Orthanc with its worklist plug-in; yields its DICOM port."""
    write_entries(folder / "entries", entries)
    port, http_port = a_free_port(), a_free_port()
    settings = {
        "DicomAet": "WORKLIST",
        "DicomPort": port,
        "HttpPort": http_port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "DefaultEncoding": encoding,
        "DicomAlwaysAllowFindWorklist": True,
        "Plugins": [str(WORKLISTS)],
        "Worklists": {"Enable": True, "Database": str(folder / "entries")},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings), encoding="utf-8")
    with a_process(["Orthanc", str(folder / "orthanc.json")], port):
        wait_until(lambda: is_listening(http_port))
        yield port


Entry = Dataset | Callable[[evt.Event], Any]


@dataclass
class ScriptedRIS:
    """Answers every question with ``answers``, whatever was asked, then with ``status``.

    An answer that is no data set is called instead, with the event.
    """

    answers: Sequence[Entry] = ()
    status: int = 0x0000
    port: int = field(default_factory=a_free_port)
    asked: list[Dataset] = field(default_factory=list)
    on_accepted: Callable[[evt.Event], None] = lambda _: None

    @contextmanager
    def running(self) -> Iterator["ScriptedRIS"]:
        entity = AE("WORKLIST")
        entity.add_supported_context(ModalityWorklistInformationFind)
        server: Any = entity.start_server(
            (LOOPBACK, self.port),
            block=False,
            evt_handlers=[(evt.EVT_C_FIND, self._answer), (evt.EVT_ACCEPTED, self.on_accepted)],
        )
        try:
            yield self
        finally:
            server.shutdown()

    def _answer(self, event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        self.asked.append(event.identifier)
        for each in self.answers:
            if isinstance(each, Dataset):
                yield PENDING, each
            else:
                each(event)
        yield self.status, None


def hang(_: evt.Event) -> None:
    """Say nothing for longer than the hasty wait."""
    time.sleep(4)


def die(event: evt.Event) -> None:
    """End the connection in the middle of an answer."""
    connection = event.assoc.dul.socket
    assert connection is not None
    connection.close()


def settings(port: int, **changes: object) -> config.Worklist:
    base = config.Worklist(
        host=LOOPBACK, port=port, connection_timeout_s=PATIENT_S, timeout_s=PATIENT_S
    )
    return replace(base, **changes)  # type: ignore[arg-type] # of the fields' own types


def worklist(port: int, **changes: object) -> Worklist:
    return Worklist(settings(port, **changes), "DOSEBOX")


def found(worklist: Worklist, **keys: str) -> list[Order]:
    """The orders with these keys, which the RIS must not fail to tell."""
    orders = worklist.find(Question(**keys))
    assert isinstance(orders, list)
    return orders
