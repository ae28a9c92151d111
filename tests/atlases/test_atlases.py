"""What was learnt is only ever added to, and what rests on it is known."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.atlases import LESSON, WITHDRAWAL, AtlasEntry, Atlases, Use
from appliance.clock import Clock
from appliance.ledger import Ledger, open_ledger

ONE, OTHER = "scanner-1", "scanner-2"
CLOCK = Clock(wall=lambda: 1e9)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def atlases(ledger: Ledger) -> Atlases:
    found = Atlases(ledger, CLOCK)
    for scanner in (ONE, OTHER):
        found.append(
            scanner, {"device": scanner}, [entry(LESSON, "0:1:80"), entry(LESSON, "0:1:c0")]
        )
    return found


def entry(kind: str, shape: str, character: str = "8") -> AtlasEntry:
    return AtlasEntry(kind, shape, character, {"kind": kind, "why": "because"})


def use(shape: str = "0:1:80", scanner: str = ONE, digit: str = "8", entries: int = 2) -> Use:
    return Use(scanner, shape, digit, entries)


def withdraw(atlases: Atlases, shape: str = "0:1:80", character: str = "8") -> None:
    atlases.append(ONE, {}, [entry(WITHDRAWAL, shape, character)])


def test_entries_come_back_in_order_by_scanner(atlases: Atlases) -> None:
    withdraw(atlases)
    last = atlases.last_entry_id(ONE)
    assert [each["kind"] for each in atlases.entries(ONE, last)] == [
        "lesson",
        "lesson",
        "withdrawal",
    ]
    assert len(atlases.entries(ONE, last - 1)) == 2
    assert len(atlases.entries(OTHER, last)) == 2
    assert atlases.scanners() == {ONE: {"device": ONE}, OTHER: {"device": OTHER}}
    assert atlases.last_entry_id("unknown") == 0


@pytest.mark.parametrize("sql", ["DELETE FROM atlas_entry", "UPDATE atlas_entry SET body = '{}'"])
def test_nothing_is_taken_out_or_changed(atlases: Atlases, ledger: Ledger, sql: str) -> None:
    assert atlases.scanners()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        ledger.execute(sql)


def test_a_study_is_due_when_what_it_rests_on_is_withdrawn(atlases: Atlases) -> None:
    atlases.rest("1.2.3", [use()])
    assert atlases.due() == []
    withdraw(atlases)
    assert atlases.due() == ["1.2.3"]


@pytest.mark.parametrize(
    "other", [use("0:1:c0"), use(scanner=OTHER), use(digit="3"), use(entries=3)]
)
def test_a_study_that_rests_on_something_else_is_not_due(atlases: Atlases, other: Use) -> None:
    withdraw(atlases)
    atlases.rest("1.2.3", [other])
    assert atlases.due() == []


def test_a_study_that_was_read_again_is_not_due_any_more(atlases: Atlases) -> None:
    atlases.rest("1.2.3", [use()])
    atlases.rest("4.5.6", [use()])
    withdraw(atlases)
    atlases.rest("1.2.3", [use("0:1:c0")])
    assert atlases.due() == ["4.5.6"]


def test_a_withdrawal_stays_until_it_is_acknowledged(atlases: Atlases) -> None:
    assert atlases.unacknowledged() == []
    withdraw(atlases)
    atlases.acknowledge(OTHER, "Dr A")
    assert [each[:2] for each in atlases.unacknowledged()] == [(ONE, "8")]
    atlases.acknowledge(ONE, "Dr A")
    assert atlases.unacknowledged() == []
    withdraw(atlases, "0:1:c0")
    assert len(atlases.unacknowledged()) == 1
