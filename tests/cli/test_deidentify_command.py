"""``appliance deidentify`` and ``appliance reidentify``."""

import json
import os
import sqlite3
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from appliance.cli import main
from appliance.deidentify import Pseudonyms
from tests.deidentify.reports import a_report, as_bytes, box_reports

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder of reports, with something in it that is none."""
    folder = tmp_path / "house"
    folder.mkdir()
    for name in ("complete_helical", "two_phantoms"):
        (folder / f"{name}.dcm").write_bytes(box_reports()[name])
    (folder / "README").write_text("no DICOM")
    return folder


def deidentified(tmp_path: Path, house: Path, preset: str = "registry") -> int:
    words = ["deidentify", str(house), "--preset", preset, "--output", str(tmp_path / "out")]
    return main(["--data-dir", str(tmp_path / "data"), *words])


def test_what_leaves_is_written_under_its_new_name(
    tmp_path: Path, house: Path, capsys: Capture
) -> None:
    assert deidentified(tmp_path, house) == 0
    assert "2 objects de-identified by preset registry, 0 refused" in capsys.readouterr().out
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == 2
    for file in files:
        found = dcmread(file)
        assert file.stem == found.SOPInstanceUID
        assert found.PatientIdentityRemoved == "YES"
    before = [file.read_bytes() for file in files]
    assert deidentified(tmp_path, house) == 0
    assert [file.read_bytes() for file in files] == before


def test_the_key_is_made_for_the_box_alone(tmp_path: Path, house: Path) -> None:
    assert deidentified(tmp_path, house) == 0
    key = tmp_path / "data" / "deidentify.key"
    assert (key.stat().st_mode & 0o777, len(key.read_bytes())) == (0o600, 32)
    os.truncate(key, 5)
    assert deidentified(tmp_path, house) == 3


def test_what_cannot_be_cleaned_is_not_written_and_says_why(
    tmp_path: Path, house: Path, capsys: Capture
) -> None:
    strange = a_report()
    strange.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
    (house / "mr.dcm").write_bytes(as_bytes(strange))
    assert deidentified(tmp_path, house) == 1
    out, err = capsys.readouterr()
    assert "2 objects de-identified by preset registry, 1 refused" in out
    assert "mr.dcm: sop-class-unknown" in err
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_the_preset_none_changes_nothing(tmp_path: Path, house: Path) -> None:
    assert deidentified(tmp_path, house, "none") == 0
    written = {file.read_bytes() for file in (tmp_path / "out").iterdir()}
    assert written == {box_reports()[name] for name in ("complete_helical", "two_phantoms")}


def test_another_object_of_the_same_name_is_not_overwritten(tmp_path: Path, house: Path) -> None:
    assert deidentified(tmp_path, house) == 0
    file = next((tmp_path / "out").iterdir())
    file.write_bytes(b"another")
    assert deidentified(tmp_path, house) == 5


def test_a_pseudonym_leads_back_in_the_house_and_the_journal_knows_who_asked(
    tmp_path: Path, house: Path, capsys: Capture
) -> None:
    assert deidentified(tmp_path, house) == 0
    capsys.readouterr()
    key = (tmp_path / "data" / "deidentify.key").read_bytes()
    original = dcmread(BytesIO(box_reports()["complete_helical"]))
    pseudonyms = Pseudonyms(key, "registry")
    asked = [pseudonyms.patient(original.PatientID), pseudonyms.uid(original.StudyInstanceUID)]
    signed = ["--among", str(house), "--by", "Sato", "--reason", "recall"]
    assert main(["--data-dir", str(tmp_path / "data"), "reidentify", *asked, *signed]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sorted(lines) == sorted(
        [f"{asked[0]}\t{original.PatientID}", f"{asked[1]}\t{original.StudyInstanceUID}"]
    )
    with sqlite3.connect(tmp_path / "data" / "ledger.sqlite") as ledger:
        [(kind, body)] = ledger.execute("SELECT kind, body FROM journal").fetchall()
    assert kind == "reidentified"
    assert json.loads(body)["by"] == "Sato"
    assert original.PatientID not in body


def test_a_pseudonym_of_nobody_is_not_found(tmp_path: Path, house: Path) -> None:
    assert deidentified(tmp_path, house) == 0
    signed = ["--among", str(house), "--by", "Sato", "--reason", "recall"]
    assert main(["--data-dir", str(tmp_path / "data"), "reidentify", "NOBODY", *signed]) == 4
