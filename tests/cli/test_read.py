"""``appliance read``: what dose screens say, offline."""

import json
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydicom import dcmread

from appliance.cli import main
from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dose.doubt import Reason
from appliance.dose.merge import SourceKind
from appliance.dose.merge.likeness import Facet
from appliance.dose.merge.matching import Why
from appliance.dosescreen import Outcome
from appliance.dosescreen.tier import Tier
from appliance.simulators.demo import Kind, demo_studies

Capture = pytest.CaptureFixture[str]
SEED = 6
SCHEMA = json.loads((files("appliance.cli") / "read.schema.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture(scope="module")
def screens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three studies, with other files among them."""
    folder = tmp_path_factory.mktemp("screens")
    for study in demo_studies(SEED, (Kind.GE, Kind.SIEMENS, Kind.UNREADABLE)):
        (folder / study.kind).mkdir()
        for number, instance in enumerate(study.objects):
            instance.save_as(folder / study.kind / f"{number}.dcm", enforce_file_format=True)
        (folder / study.kind / "truth.json").write_text(json.dumps(study.truth))
    return folder


def lines(output: str) -> Iterator[dict[str, Any]]:
    for line in output.splitlines():
        reading = json.loads(line)
        jsonschema.validate(reading, SCHEMA)
        yield reading


def truth(folder: Path, kind: Kind) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / kind / "truth.json").read_text())
    return loaded


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_names_every_word() -> None:
    event = SCHEMA["$defs"]["event"]["properties"]
    assert event["type"]["enum"] == [*(kind.name for kind in CTAcquisitionType), None]
    assert event["phantom"]["enum"] == [*(phantom.name for phantom in Phantom), None]
    assert SCHEMA["$defs"]["reason"]["enum"] == list(Reason)
    assert SCHEMA["properties"]["tier"]["enum"] == [*Tier, None]
    assert SCHEMA["properties"]["outcome"]["enum"] == list(Outcome)
    assert SCHEMA["$defs"]["source"]["enum"] == list(SourceKind)
    assert SCHEMA["$defs"]["facet"]["enum"] == list(Facet)
    assert SCHEMA["$defs"]["refusal"]["properties"]["why"]["enum"] == list(Why)


def a_configuration(folder: Path, settings: str) -> str:
    file = folder / "box.toml"
    file.write_text(f"[recogniser]\n{settings}\n", "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        ("", True),
        ("confirm_first = 0", False),
        ('trusted_tier = "bronze"', False),
        ('trusted_tier = "none"', True),
        ("confirm_always = true", True),
    ],
)
def test_it_says_whether_a_box_would_ask_a_person_first(
    settings: str, *, asked: bool, screens: Path, tmp_path: Path, capsys: Capture
) -> None:
    config = a_configuration(tmp_path, settings)
    assert main(["-c", config, "read", str(screens / "ge"), "--format", "json"]) == 0
    (reading,) = lines(capsys.readouterr().out)
    assert (reading["outcome"], reading["tier"]) == ("recognised", "bronze")
    assert reading["needs_confirmation"] is asked
    assert main(["-c", config, "read", str(screens / "ge")]) == 0
    assert ("asks a person" in capsys.readouterr().out) is asked


def test_a_folder_is_read_study_by_study(screens: Path, tmp_path: Path, capsys: Capture) -> None:
    reports = tmp_path / "reports"
    assert main(["read", str(screens), "--format", "json", "--rdsr", str(reports)]) == 1
    out, err = capsys.readouterr()
    ge, siemens, unreadable = lines(out)
    for reading, kind in ((ge, Kind.GE), (siemens, Kind.SIEMENS)):
        expected = truth(screens, kind)
        assert (reading["outcome"], reading["reason"]) == ("recognised", None)
        assert reading["total_dlp_mgy_cm"] == expected["total_dlp_mgy_cm"]
        dosed = [event for event in reading["events"] if event["dlp_mgy_cm"]]
        for key in ("series", "ctdi_vol_mgy", "dlp_mgy_cm", "phantom"):
            assert [event[key] for event in dosed] == [event[key] for event in expected["events"]]
    assert unreadable["outcome"] == "quarantined"
    assert (unreadable["events"], unreadable["total_dlp_mgy_cm"]) == ([], None)
    assert (unreadable["tier"], unreadable["needs_confirmation"]) == ("bronze", None)
    assert err.count("truth.json: passed over, not a DICOM file") == 3
    written = sorted(dcmread(file).StudyInstanceUID for file in reports.glob("*.dcm"))
    assert written == sorted([ge["study"], siemens["study"]])
    instance = dcmread(next((screens / "unreadable").glob("*.dcm")))
    assert str(instance.PatientName.family_name) not in out + err
    assert instance.PatientID not in out + err


@pytest.mark.parametrize(("language", "words"), [("en", "every check holds"), ("ja", "合格")])
def test_people_get_a_table(
    language: str,
    words: str,
    screens: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    assert main(["read", str(screens / "ge")]) == 0
    text = capsys.readouterr().out
    assert words in text
    assert all(event["dlp_mgy_cm"] in text for event in truth(screens, Kind.GE)["events"])


def test_a_file_named_by_itself_must_be_dicom(screens: Path, capsys: Capture) -> None:
    file = screens / "ge" / "truth.json"
    assert main(["read", str(file), "--format", "json"]) == 1
    (reading,) = lines(capsys.readouterr().out)
    assert (reading["study"], reading["reason"]) == (str(file), "unreadable-object")


def test_a_file_named_twice_is_read_once(screens: Path, capsys: Capture) -> None:
    file = str(screens / "ge" / "0.dcm")
    assert main(["read", file, file, str(screens / "ge"), "--format", "json"]) == 0
    (reading,) = lines(capsys.readouterr().out)
    assert len(reading["doubts"]) == 0


def test_an_object_cut_short_is_quarantined(screens: Path, tmp_path: Path, capsys: Capture) -> None:
    whole = (screens / "ge" / "0.dcm").read_bytes()
    for size in (0, 100, 200, 1000, len(whole) // 2):
        file = tmp_path / f"{size}.dcm"
        file.write_bytes(whole[:size])
        assert main(["read", str(file), "--format", "json"]) == 1, size
        (reading,) = lines(capsys.readouterr().out)
        assert reading["outcome"] == "quarantined"
        assert str(reading["reason"]).startswith("unreadable")


def test_a_study_that_no_reader_answers_for_ends_no_other(
    screens: Path, tmp_path: Path, capsys: Capture
) -> None:
    silent = tmp_path / "tesseract"
    asked = 'case "$*" in *--version*) exec tesseract "$@";; esac'
    silent.write_text(f"#!/bin/sh\n{asked}\nexec sleep 60\n", "utf-8")
    silent.chmod(0o755)
    config = a_configuration(tmp_path, f'tesseract = "{silent}"\ntesseract_timeout_s = 1')
    paths = [str(screens / "unreadable"), str(screens / "ge")]
    assert main(["-c", config, "read", *paths, "--format", "json"]) == 1
    unreadable, ge = lines(capsys.readouterr().out)
    assert unreadable["reason"] == "recogniser-failed"
    assert ge["outcome"] == "recognised"


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path, capsys: Capture) -> None:
    assert main(["read", str(tmp_path / "absent")]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"appliance: not found: {tmp_path / 'absent'}: no such file or folder\n"


def test_a_folder_without_dicom_files_is_no_error(tmp_path: Path, capsys: Capture) -> None:
    shutil.copy(__file__, tmp_path)
    assert main(["read", str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
