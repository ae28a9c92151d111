"""The forwarder in a process of its own, with a FHIR and a DICOMweb server."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydicom.uid import UID

from appliance.clock import SYSTEM_CLOCK
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Outbox
from tests.destinations.archives import CANARY, LOOPBACK, RDSR, wait_until
from tests.destinations.web_servers import Reply, ScriptedWeb
from tests.fhir.servers import FhirServer
from tests.rdsr.cases import case, encoded

STUDY = "1.2.826.0.1.3680043.10.1.1"


def a_report(uid: str, dose: str) -> bytes:
    report = deepcopy(case("complete_helical").report)
    report.SOPInstanceUID = report.file_meta.MediaStorageSOPInstanceUID = UID(uid)
    report.PatientName, report.PatientID, report.PatientBirthDate = CANARY
    (accumulated,) = [
        i for i in report.ContentSequence if i.ConceptNameCodeSequence[0].CodeValue == "113811"
    ]
    for item in accumulated.ContentSequence:
        if item.ConceptNameCodeSequence[0].CodeValue == "113813":
            item.MeasuredValueSequence[0].NumericValue = dose
    return encoded(report)


@dataclass
class Box:
    folder: Path
    fhir: FhirServer = field(default_factory=FhirServer)
    web: ScriptedWeb = field(default_factory=ScriptedWeb)

    def __post_init__(self) -> None:
        self.web.otherwise = self._answer
        self.data = self.folder / "data"
        self.data.mkdir()
        self.ledger: Ledger = open_ledger(self.data / "ledger.sqlite")
        self.outbox = Outbox(self.data / "outbox", self.ledger, SYSTEM_CLOCK)

    def _answer(self, question: object) -> Reply:
        asked = self.web.questions[-1]
        assert question is asked
        return self.fhir.answer(asked) if asked.path == "/fhir" else Reply()

    def start(self) -> "subprocess.Popen[bytes]":
        common = f'host = "{LOOPBACK}"\nport = {self.web.port}\nretry_first_s = 0.1\n'
        (self.folder / "box.toml").write_text(
            f'data_dir = "{self.data}"\n'
            f'[[destination]]\nname = "ehr"\nkind = "fhir"\n{common}'
            '[destination.fhir]\npatient_system = "urn:oid:1.2.3"\n'
            f'[[destination]]\nname = "cloud"\nkind = "stow"\n{common}',
            encoding="utf-8",
        )
        file = str(self.folder / "box.toml")
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "appliance", "--config", file, "forwarder"], stderr=log
            )

    def put(self, uid: str, dose: str, before: str = "") -> None:
        self.outbox.put(a_report(uid, dose), RDSR, uid, STUDY, before)

    def counts(self, state: str) -> dict[str, int]:
        return {each.destination: getattr(each, state) for each in self.outbox.backlog()}

    def everything_written(self) -> str:
        """The log, every text in the ledger, and every file name."""
        with closing(sqlite3.connect(self.ledger.path)) as connection:
            dump = "\n".join(connection.iterdump())
        names = "\n".join(str(path) for path in self.folder.rglob("*"))
        return f"{(self.folder / 'log').read_text('utf-8')}\n{dump}\n{names}"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    box = Box(tmp_path)
    with box.web.running():
        yield box
    box.ledger.close()


def test_one_summary_is_valid_whatever_was_refused_and_sent_again(box: Box) -> None:
    quoted = json.dumps({"resourceType": "OperationOutcome", "text": " ".join(CANARY)}).encode()
    box.web.replies += [Reply(422, quoted), Reply(422, quoted)]
    box.put("2.25.1", "512.30")
    process = box.start()
    wait_until(lambda: sum(box.counts("refused").values()) >= 1)
    box.put("2.25.2", "521.30", before="2.25.1")
    wait_until(lambda: box.counts("waiting") == {"ehr": 0, "cloud": 0})
    box.outbox.retry()
    wait_until(lambda: box.counts("delivered") == {"ehr": 2, "cloud": 2})
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    (summary,) = box.fhir.valid_summaries()
    (dose,) = [c["valueQuantity"] for c in summary["component"] if "valueQuantity" in c]
    assert str(dose["value"]) == "521.30"
    assert not [word for word in CANARY if word in box.everything_written()]
