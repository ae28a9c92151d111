"""Performed procedure steps by a second implementation, which shares no code with pynetdicom."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from pydicom import Dataset, dcmread
from pydicom.filebase import DicomBytesIO

from tests.receive.box import Box
from tests.receive.steps import STUDY, steps

HERE = Path(__file__).parent / "second_scu"
MODULES = Path(__file__).parents[2] / ".venv" / "second-scu" / "node_modules"
"""Installed by the Makefile, as the lock file says."""
SUCCESS, MAY_NO_LONGER_BE_UPDATED, UNKNOWN = 0x0000, 0x0110, 0x0112
"""Of an ended step the status is Processing Failure; the reason is its Error ID, 0xA710."""
NAME = "YAMADA^HANAKO=山田^花子=ヤマダ^ハナコ"
Message = dict[str, Any]


def create(uid: str, **elements: object) -> Message:
    scheduled = {"StudyInstanceUID": STUDY, "AccessionNumber": "1"}
    said = {"Modality": "CT", "PerformedProcedureStepStatus": "IN PROGRESS"}
    said |= {"_vrMap": {}, "ScheduledStepAttributesSequence": [scheduled]}  # type: ignore[dict-item] # JSON
    return {"service": "N-CREATE", "uid": uid, "elements": said | elements}


def update(uid: str, **elements: object) -> Message:
    return {"service": "N-SET", "uid": uid, "elements": elements}


def sent(port: int, *messages: Message) -> list[int]:
    """The statuses that the box answered."""
    ran = subprocess.run(
        ["node", str(HERE / "send_steps.js"), str(port)],
        input=json.dumps(messages),
        env=os.environ | {"NODE_PATH": str(MODULES)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    statuses: list[int] = json.loads(ran.stdout)
    return statuses


def test_steps_are_begun_set_and_ended(box: Box) -> None:
    name = {"SpecificCharacterSet": "ISO_IR 192", "PatientName": NAME}
    statuses = sent(
        box.port,
        create("1.2.1", **name),
        update("1.2.1", CommentsOnRadiationDose="TotalDLP=1"),
        update("1.2.1", PerformedProcedureStepStatus="COMPLETED"),
        update("1.2.1", CommentsOnRadiationDose="too late"),
        create("1.2.2", **name),
        update("1.2.2", PerformedProcedureStepStatus="DISCONTINUED"),
        update("1.2.9", PerformedProcedureStepStatus="COMPLETED"),
    )
    assert statuses == [SUCCESS] * 3 + [MAY_NO_LONGER_BE_UPDATED] + [SUCCESS] * 2 + [UNKNOWN]
    assert steps(box) == {"1.2.1": (STUDY, "COMPLETED"), "1.2.2": (STUDY, "DISCONTINUED")}
    first, second, _ = map(decoded, box.stored()["1.2.1"])
    assert str(first.PatientName) == NAME
    assert second.CommentsOnRadiationDose == "TotalDLP=1"


def decoded(message: bytes) -> Dataset:
    return dcmread(DicomBytesIO(message), force=True)
