"""Alarms are raised once, keep their time, and are documented."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.ledger import Ledger, open_ledger

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def a_ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "ledger.sqlite")


def at(wall_s: float) -> Clock:
    return replace(SYSTEM_CLOCK, wall=lambda: wall_s)


def test_an_alarm_raised_again_keeps_its_time_and_takes_the_new_detail(a_ledger: Ledger) -> None:
    assert Alarms(a_ledger, at(10)).raise_(AlarmCode.DISK_LOW, "spool", "510 MiB free")
    assert not Alarms(a_ledger, at(20)).raise_(AlarmCode.DISK_LOW, "spool", "500 MiB free")
    (alarm,) = Alarms(a_ledger, at(30)).raised()
    assert (alarm.raised_at, alarm.detail) == (10, "500 MiB free")


def test_a_cleared_alarm_stays_in_the_ledger(a_ledger: Ledger) -> None:
    Alarms(a_ledger, at(10)).raise_(AlarmCode.DISK_LOW)
    assert Alarms(a_ledger, at(20)).clear(AlarmCode.DISK_LOW)
    alarms = Alarms(a_ledger, at(30))
    assert not alarms.clear(AlarmCode.DISK_LOW)
    assert alarms.raised() == []
    assert [row["cleared_at"] for row in a_ledger.rows("SELECT cleared_at FROM alarm")] == [20]


def test_the_same_alarm_can_be_raised_again_after_it_cleared(a_ledger: Ledger) -> None:
    alarms = Alarms(a_ledger, at(10))
    alarms.raise_(AlarmCode.DISK_LOW)
    alarms.clear(AlarmCode.DISK_LOW)
    assert Alarms(a_ledger, at(40)).raise_(AlarmCode.DISK_LOW)
    assert [alarm.raised_at for alarm in alarms.raised()] == [40]
    rows = a_ledger.rows("SELECT raised_at FROM alarm ORDER BY id")
    assert [row["raised_at"] for row in rows] == [10, 40]


def test_subjects_are_raised_and_cleared_apart(a_ledger: Ledger) -> None:
    alarms = Alarms(a_ledger, at(10))
    alarms.raise_(AlarmCode.DESTINATION_FAILING, "pacs")
    alarms.raise_(AlarmCode.DESTINATION_FAILING, "dose")
    alarms.clear(AlarmCode.DESTINATION_FAILING, "pacs")
    assert [alarm.subject for alarm in alarms.raised()] == ["dose"]


def test_raising_with_nothing_new_writes_nothing(a_ledger: Ledger) -> None:
    alarms = Alarms(a_ledger, at(10))
    alarms.raise_(AlarmCode.DISK_LOW, "spool", "500 MiB free")
    other = sqlite3.connect(a_ledger.path, timeout=0, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # any write would now fail
    assert not alarms.raise_(AlarmCode.DISK_LOW, "spool", "500 MiB free")
    assert not alarms.clear(AlarmCode.JOURNAL_BROKEN)
    other.close()


def test_what_holds_is_raised_and_others_of_its_codes_are_cleared(a_ledger: Ledger) -> None:
    Alarms(a_ledger, at(10)).raise_(AlarmCode.DESTINATION_FAILING, "pacs", "before")
    Alarms(a_ledger, at(10)).raise_(AlarmCode.DESTINATION_FAILING, "dose", "before")
    Alarms(a_ledger, at(10)).raise_(AlarmCode.DISK_LOW)
    alarms = Alarms(a_ledger, at(20))
    holding = {
        (AlarmCode.DESTINATION_FAILING, "dose"): "now",
        (AlarmCode.TUNNEL_DOWN, "site"): "no handshake",
    }
    alarms.hold({AlarmCode.DESTINATION_FAILING, AlarmCode.TUNNEL_DOWN}, holding)
    assert [(each.code, each.subject, each.detail, each.raised_at) for each in alarms.raised()] == [
        (AlarmCode.DESTINATION_FAILING, "dose", "now", 10),
        (AlarmCode.DISK_LOW, "", "", 10),
        (AlarmCode.TUNNEL_DOWN, "site", "no handshake", 20),
    ]


def test_an_alarm_stands_or_falls_with_the_transaction_around_it(a_ledger: Ledger) -> None:
    alarms = Alarms(a_ledger, at(10))
    with suppress(KeyError), a_ledger.transaction():
        alarms.raise_(AlarmCode.RECOGNISER_FAILED, "1.2.3")
        raise KeyError
    assert alarms.raised() == []


@pytest.mark.parametrize("text", [lambda code: code.meaning[0], lambda code: code.meaning[1]])
@pytest.mark.parametrize("code", AlarmCode)
def test_every_code_is_documented_with_severity_and_texts(
    code: AlarmCode, text: Callable[[AlarmCode], str]
) -> None:
    page = (DOCS / "alarms.md").read_text("utf-8")
    (section,) = [part for part in page.split("\n## ")[1:] if part.startswith(f"`{code}`")]
    assert f"Severity: {code.severity}." in section
    assert text(code) in section


def test_nothing_is_documented_that_is_never_raised() -> None:
    page = (DOCS / "alarms.md").read_text("utf-8")
    documented = {part.split("`")[1] for part in page.split("\n## ")[1:]}
    assert documented == {str(code) for code in AlarmCode}


def test_a_condition_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """The box went back to this version; what the newer one raised is no reason to fail."""
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    alarms = Alarms(ledger, SYSTEM_CLOCK)
    alarms.raise_(AlarmCode.DISK_LOW, "spool")
    ledger.execute("INSERT INTO alarm (code, subject, raised_at) VALUES ('of-later', '', 1.0)")
    assert [each.code for each in alarms.raised()] == [AlarmCode.DISK_LOW]
    alarms.hold([AlarmCode.DISK_LOW], {})
    assert alarms.raised() == []
    assert ledger.rows("SELECT 1 FROM alarm WHERE cleared_at IS NULL")
    ledger.close()
