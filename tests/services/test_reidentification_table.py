"""What pseudonyms stand for: found with the key, nothing without it, and never in the clear."""

from pathlib import Path

import pytest

from appliance.cli import main
from appliance.config import parse_configuration
from appliance.errors import StateError
from appliance.services.cleaning import cleaning_for, site_key
from appliance.services.preparation import Clean
from appliance.services.reidentification_table import TABLE_NAME, ReidentificationTable
from tests.deidentify.reports import a_report, as_bytes

KEY, OTHER = b"k" * 32, b"o" * 32
CONFIGURATION = """
data_dir = "{folder}"

[deidentification]
keep_table = true

[[destination]]
name = "registry"
kind = "folder"
deidentify = "registry"

[destination.folder]
path = "/srv/registry"
"""


def test_what_was_noted_is_found_with_the_key(tmp_path: Path) -> None:
    table = ReidentificationTable(tmp_path / "table", KEY)
    table.note({"PSEUDO": "CNRY4711", "2.25.1": "1.2.3"})
    again = ReidentificationTable(tmp_path / "table", KEY)
    assert again.found(["PSEUDO", "2.25.1", "NOBODY"]) == {"PSEUDO": "CNRY4711", "2.25.1": "1.2.3"}
    assert b"CNRY4711" not in (tmp_path / "table").read_bytes()


def test_without_the_key_nothing_is_found(tmp_path: Path) -> None:
    ReidentificationTable(tmp_path / "table", KEY).note({"PSEUDO": "CNRY4711"})
    with pytest.raises(StateError, match="not of this key"):
        ReidentificationTable(tmp_path / "table", OTHER).found(["PSEUDO"])


def test_nothing_is_noted_twice(tmp_path: Path) -> None:
    table = ReidentificationTable(tmp_path / "table", KEY)
    table.note({"PSEUDO": "CNRY4711"})
    size = (tmp_path / "table").stat().st_size
    table.note({"PSEUDO": "CNRY4711"})
    ReidentificationTable(tmp_path / "table", KEY).note({"PSEUDO": "CNRY4711"})
    assert (tmp_path / "table").stat().st_size == size


def test_a_line_torn_by_a_power_cut_harms_no_other(tmp_path: Path) -> None:
    file = tmp_path / "table"
    ReidentificationTable(file, KEY).note({"ONE": "1"})
    ReidentificationTable(file, KEY).note({"TWO": "2"})
    file.write_bytes(file.read_bytes()[:-9])
    ReidentificationTable(file, KEY).note({"THREE": "3"})
    found = ReidentificationTable(file, KEY).found(["ONE", "TWO", "THREE"])
    assert found == {"ONE": "1", "THREE": "3"}


def test_what_leaves_is_noted_and_led_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "appliance.toml"
    file.write_text(CONFIGURATION.format(folder=tmp_path))
    configuration = parse_configuration(file.read_text())
    report = a_report()
    clean = cleaning_for(configuration.destination[0], configuration)(as_bytes(report))
    assert isinstance(clean, Clean)
    assert (tmp_path / TABLE_NAME).stat().st_mode & 0o007 == 0
    assert ReidentificationTable(tmp_path / TABLE_NAME, site_key(tmp_path)).found(
        [clean.sop_instance_uid]
    )
    signed = ["--by", "Sato", "--reason", "recall"]
    assert main(["-c", str(file), "reidentify", clean.sop_instance_uid, *signed]) == 0
    line = f"{clean.sop_instance_uid}\t{report.SOPInstanceUID}\n"
    assert capsys.readouterr().out == line
