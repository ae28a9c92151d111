"""Older code lives with a newer ledger where that says so, and with no other."""

import ast
import re
import sqlite3
import tomllib
from contextlib import closing
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

import appliance
from appliance.errors import StateError
from appliance.ledger import open_ledger
from appliance.ledger.database import needed_schema
from appliance.ledger.schema import (
    COMPATIBILITY,
    Migration,
    migrations,
    needed_from,
    newest,
    oldest_that_lives_with_all,
)

FIRST = 12
"""Of the first version that a box could be brought back to."""
LIVABLE = [each for each in migrations() if each.lives_with < each.version]


def test_every_migration_says_who_lives_with_it() -> None:
    folder = files("appliance.ledger") / "migrations"
    said = tomllib.loads((folder / COMPATIBILITY).read_text("utf-8"))["lives_with"]
    assert sorted(map(int, said)) == [each.version for each in migrations() if each.version > FIRST]


def test_versions_grow_by_one() -> None:
    assert all(after.version - before.version == 1 for before, after in pairwise(migrations()))


@pytest.mark.parametrize("step", LIVABLE, ids=lambda step: str(step.version))
def test_what_older_code_uses_is_there_and_unchanged(tmp_path: Path, step: Migration) -> None:
    with closing(sqlite3.connect(tmp_path / "old")) as ledger:
        _apply(ledger, 0, step.lives_with)
        old = _tables(ledger)
        uniques = _unique(ledger)
        _apply(ledger, step.lives_with, newest())
        new = _tables(ledger)
        assert set(old) <= set(new)
        for table, columns in old.items():
            assert columns.items() <= new[table].items()
            for name in set(new[table]) - set(columns):
                _, not_null, default, key = new[table][name]
                assert not key
                assert not not_null or default is not None
        assert {each for each in _unique(ledger) if each[0] in old} == uniques


@pytest.mark.parametrize("step", LIVABLE, ids=lambda step: str(step.version))
def test_no_trigger_refuses_what_older_code_writes(tmp_path: Path, step: Migration) -> None:
    with closing(sqlite3.connect(tmp_path / "old")) as ledger:
        _apply(ledger, 0, step.lives_with)
        old = set(_tables(ledger))
        known = {name for name, _, _ in _triggers(ledger)}
        _apply(ledger, step.lives_with, newest())
        for name, table, sql in _triggers(ledger):
            assert name in known or table not in old or "RAISE(" not in sql.upper()


def test_a_ledger_says_what_it_went_through(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    said = [tuple(row) for row in ledger.rows("SELECT version, lives_with FROM schema_step")]
    assert said == [(each.version, each.lives_with) for each in migrations()]
    ledger.close()


@pytest.mark.parametrize(
    ("steps", "known", "needed"),
    [
        ({12: 12}, 12, 0),
        ({12: 12, 13: 12}, 12, 12),
        ({12: 12, 13: 12, 14: 14}, 12, 14),
        ({12: 12, 13: 12, 14: 14, 15: 13}, 13, 14),
        ({12: 12, 13: 12, 14: 13}, 12, 13),
    ],
)
def test_the_strictest_later_step_counts(steps: dict[int, int], known: int, needed: int) -> None:
    assert needed_from(known, steps) == needed


def test_the_first_version_lives_with_all_so_far() -> None:
    assert oldest_that_lives_with_all() == FIRST


@pytest.mark.parametrize("further", [1, 3])
def test_older_code_goes_on_where_the_ledger_allows(tmp_path: Path, further: int) -> None:
    file = tmp_path / "ledger.sqlite"
    _of_the_future(file, newest() + further, lives_with=newest())
    ledger = open_ledger(file)
    assert needed_schema(ledger, newest()) == newest()
    assert [row[0] for row in ledger.rows("PRAGMA user_version")] == [newest() + further]
    ledger.close()


def test_older_code_stays_off_where_it_does_not(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    _of_the_future(file, newest() + 1, lives_with=newest() + 1)
    with pytest.raises(StateError, match="schema"):
        open_ledger(file)


def test_a_ledger_that_does_not_say_is_taken_for_a_stranger(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as ledger:
        _apply(ledger, 0, FIRST)
        ledger.execute(f"PRAGMA user_version = {FIRST + 1}")
        ledger.commit()
    ledger_ = open_ledger(tmp_path / "ledger.sqlite", read_only=True)
    assert needed_schema(ledger_, FIRST) == FIRST + 1
    ledger_.close()


def test_every_insert_names_its_columns() -> None:
    """A column of a later version must not be in its way."""
    nameless = re.compile(r"\bINTO\s+\w+\s+(VALUES|SELECT)\b")
    source = Path(appliance.__file__).parent
    found = [
        f"{path.name}:{node.lineno}"
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and nameless.search(node.value)
    ]
    assert found == []


def _of_the_future(file: Path, version: int, *, lives_with: int) -> None:
    ledger = open_ledger(file)
    with ledger.transaction():
        ledger.execute("CREATE TABLE of_later (id INTEGER PRIMARY KEY) STRICT")
        ledger.execute("INSERT INTO schema_step VALUES (?, ?)", version, lives_with)
        ledger.execute(f"PRAGMA user_version = {version}")
    ledger.close()


def _apply(ledger: sqlite3.Connection, after: int, until: int) -> None:
    for each in migrations():
        if after < each.version <= until:
            ledger.executescript(each.sql)


def _tables(ledger: sqlite3.Connection) -> dict[str, dict[str, tuple[object, ...]]]:
    """Every table's columns: type, not null, default, place in the primary key."""
    names = ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {
        name: {row[1]: row[2:] for row in ledger.execute(f"PRAGMA table_info({name})")}
        for (name,) in names.fetchall()
        if not name.startswith("sqlite_")
    }


def _unique(ledger: sqlite3.Connection) -> set[tuple[str, str]]:
    """Every unique index: its table and columns."""
    found = set()
    for table in _tables(ledger):
        for _, name, unique, *_ in ledger.execute(f"PRAGMA index_list({table})").fetchall():
            if unique:
                columns = ledger.execute(f"PRAGMA index_info({name})").fetchall()
                found.add((table, ",".join(str(row[2]) for row in columns)))
    return found


def _triggers(ledger: sqlite3.Connection) -> list[tuple[str, str, str]]:
    sql = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    return [(str(name), str(table), str(text)) for name, table, text in ledger.execute(sql)]
