"""With 100,000 studies nothing that a page of studies asks reads a whole table.

No time is measured: what SQLite is going to do is asked of it (EXPLAIN QUERY PLAN).
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.config import Configuration
from appliance.console.studies.desk import Told, Wanted
from appliance.ledger import Ledger, open_ledger
from appliance.services.studies_desk import StudiesDesk
from appliance.studies import Criteria, Studies, statement
from tests.console.hundred_thousand import FIRST_DAY, MANY_FROM, STUDIES, copy_into, study_uid

LARGE = {
    "decision",
    "delivery",
    "delivery_attempt",
    "dose_examination",
    "dose_scan",
    "instance",
    "journal",
    "outgoing",
    "quarantined",
    "study_member",
    "study_sender",
}
"""Tables that grow with every study; ``study`` is walked from its end, where a list begins."""
SCAN = re.compile(r"\bSCAN (\w+)")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_into(tmp_path_factory.mktemp("few"), 300).parent


def desk_of(folder: Path) -> StudiesDesk:
    return StudiesDesk(replace(Configuration(), data_dir=folder), SYSTEM_CLOCK)


def plan(ledger: Ledger, sql: str, *parameters: object) -> str:
    rows = ledger.rows(f"EXPLAIN QUERY PLAN {sql}", *parameters)
    return "\n".join(str(row["detail"]) for row in rows)


def aliases(sql: str) -> dict[str, str]:
    """What a statement calls its tables → their names."""
    found = re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?", sql)
    return {alias or name: name for name, alias in found} | {name: name for name, _ in found}


@pytest.mark.parametrize("sender", ["CT01", "UNKNOWN"])
def test_studies_of_one_sender_are_walked_alone_and_in_order(few: Path, sender: str) -> None:
    ledger = open_ledger(few / "ledger.sqlite")
    sql, parameters = statement(Criteria(sender=sender, outcome="quarantined"), 200)
    found = plan(ledger, sql, *parameters, 26)
    assert "SEARCH w USING PRIMARY KEY (calling_ae=? AND study_number<?)" in found
    assert "SEARCH s USING INTEGER PRIMARY KEY" in found
    assert "TEMP B-TREE" not in found
    ledger.close()


@pytest.mark.parametrize(
    ("criteria", "index"),
    [
        (Criteria(outcome="quarantined"), "study_outcome"),
        (Criteria(outcome="undecided"), "study_outcome"),
        (Criteria(sending="refused"), "study_sending"),
        (Criteria(study_instance_uid=study_uid(7)), "sqlite_autoindex_study_1"),
    ],
)
def test_what_is_rare_is_found_by_an_index(few: Path, criteria: Criteria, index: str) -> None:
    ledger = open_ledger(few / "ledger.sqlite")
    for before in (None, 200):
        sql, parameters = statement(criteria, before)
        assert f"SEARCH s USING INDEX {index}" in plan(ledger, sql, *parameters, 26)
    ledger.close()


def test_nothing_that_a_page_asks_reads_a_whole_table(
    few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(few)
    asked = list(_asked(desk, monkeypatch))
    assert len(asked) > 30
    ledger = open_ledger(few / "ledger.sqlite")
    found = []
    for sql in asked:
        known = aliases(sql)
        scanned = {known.get(each, each) for each in SCAN.findall(plan(ledger, sql))}
        found += [(table, sql) for table in scanned & LARGE if not _is_by_key(sql, table)]
    ledger.close()
    assert found == []


def _is_by_key(sql: str, table: str) -> bool:
    """The last row of a table by its key is no scan, though SQLite calls it one."""
    return bool(re.search(rf"FROM {table} ORDER BY \w+ DESC LIMIT 1$", sql.strip()))


def _asked(desk: StudiesDesk, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Every statement that the pages make of these calls, with what was put into it."""
    with _traced(monkeypatch) as statements:
        desk.senders()
        month = Criteria(received_from=FIRST_DAY, received_before=FIRST_DAY + 1e6)
        for criteria in (Criteria(), Criteria(sender="CT01"), month):
            desk.found(Wanted(criteria=criteria), "sato")
            desk.found(Wanted(criteria=criteria, before=100, shows_patients=True), "sato")
        desk.found(Wanted(told=Told.NAME, words="x"), "sato")
        for number in (1, 150, 300):
            desk.course(number, "sato")
        desk.read_again(5, "sato")
    selects = ("SELECT", "UPDATE", "DELETE", "WITH")
    yield from (each for each in dict.fromkeys(statements) if each.lstrip().startswith(selects))


@contextmanager
def _traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    statements: list[str] = []
    connect = sqlite3.connect

    def traced(*arguments: object, **more: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **more)  # type: ignore[call-overload]
        connection.set_trace_callback(statements.append)
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", traced)
        yield statements


def test_pages_follow_one_another_without_gap(few: Path) -> None:
    desk, seen, before = desk_of(few), list[int](), None
    while True:
        found = desk.found(Wanted(before=before), "sato")
        seen += [each.study.number for each in found.studies]
        if found.next is None:
            break
        before = found.next
    assert seen == list(range(300, 0, -1))


def test_a_patient_of_long_ago_is_come_to_at_last(few: Path) -> None:
    """Of these studies nothing is here that names anybody: all are looked at, none is found."""
    desk, looked_at, before = desk_of(few), 0, None
    while True:
        wanted = Wanted(told=Told.PATIENT_ID, words="1", before=before)
        found = desk.found(wanted, "sato")
        assert found.studies == ()
        looked_at += found.looked_at
        if found.next is None:
            break
        before = found.next
    assert looked_at == 300


@pytest.mark.slow
def test_a_hundred_thousand_are_listed_and_told(tmp_path: Path) -> None:
    folder = copy_into(tmp_path / "data").parent
    desk = desk_of(folder)
    assert [e.study.number for e in desk.found(Wanted(), "sato").studies][:2] == [
        STUDIES,
        STUDIES - 1,
    ]
    ledger = open_ledger(folder / "ledger.sqlite")
    for outcome in ("quarantined", "reported", "undecided", "set-aside"):
        found = desk.found(Wanted(criteria=Criteria(outcome=outcome)), "sato").studies
        assert {each.study.outcome or "undecided" for each in found} == {outcome}
    (counted,) = ledger.rows("SELECT count(*) FROM study WHERE sending = 'refused'")
    refused = Studies(ledger).newest(Criteria(sending="refused"), STUDIES)
    assert len(refused) == counted[0] > 10
    course = desk.course(MANY_FROM, "sato")
    assert sum(each.objects for each in course.batches) == 500
    ledger.close()
