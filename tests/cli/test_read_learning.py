"""``appliance read --learn``: what one call learns, the next one reads with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import main
from appliance.dosescreen.learning.codec import atlas_from_json
from appliance.services.shelf import as_file
from appliance.simulators.secondary_capture import GE
from tests.dosescreen.schools import scanner, taught, unknown_font
from tests.dosescreen.world import SCOUT, captured, dose_report, helical

Json = dict[str, Any]
Read = Callable[..., tuple[int, Json, str]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (dataset,) = captured(dose_report([SCOUT, helical()], font=unknown_font()))
    dataset.save_as(tmp_path / "screen.dcm", enforce_file_format=True)
    return tmp_path / "screen.dcm"


@pytest.fixture
def read(file: Path, capsys: pytest.CaptureFixture[str]) -> Read:
    def run(*options: str) -> tuple[int, Json, str]:
        code = main(["read", "--format", "json", *options, str(file)])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else {}, said.err

    return run


def test_what_one_call_learns_the_next_reads_with(read: Read, tmp_path: Path) -> None:
    folder = tmp_path / "learnt"
    code, first, _ = read("--learn", str(folder))
    assert (code, first["outcome"], first["atlas"]) == (0, "recognised", None)
    (kept,) = folder.iterdir()
    atlas = atlas_from_json(json.loads(kept.read_text("utf-8")))
    assert kept.stem == atlas.scanner.identifier == scanner(GE).identifier
    assert atlas.scanner.software_versions == GE.software_versions
    code, second, _ = read("--learn", str(folder))
    assert (code, second["outcome"], second["atlas"]) == (0, "recognised", atlas.version)
    assert {**second, "atlas": None} == first


def test_without_the_option_nothing_is_kept(read: Read, tmp_path: Path) -> None:
    _, reading, _ = read()
    assert reading["atlas"] is None
    assert [each.name for each in tmp_path.iterdir()] == ["screen.dcm"]


def test_an_exported_atlas_is_read_with(read: Read, tmp_path: Path) -> None:
    atlas = taught(GE, unknown_font())
    (tmp_path / f"{atlas.scanner.identifier}.json").write_bytes(as_file(atlas))
    _, reading, _ = read("--learn", str(tmp_path))
    assert reading["atlas"] == atlas.version


def test_a_file_that_is_no_atlas_ends_the_call(read: Read, tmp_path: Path) -> None:
    broken = tmp_path / f"{scanner(GE).identifier}.json"
    broken.write_text("{}", "utf-8")
    code, reading, error = read("--learn", str(tmp_path))
    assert (code, reading) == (3, {})
    assert str(broken) in error
    assert broken.read_text("utf-8") == "{}"
