"""Reports to export, and a box that has them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.uid import UID, XRayRadiationDoseSRStorage

from appliance.alarms import Alarms
from appliance.cli import main
from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration, load_configuration
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Outbox
from tests.rdsr.cases import case, encoded

REGISTRY = '[[destination]]\nname = "registry"\nkind = "medium"\n'
ROOT = "1.2.826.0.1.3680043.10.99"


def a_report(number: int, **changes: str | None) -> bytes:
    """A whole report of study ``number``; two numbers of one tens are of one patient."""
    report = dcmread(BytesIO(_made("two_phantoms")))
    report.SOPInstanceUID = UID(f"{ROOT}.{number}.3")
    report.file_meta.MediaStorageSOPInstanceUID = report.SOPInstanceUID
    report.StudyInstanceUID, report.SeriesInstanceUID = f"{ROOT}.{number}", f"{ROOT}.{number}.2"
    report.PatientID = f"PID{number // 10:06d}"
    report.SpecificCharacterSet = "ISO_IR 192"
    report.PatientName = "Yamada^Tarou=山田^太郎=やまだ^たろう"
    for keyword, value in changes.items():
        setattr(report, keyword, value)
    return encoded(report)


@cache
def _made(name: str) -> bytes:
    return encoded(case(name).report)


@dataclass
class Box:
    """A box's data directory and settings; ``run`` is its command line."""

    folder: Path
    settings: str = REGISTRY
    ledger: Ledger = field(init=False)
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.file = self.folder / "box.toml"
        self.configure(self.settings)
        self.data_dir.mkdir()
        self.ledger = open_ledger(self.data_dir / "ledger.sqlite")
        self.outbox = Outbox(self.data_dir / "outbox", self.ledger, SYSTEM_CLOCK)

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def configuration(self) -> Configuration:
        return load_configuration(self.file)

    def configure(self, settings: str) -> None:
        site = '[site]\nlanguage = "en"\ninstitution_name = "架空病院"\n'
        media = '[media]\ncontact = "Radiology, 03-0000-0000"\n'
        text = 'data_dir = "data"\nlog_level = "info"\n'
        self.file.write_text(f"{text}{site}{'' if '[media]' in settings else media}{settings}")

    def put(self, *numbers: int, **changes: str | None) -> None:
        for number in numbers:
            report = a_report(number, **changes)
            self.put_bytes(number, report)

    def put_bytes(self, number: int, report: bytes) -> None:
        uid, study = f"{ROOT}.{number}.3", f"{ROOT}.{number}"
        self.outbox.put(report, XRayRadiationDoseSRStorage, uid, study)

    def run(self, *arguments: str | Path) -> int:
        return main(["--config", str(self.file), *map(str, arguments)])

    def waiting(self, destination: str = "registry") -> int:
        found = self.outbox.backlog()
        return sum(each.waiting for each in found if each.destination == destination)

    def delivered(self, destination: str = "registry") -> int:
        found = self.outbox.backlog()
        return sum(each.delivered for each in found if each.destination == destination)

    def raised(self) -> list[tuple[str, str]]:
        return [(str(e.code), e.subject) for e in Alarms(self.ledger, SYSTEM_CLOCK).raised()]


def dicom_files(folder: Path) -> list[Path]:
    """The objects of the file-sets below ``folder``, without their directories."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and _is_dicom(path)]


def objects(folder: Path) -> Sequence[Dataset]:
    return [dcmread(path) for path in dicom_files(folder)]


def _is_dicom(path: Path) -> bool:
    with path.open("rb") as file:
        return path.name != "DICOMDIR" and file.read(132)[128:] == b"DICM"
