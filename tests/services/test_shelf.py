"""Where learnt atlases stand: the ledger and a folder keep them alike."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from appliance.atlases import Atlases
from appliance.clock import SYSTEM_CLOCK
from appliance.dosescreen.fonts import load_font
from appliance.dosescreen.learning import LearntAtlas, Withdrawal, learn, withdraw
from appliance.errors import StateError
from appliance.ledger import open_ledger
from appliance.services.shelf import FolderShelf, LedgerShelf, Shelf, as_file, read_atlas
from appliance.simulators.secondary_capture import GE, SIEMENS
from tests.dosescreen.schools import lesson, scanner, shapes

SHAPES = shapes(load_font("6x12-misc"))
SCANNER = scanner(GE)


def in_ledger(folder: Path) -> Shelf:
    ledger = open_ledger(folder / "ledger.sqlite")
    return LedgerShelf(ledger, Atlases(ledger, SYSTEM_CLOCK))


def in_folder(folder: Path) -> Shelf:
    return FolderShelf(folder / "atlases")


@pytest.fixture(params=[in_ledger, in_folder])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Shelf]:
    return partial(request.param, tmp_path)


def three_is(character: str) -> Callable[[LearntAtlas], LearntAtlas]:
    return lambda atlas: learn(atlas, [lesson(SHAPES["3"], character)])


def test_an_empty_shelf_holds_nothing(opened: Callable[[], Shelf]) -> None:
    assert dict(opened()) == {}
    assert opened().get(SCANNER.identifier) is None


def test_what_is_put_there_is_found_by_the_next(opened: Callable[[], Shelf]) -> None:
    opened().update(SCANNER, three_is("3"))
    opened().update(scanner(SIEMENS), three_is("8"))
    again = opened()
    assert set(again) == {SCANNER.identifier, scanner(SIEMENS).identifier}
    assert len(again) == 2
    assert again[SCANNER.identifier].held == {SHAPES["3"]: "3"}
    assert again[scanner(SIEMENS).identifier].held == {SHAPES["3"]: "8"}


def test_the_whole_history_comes_back_in_order(opened: Callable[[], Shelf]) -> None:
    withdrawal = Withdrawal(shape=SHAPES["3"], character="8", why="a person read 3")
    shelf = opened()
    shelf.update(SCANNER, three_is("8"))
    shelf.update(SCANNER, lambda atlas: withdraw(atlas, [withdrawal]))
    after = shelf.update(SCANNER, three_is("3"))
    again = opened()[SCANNER.identifier]
    assert again.history == after.history
    assert again.version == after.version
    assert again.held == {SHAPES["3"]: "3"}


def test_two_that_hold_it_open_do_not_undo_each_other(opened: Callable[[], Shelf]) -> None:
    one, other = opened(), opened()
    one.update(SCANNER, three_is("3"))
    other.update(SCANNER, lambda atlas: learn(atlas, [lesson(SHAPES["4"], "4")]))
    assert set(one[SCANNER.identifier].held.values()) == {"3", "4"}


def test_what_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    FolderShelf(tmp_path / "atlases").update(SCANNER, lambda atlas: atlas)
    assert list(tmp_path.iterdir()) == []


def test_a_file_lists_an_entry_a_line(tmp_path: Path) -> None:
    atlas = learn(LearntAtlas(SCANNER), [lesson(SHAPES[each], each) for each in "345"])
    file = tmp_path / "atlas.json"
    file.write_bytes(as_file(atlas))
    assert sum('"kind": "lesson"' in line for line in file.read_text("utf-8").splitlines()) == 3
    assert read_atlas(file, "").history == atlas.history


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"format": "something"}', b"null"]
)
def test_a_file_that_is_no_atlas_is_named_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / f"{SCANNER.identifier}.json"
    file.write_bytes(content)
    with pytest.raises(StateError) as raised:
        FolderShelf(tmp_path).get(SCANNER.identifier)
    assert raised.value.where == str(file)
    assert "move the file away" in raised.value.remedy


def test_the_atlas_of_another_scanner_under_this_ones_name_is_refused(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    shelf.update(SCANNER, three_is("3"))
    (file,) = tmp_path.iterdir()
    other = replace(SCANNER, device="SN43").identifier
    file.rename(tmp_path / f"{other}.json")
    with pytest.raises(StateError, match="another scanner"):
        shelf.get(other)
