"""``appliance atlas``: what was learnt is seen, exchanged, taken back and acknowledged."""

import json
from pathlib import Path

import pytest

from appliance.atlases import Atlases
from appliance.cli import main
from appliance.clock import SYSTEM_CLOCK
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.learning import LearntAtlas, learn
from appliance.dosescreen.learning.codec import shape_to_text
from appliance.journal import Journal
from appliance.ledger import open_ledger
from appliance.services.shelf import LedgerShelf
from appliance.simulators.secondary_capture import GE, SIEMENS
from tests.dosescreen.schools import lesson, scanner, shapes, taught, unknown_font

Capture = pytest.CaptureFixture[str]
FONT = load_font("6x12-misc")
ATLAS = taught(GE, FONT, {"3": "8"})
SCANNER = ATLAS.scanner.identifier


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A box that has learnt of one scanner."""
    folder = tmp_path / "box"
    folder.mkdir()
    keep(folder, ATLAS)
    return folder


def keep(folder: Path, atlas: LearntAtlas) -> None:
    ledger = open_ledger(folder / "ledger.sqlite")
    LedgerShelf(ledger, Atlases(ledger, SYSTEM_CLOCK)).update(atlas.scanner, lambda _: atlas)
    ledger.close()


def kept(folder: Path) -> LearntAtlas:
    ledger = open_ledger(folder / "ledger.sqlite")
    atlas = LedgerShelf(ledger, Atlases(ledger, SYSTEM_CLOCK))[SCANNER]
    ledger.close()
    return atlas


def journal(folder: Path) -> list[tuple[str, str]]:
    ledger = open_ledger(folder / "ledger.sqlite")
    entries = [(each.kind, each.body["person"]) for each in Journal(ledger, SYSTEM_CLOCK).entries()]
    ledger.close()
    return entries


def run(folder: Path, *arguments: str) -> int:
    return main(["--data-dir", str(folder), "atlas", *arguments])


def test_the_list(data_dir: Path, capsys: Capture) -> None:
    assert run(data_dir, "list") == 0
    _, row = capsys.readouterr().out.splitlines()
    assert row.split()[0] == SCANNER
    assert row.split()[-3:] == [ATLAS.version, str(len(ATLAS.held)), "0"]


def test_a_box_that_never_ran(tmp_path: Path, capsys: Capture) -> None:
    assert run(tmp_path, "list") == 0
    assert capsys.readouterr().out == "nothing has been learnt yet\n"
    assert run(tmp_path, "export", str(tmp_path / "a.json")) == 4
    assert list(tmp_path.iterdir()) == []


def test_an_export_is_taken_in_by_another_box(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "exported.json"
    assert run(data_dir, "export", str(file)) == 0
    assert json.loads(file.read_text("utf-8"))["version"] == ATLAS.version
    other = tmp_path / "other"
    assert run(other, "import", str(file), "--by", "Dr A") == 0
    assert kept(other).version == ATLAS.version
    assert {entry.imported_from for entry in kept(other).history} == {"exported.json"}
    assert journal(other) == [("atlas-imported", "Dr A")]


def test_an_import_adds_nothing_that_is_known(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "exported.json"
    run(data_dir, "export", "--scanner", SCANNER, str(file))
    assert run(data_dir, "import", str(file), "--by", "Dr A") == 0
    assert kept(data_dir).history == ATLAS.history


def test_what_another_box_withdrew_is_withdrawn_here(data_dir: Path, tmp_path: Path) -> None:
    other, file = tmp_path / "other", tmp_path / "exported.json"
    other.mkdir()
    keep(other, ATLAS)
    run(other, "withdraw", SCANNER, "8", "--by", "Dr A", "--reason", "wrong")
    run(other, "export", str(file))
    assert "8" in kept(data_dir).held.values()
    run(data_dir, "import", str(file), "--by", "Dr B")
    assert "8" not in kept(data_dir).held.values()
    assert kept(data_dir).history[-1].imported_from == "exported.json"


@pytest.mark.parametrize("content", ["", "{}", "[1, 2]", "text"])
def test_a_file_that_is_no_atlas_is_not_imported(
    data_dir: Path, capsys: Capture, content: str
) -> None:
    file = data_dir / "foreign.json"
    file.write_text(content, "utf-8")
    assert run(data_dir, "import", str(file), "--by", "Dr A") == 3
    assert str(file) in capsys.readouterr().err
    assert journal(data_dir) == []


def test_a_file_whose_content_was_changed_is_not_imported(
    data_dir: Path, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "exported.json"
    run(data_dir, "export", str(file))
    text = file.read_text("utf-8")
    file.write_text(text.replace('"character": "4"', '"character": "9"'), "utf-8")
    assert run(data_dir, "import", str(file), "--by", "Dr A") == 3
    assert "version" in capsys.readouterr().err


def test_several_scanners_are_told_apart(data_dir: Path, capsys: Capture) -> None:
    keep(data_dir, taught(SIEMENS, FONT))
    file = data_dir / "exported.json"
    assert run(data_dir, "export", str(file)) == 5
    error = capsys.readouterr().err
    assert SCANNER in error
    assert scanner(SIEMENS).identifier in error
    assert run(data_dir, "export", "--scanner", SCANNER, str(file)) == 0
    assert run(data_dir, "export", "--scanner", "unknown", str(file)) == 4


@pytest.mark.parametrize("what", ["8", shape_to_text(shapes(FONT)["3"])])
def test_a_character_or_a_shape_is_withdrawn_and_signed(data_dir: Path, what: str) -> None:
    arguments = ("withdraw", SCANNER, what, "--by", "Dr A", "--reason", "it is a 3")
    assert run(data_dir, *arguments) == 0
    assert shapes(FONT)["3"] not in kept(data_dir).held
    assert kept(data_dir).history[-1].why == "by hand: it is a 3"  # type: ignore[union-attr]
    assert journal(data_dir) == [("atlas-withdrawn", "Dr A")]


def test_letters_that_touch_are_withdrawn_together(tmp_path: Path) -> None:
    keep(tmp_path, learn(ATLAS, [lesson(shapes(unknown_font())["m"], "mA")]))
    assert list(kept(tmp_path).ligatures.values()) == ["mA"]
    assert run(tmp_path, "withdraw", SCANNER, "m", "--by", "Dr A", "--reason", "other") == 0
    assert list(kept(tmp_path).ligatures.values()) == ["mA"]
    assert run(tmp_path, "withdraw", SCANNER, "mA", "--by", "Dr A", "--reason", "it is nA") == 0
    assert kept(tmp_path).ligatures == {}


def test_what_is_not_held_or_not_signed_is_not_withdrawn(data_dir: Path) -> None:
    assert run(data_dir, "withdraw", SCANNER, "線", "--by", "Dr A", "--reason", "none") == 5
    assert run(data_dir, "withdraw", "unknown", "8", "--by", "Dr A", "--reason", "none") == 4
    assert run(data_dir, "withdraw", SCANNER, "8", "--by", " ", "--reason", "none") == 5
    assert run(data_dir, "withdraw", SCANNER, "8") == 2
    assert kept(data_dir).version == ATLAS.version
    assert journal(data_dir) == []


def test_a_person_acknowledges_what_was_withdrawn(data_dir: Path) -> None:
    run(data_dir, "withdraw", SCANNER, "8", "--by", "Dr A", "--reason", "it is a 3")
    ledger = open_ledger(data_dir / "ledger.sqlite")
    atlases = Atlases(ledger, SYSTEM_CLOCK)
    assert atlases.unacknowledged()
    assert run(data_dir, "acknowledge", SCANNER, "--by", "Dr B") == 0
    assert atlases.unacknowledged() == []
    ledger.close()
    assert journal(data_dir)[-1] == ("atlas-acknowledged", "Dr B")
