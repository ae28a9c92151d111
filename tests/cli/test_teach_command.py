"""``appliance teach``: from the command line to a box that reads a new console."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from appliance.cli import main
from appliance.cli.texts import texts_for
from appliance.cli.typed import ASKED, asked, typed_in
from appliance.config import Configuration
from appliance.errors import RefusedError
from appliance.simulators.consoles.examination import Identity
from tests.dosescreen.fictional import ORION, typed
from tests.services.desk import Desk

Capture = pytest.CaptureFixture[str]
SCANS = ORION.examination(Random(8))
TYPED = typed(ORION, SCANS)


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a screen, what was typed of it, and nothing taught."""
    screen = ORION.screen(SCANS, Identity("1.2.826.0.1.3680043.10.6"))
    screen.save_as(tmp_path / "screen.dcm", enforce_file_format=True)
    (tmp_path / "typed.json").write_text(json.dumps(TYPED))
    return tmp_path


def box(desk: Path, *words: str) -> int:
    return main(["--data-dir", str(desk / "data"), *words])


def test_what_was_taught_is_read(desk: Path, capsys: Capture) -> None:
    screen = str(desk / "screen.dcm")
    lesson = ("teach", screen, "--values", str(desk / "typed.json"), "--date", "2026-11-21")
    assert box(desk, *lesson, "--archive", str(desk / "out")) == 0
    assert f"all {len(TYPED)} typed values came back" in capsys.readouterr().out
    assert (desk / "out" / "nebula-32-dose-1.zip").exists()
    assert box(desk, "read", screen) == 0
    assert "nebula-32-dose/1" in capsys.readouterr().out
    assert box(desk, "layouts") == 0
    assert "nebula-32-dose 1" in capsys.readouterr().out


def test_a_settled_case_is_a_lesson(tmp_path: Path, capsys: Capture) -> None:
    """What was typed to settle it is not typed again; before that, nothing is taught."""
    screen = ORION.screen(SCANS, Identity("1.2.826.0.1.3680043.10.7"))
    desk = Desk(tmp_path, Configuration())
    desk.settle(screen)
    case = desk.case()
    command = ["--data-dir", str(tmp_path), "teach", str(case.id), "--dry-run"]
    assert main(command) == 5
    assert "nothing was typed" in capsys.readouterr().err
    desk.settling.settle(case.id, "Dr Physicist", "as the screen shows", TYPED)
    assert main(command) == 0
    assert 'name = "nebula-32-dose"' in capsys.readouterr().out
    assert not (tmp_path / "layouts").exists()


def test_a_broken_layout_is_found_by_check(desk: Path, capsys: Capture) -> None:
    folder = desk / "data" / "layouts"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('name = "mine"\n')
    assert box(desk, "check") == 2
    assert "mine.toml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nowhere.dcm",), 4, "nowhere.dcm"),
        (("12",), 4, "12"),
        (("screen.dcm",), 5, "nothing was typed"),
        (("screen.dcm", "--set", "events[0].dlp_mgy_cm=1.00"), 5, "printed total"),
        (("screen.dcm", "--set", "events[0].dose=1.00"), 5, "no such field"),
        (("screen.dcm", "--values", "typed.json", "--name", "No Name"), 5, "small letters"),
    ],
)
def test_what_cannot_be_taught_is_said(
    desk: Path, capsys: Capture, words: tuple[str, ...], code: int, message: str
) -> None:
    here = [str(desk / word) if word.endswith((".dcm", ".json")) else word for word in words]
    assert box(desk, "teach", *here) == code
    assert message in capsys.readouterr().err
    assert not (desk / "data" / "layouts").exists()


def test_typed_values_are_taken_in_either_form(tmp_path: Path) -> None:
    flat = {"total_dlp_mgy_cm": "1.00", "events[0].dlp_mgy_cm": "1.00"}
    (tmp_path / "flat.json").write_text(json.dumps(flat))
    (tmp_path / "golden.json").write_text(json.dumps({"layout": "x", "typed": flat}))
    (tmp_path / "rows.toml").write_text(
        'total_dlp_mgy_cm = "1.00"\n[[events]]\ndlp_mgy_cm = "1.00"\n'
    )
    for name in ("flat.json", "golden.json", "rows.toml"):
        assert typed_in(tmp_path / name) == flat


@pytest.mark.parametrize("content", ["{", "[1]", '{"total_dlp_mgy_cm": 1.5}'])
def test_what_is_no_table_of_texts_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "typed.json").write_text(content)
    with pytest.raises(RefusedError):
        typed_in(tmp_path / "typed.json")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_person_is_asked_row_by_row(language: str) -> None:
    def answers() -> Iterator[str]:
        yield from ("2", "ABDOMEN", "SPIRAL", "5.10", " 373.00 ", "BODY32", "120", "")
        yield from ("",) * len(ASKED)
        yield "373.00"

    given, questions = answers(), []

    def ask(question: str) -> str:
        questions.append(question)
        return next(given)

    found = asked(texts_for(language), ask)
    assert found["events[0].dlp_mgy_cm"] == "373.00"
    assert "events[0].exposure_mas" not in found
    assert "events[1].series" not in found
    assert found["total_dlp_mgy_cm"] == "373.00"
    assert len(questions) == 2 * len(ASKED) + 1
    assert next(given, None) is None
