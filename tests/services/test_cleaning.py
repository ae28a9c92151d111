"""What a destination gets is what ``appliance deidentify`` writes, or nothing."""

from dataclasses import replace
from pathlib import Path

from pydicom import dcmread

from appliance.cli import main
from appliance.config import parse_configuration
from appliance.destinations import Cause, Refused
from appliance.services.cleaning import cleaning_for
from appliance.services.preparation import Clean
from tests.deidentify.reports import a_report, as_bytes, box_reports

DESTINATION = """
[[destination]]
name = "registry"
kind = "folder"
deidentify = "registry"

[destination.folder]
path = "/srv/registry"
"""


def test_a_destination_gets_what_the_command_writes(tmp_path: Path) -> None:
    configuration = replace(parse_configuration(DESTINATION), data_dir=tmp_path)
    [settings] = configuration.destination
    cleaning = cleaning_for(settings, configuration)
    content = box_reports()["complete_helical"]
    clean = cleaning(content)
    assert isinstance(clean, Clean)
    assert clean.sop_instance_uid != dcmread(_file(tmp_path, content)).SOPInstanceUID
    words = ["deidentify", str(_file(tmp_path, content)), "--preset", "registry"]
    data = ["--data-dir", str(configuration.data_dir)]
    assert main([*data, *words, "--output", str(tmp_path / "out")]) == 0
    written = tmp_path / "out" / f"{clean.sop_instance_uid}.dcm"
    assert written.read_bytes() == clean.content


def test_what_cannot_be_cleaned_is_refused_for_good(tmp_path: Path) -> None:
    configuration = replace(parse_configuration(DESTINATION), data_dir=tmp_path)
    [settings] = configuration.destination
    strange = a_report()
    strange.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
    refused = cleaning_for(settings, configuration)(as_bytes(strange))
    assert isinstance(refused, Refused)
    assert refused.cause is Cause.NOT_DEIDENTIFIED
    assert "sop-class-unknown" in refused.detail


def _file(folder: Path, content: bytes) -> Path:
    file = folder / "report.dcm"
    file.write_bytes(content)
    return file
