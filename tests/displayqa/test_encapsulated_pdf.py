"""The report of a display's test as a DICOM object that names no patient."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from appliance.displayqa.encapsulated_pdf import Document, as_dicom, instance_uid
from tests.destinations.archives import LOOPBACK, orthanc
from tests.displayqa.workstations import LEFT

BEGUN = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DOCUMENT = Document(
    pdf=b"%PDF-1.7\n% odd\n%%EOF\n\n",
    title="画像表示モニタ受入試験報告書",
    display=LEFT,
    test=7,
    ended_as=40,
    begun_at=BEGUN,
    made_at=BEGUN + timedelta(minutes=9),
    institution="施設病院",
)


def test_it_conforms_and_has_the_pdf(tmp_path: Path) -> None:
    file = tmp_path / "report.dcm"
    file.write_bytes(as_dicom(DOCUMENT))
    check = subprocess.run(["dciodvfy", str(file)], check=False, capture_output=True, text=True)
    assert check.returncode == 0
    assert "Error" not in check.stderr
    assert "Warning" not in check.stderr
    item = dcmread(file)
    assert item.SOPClassUID.name == "Encapsulated PDF Storage"
    assert (str(item.PatientName), item.PatientID) == ("QA^DISPLAY", "QA-DISPLAY")
    assert item.DocumentTitle == DOCUMENT.title
    assert item.EncapsulatedDocument[: item.EncapsulatedDocumentLength] == DOCUMENT.pdf
    assert len(item.EncapsulatedDocument) % 2 == 0
    assert item.ConceptNameCodeSequence[0].CodeMeaning == "Quality Control"


def test_the_same_report_is_the_same_object() -> None:
    assert as_dicom(DOCUMENT) == as_dicom(DOCUMENT)
    first, second = (
        dcmread(BytesIO(as_dicom(each))) for each in (DOCUMENT, replace(DOCUMENT, ended_as=44))
    )
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.StudyInstanceUID == second.StudyInstanceUID
    assert first.SeriesInstanceUID == second.SeriesInstanceUID
    assert first.SOPInstanceUID == instance_uid(LEFT.name, 7, BEGUN, 40)
    other = dcmread(BytesIO(as_dicom(replace(DOCUMENT, test=8))))
    assert other.StudyInstanceUID != first.StudyInstanceUID


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(ValueError, match="no PDF"):
        as_dicom(replace(DOCUMENT, pdf=b"<html>"))


def test_an_archive_keeps_it(tmp_path: Path) -> None:
    file = tmp_path / "report.dcm"
    file.write_bytes(as_dicom(DOCUMENT))
    with orthanc(tmp_path / "archive") as archive:
        send = ["storescu", "-xe", "-aec", "ARCHIVE", LOOPBACK, str(archive.port), str(file)]
        subprocess.run(send, check=True)
        (kept,) = archive.stored().values()
    assert kept.EncapsulatedDocument == dcmread(file).EncapsulatedDocument
