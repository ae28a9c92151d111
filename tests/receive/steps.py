"""Performed procedure steps as senders make them, rightly and wrongly."""

import struct

from pydicom import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence

from appliance.simulators.performed_step import StepSCU
from appliance.sop_classes import PERFORMED_PROCEDURE_STEP
from tests.receive.box import Box
from tests.receive.raw_scu import P_DATA, RawSCU, p_data, status_of

STUDY = "1.2.826.0.1.3680043.10.77"
N_GET, N_SET, N_CREATE = 0x0110, 0x0120, 0x0140


def begun(study: str | None = STUDY, state: str | None = "IN PROGRESS", **more: object) -> Dataset:
    """What creates a step; without a study or state where that is None."""
    dataset = Dataset()
    scheduled = Dataset()
    if study is not None:
        scheduled.StudyInstanceUID = study
    scheduled.AccessionNumber = "1"
    dataset.ScheduledStepAttributesSequence = Sequence([scheduled])
    dataset.Modality = "CT"
    if state is not None:
        dataset.PerformedProcedureStepStatus = state
    for keyword, value in more.items():
        setattr(dataset, keyword, value)
    return dataset


def said(state: str | None = None, comment: str = "") -> Dataset:
    """What sets a step."""
    dataset = Dataset()
    if state is not None:
        dataset.PerformedProcedureStepStatus = state
    dataset.CommentsOnRadiationDose = comment
    return dataset


def encoded(dataset: Dataset, *, implicit: bool = True) -> bytes:
    """In Implicit or Explicit VR Little Endian."""
    stream = DicomBytesIO()
    stream.is_implicit_VR, stream.is_little_endian = implicit, True
    write_dataset(stream, dataset)
    return stream.getvalue()


def scu(port: int, calling: str = "CT99") -> StepSCU:
    return StepSCU("127.0.0.1", port, "DOSEBOX", calling)


def steps(box: Box) -> dict[str, tuple[str, str]]:
    """Study and state of every step, by its UID, from the ledger."""
    return {
        str(row["sop_instance_uid"]): (str(row["study_instance_uid"]), str(row["state"]))
        for row in box.rows("SELECT * FROM performed_step")
    }


def command(field: int, uid: str, sop_class: str = PERFORMED_PROCEDURE_STEP) -> bytes:
    """An N-GET, N-SET or N-CREATE request's command set."""
    names = (0x0002, 0x1000) if field == N_CREATE else (0x0003, 0x1001)
    dataset_type = 0x0101 if field == N_GET else 0x0000
    elements = (
        _element(names[0], _uid(sop_class))
        + _element(0x0100, struct.pack("<H", field))
        + _element(0x0110, struct.pack("<H", 1))
        + _element(0x0800, struct.pack("<H", dataset_type))
        + (_element(names[1], _uid(uid)) if uid else b"")
    )
    return _element(0x0000, struct.pack("<L", len(elements))) + elements


def ask(raw: RawSCU, field: int, uid: str, dataset: bytes | None, context_id: int = 1) -> int:
    """Ask by hand; the status of the answer."""
    raw.connection.sendall(p_data(context_id, 0x03, command(field, uid)))
    if dataset is not None:
        raw.connection.sendall(p_data(context_id, 0x02, dataset))
    kind, body = raw.receive()
    assert kind == P_DATA
    return status_of(body)


def _element(element: int, value: bytes) -> bytes:
    return struct.pack("<HHL", 0x0000, element, len(value)) + value


def _uid(uid: str) -> bytes:
    return uid.encode("ascii") + b"\0" * (len(uid) % 2)
