"""What lies on a medium: a file-set that other programs read, and names that every system takes."""

import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.config import disable_value_validation
from pydicom.uid import KeyObjectSelectionDocumentStorage

from appliance.media.fileset import write_file_set
from tests.media.reports import Box, a_report, dicom_files, objects
from tests.rdsr.cases import all_cases, encoded

FILE_ID = re.compile(r"[A-Z0-9_]{1,8}")
ISO_NAME = re.compile(r"[A-Z0-9_]{1,8}(\.[A-Z0-9_]{1,3})?")


@pytest.fixture(scope="module")
def an_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    box = Box(tmp_path_factory.mktemp("box"))
    box.put(1, 2, 11, 21)
    assert box.run("export", "--output", box.folder / "out") == 0
    (folder,) = (box.folder / "out").iterdir()
    return folder


def ran(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command], check=False, capture_output=True, cwd=cwd
    )
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 0, text
    return text


def test_every_name_is_one_that_iso_9660_takes(an_export: Path) -> None:
    assert all(ISO_NAME.fullmatch(path.name) for path in an_export.rglob("*"))
    for path in dicom_files(an_export):
        assert all(FILE_ID.fullmatch(part) for part in path.relative_to(an_export).parts)


def test_what_is_no_dicom_lies_apart_from_what_is(an_export: Path) -> None:
    assert {path.name for path in an_export.iterdir()} == {
        "DICOMDIR",
        "INDEX.HTM",
        "README.TXT",
        "SHA256.TXT",
        "PT000000",
        "PT000001",
        "PT000002",
    }


def test_nothing_starts_by_itself(an_export: Path) -> None:
    names = {path.name.casefold() for path in an_export.rglob("*")}
    suffixes = {path.suffix.casefold() for path in an_export.rglob("*")}
    assert "autorun.inf" not in names
    assert suffixes <= {"", ".txt", ".htm"}


def test_the_objects_are_byte_for_byte_what_was_made(an_export: Path) -> None:
    found = sorted(path.read_bytes() for path in dicom_files(an_export))
    assert found == sorted(a_report(number) for number in (1, 2, 11, 21))


def test_the_directory_leads_to_every_object(an_export: Path) -> None:
    records = dcmread(an_export / "DICOMDIR").DirectoryRecordSequence
    leaves = [each for each in records if each.DirectoryRecordType == "SR DOCUMENT"]
    for leaf in leaves:
        found = dcmread(an_export.joinpath(*leaf.ReferencedFileID))
        assert found.SOPInstanceUID == leaf.ReferencedSOPInstanceUIDInFile
    assert len(leaves) == len(objects(an_export))
    types = {each.DirectoryRecordType for each in records}
    assert types == {"PATIENT", "STUDY", "SERIES", "SR DOCUMENT"}


def test_the_directory_names_the_patient_in_kanji(an_export: Path) -> None:
    records = dcmread(an_export / "DICOMDIR").DirectoryRecordSequence
    names = {str(each.PatientName) for each in records if each.DirectoryRecordType == "PATIENT"}
    assert names == {"Yamada^Tarou=山田^太郎=やまだ^たろう"}


def test_dicom3tools_read_the_directory(an_export: Path) -> None:
    text = ran("dcdirdmp", an_export / "DICOMDIR")
    assert text.count("SR DOCUMENT") == 4
    checked = subprocess.run(
        ["dciodvfy", str(an_export / "DICOMDIR")], check=False, capture_output=True, text=True
    )
    errors = [line for line in checked.stderr.splitlines() if line.startswith("Error")]
    assert errors == []


@pytest.mark.parametrize("profile", ["-Pgp", "-Pfl"])
def test_dcmtk_makes_the_same_directory_by_its_profiles(
    an_export: Path, tmp_path: Path, profile: str
) -> None:
    made = tmp_path / "MADE"
    ran("dcmmkdir", profile, "+r", "+id", an_export, "+D", made, "PT000000", "PT000001", "PT000002")
    theirs, ours = (
        [
            (each.DirectoryRecordType, each.get("ReferencedFileID"))
            for each in dcmread(path).DirectoryRecordSequence
        ]
        for path in (made, an_export / "DICOMDIR")
    )
    assert sorted(map(str, theirs)) == sorted(map(str, ours))


def test_dcmtk_takes_the_directory_as_it_is(an_export: Path) -> None:
    text = ran("dcmdump", "+L", an_export / "DICOMDIR")
    assert "MediaStorageDirectoryStorage" in text


def test_sha256sum_finds_every_file_intact(an_export: Path) -> None:
    text = ran("sha256sum", "--check", "--strict", "SHA256.TXT", cwd=an_export)
    files = [path for path in an_export.rglob("*") if path.is_file()]
    assert text.count(": OK") == len(files) - 1


def test_the_readme_says_whose_it_is_in_both_languages(an_export: Path) -> None:
    text = (an_export / "README.TXT").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert b"\n" not in text.replace(b"\r\n", b"")
    words = text.decode("utf-8-sig")
    assert "架空病院" in words
    assert "Radiology, 03-0000-0000" in words
    assert "拡張" in words
    assert "an extension of IHE PDI" in words


def test_every_report_we_make_has_a_place_in_a_directory(tmp_path: Path) -> None:
    some = all_cases()[::6]
    files = [tmp_path / each.name for each in some]
    uids = []
    for file, each in zip(files, some, strict=True):
        report = dcmread(BytesIO(encoded(each.report)))
        uids.append(str(report.SOPInstanceUID))
        file.write_bytes(encoded(each.report))
    placed = write_file_set(tmp_path / "set", files)
    assert [each.sop_instance_uid for each in placed] == uids


def test_two_patients_without_an_id_stay_two(tmp_path: Path) -> None:
    a_box = Box(tmp_path)
    a_box.put(1, PatientID="", PatientName="", StudyID="", StudyDate="", StudyTime="")
    a_box.put(11, PatientID="", PatientName="", StudyID="", StudyDate="", StudyTime="")
    assert a_box.run("export", "--output", tmp_path / "out") == 0
    records = dcmread(tmp_path / "out" / "D0000001" / "DICOMDIR").DirectoryRecordSequence
    ids = [each.PatientID for each in records if each.DirectoryRecordType == "PATIENT"]
    assert len(set(ids)) == len(ids) == 2
    assert {each.PatientID for each in objects(tmp_path / "out")} == {""}


def test_values_that_no_vr_allows_stand_in_the_directory_as_they_are(tmp_path: Path) -> None:
    box = Box(tmp_path)
    with disable_value_validation():
        box.put(1, StudyDate="2012.03.14", PatientID="P" * 70, AccessionNumber="A" * 20)
    box.put(2)
    assert box.run("export", "--output", tmp_path / "out") == 0
    assert box.delivered() == 2
    with disable_value_validation():
        records = dcmread(tmp_path / "out" / "D0000001" / "DICOMDIR").DirectoryRecordSequence
        assert "P" * 70 in {each.get("PatientID") for each in records}


def test_what_no_directory_can_hold_waits_for_a_person_and_the_others_go(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.put(1, 3)
    box.put(2, SOPClassUID=KeyObjectSelectionDocumentStorage, ConceptNameCodeSequence=None)
    assert box.run("export", "--output", tmp_path / "out") == 0
    (backlog,) = box.outbox.backlog()
    assert (backlog.delivered, backlog.refused, backlog.waiting) == (2, 1, 0)
    again = ("export", "--output", tmp_path / "again", "--since", "2020-01-01")
    assert box.run(*again) == 0
    assert len(objects(tmp_path / "again")) == 2
