"""Looks at patients: each is one entry a person, study, page and while."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.clock import Clock
from appliance.journal import Journal
from appliance.ledger import Ledger, open_ledger
from appliance.services.looks import PATIENT_SEEN, WHILE_S, seen

STUDY, OTHER = "1.2.840.1", "1.2.840.2"


@dataclass
class Hands:
    """Of a clock that stands until it is moved."""

    now: float = 1_800_000_000.0
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(wall=lambda: self.now)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


def written(ledger: Ledger) -> list[tuple[str, str, str]]:
    entries = Journal(ledger, Clock()).entries()
    keys = ("study_instance_uid", "by", "page")
    return [
        (body[keys[0]], body[keys[1]], body[keys[2]])
        for body in (each.body for each in entries if each.kind == PATIENT_SEEN)
    ]


def test_who_looks_again_within_a_while_is_written_once(ledger: Ledger) -> None:
    hands = Hands()
    assert seen(ledger, hands.clock, STUDY, "tanaka", "study")
    hands.now += WHILE_S - 1
    assert not seen(ledger, hands.clock, STUDY, "tanaka", "study")
    assert written(ledger) == [(STUDY, "tanaka", "study")]
    hands.now += 2
    assert seen(ledger, hands.clock, STUDY, "tanaka", "study")
    assert len(written(ledger)) == 2


def test_another_person_study_or_page_is_another_look(ledger: Ledger) -> None:
    hands = Hands()
    looks = [
        (STUDY, "tanaka", "study"),
        (STUDY, "suzuki", "study"),
        (OTHER, "tanaka", "study"),
        (STUDY, "tanaka", "picture"),
    ]
    assert all(seen(ledger, hands.clock, *each) for each in looks)
    assert written(ledger) == looks


def test_a_clock_that_is_set_back_hides_no_look(ledger: Ledger) -> None:
    hands = Hands()
    seen(ledger, hands.clock, STUDY, "tanaka", "study")
    hands.now -= 86400
    assert seen(ledger, hands.clock, STUDY, "tanaka", "study")


def test_what_is_remembered_is_bounded_by_the_while(ledger: Ledger) -> None:
    hands = Hands()
    for number in range(50):
        seen(ledger, hands.clock, f"1.2.{number}", "tanaka", "study")
        hands.now += WHILE_S / 5
    (row,) = ledger.rows("SELECT count(*) AS n FROM recent_look")
    assert row["n"] <= 6
    assert Journal(ledger, hands.clock).verify().intact


def test_a_look_that_cannot_be_written_is_none(ledger: Ledger) -> None:
    ledger.execute("DROP TABLE journal")
    with pytest.raises(sqlite3.OperationalError, match="journal"):
        seen(ledger, Hands().clock, STUDY, "tanaka", "study")
    assert ledger.rows("SELECT * FROM recent_look") == []
