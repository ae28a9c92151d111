"""Counts of a ledger that others write to."""

import json
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.cli import main
from appliance.clock import Clock
from appliance.config import Configuration, Destination
from appliance.ledger import Ledger, open_ledger
from appliance.outbox import Outbox
from appliance.status import take_snapshot

NOW_S = 1_800_000_000.0
CLOCK = Clock(wall=lambda: NOW_S)


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    archive = Destination(name="archive", host="archive.example")
    return Configuration(data_dir=tmp_path, destination=(archive,))


@pytest.fixture
def busy(configuration: Configuration) -> Ledger:
    ledger = open_ledger(configuration.ledger_path)
    for number, study in enumerate(["1.1", "1.1", "1.2", "1.3", "1.4", None], 1):
        ledger.execute(
            "INSERT INTO instance VALUES"
            " (?, ?, '', '', ?, 1, ?, 'CT', 'BOX', '192.0.2.1', ?, 0, NULL)",
            number,
            f"1.2.3.{number}",
            str(number),
            str(number),
            NOW_S - 100 + number,
        )
        if study:
            ledger.execute(
                "INSERT INTO study_member (instance_id, study_instance_uid) VALUES (?, ?)",
                number,
                study,
            )
    for study, last, outcome in [
        ("1.1", 1, "quarantined"),
        ("1.1", 2, "reported"),
        ("1.2", 3, "quarantined"),
        ("1.3", 4, "set-aside"),
    ]:
        ledger.execute(
            "INSERT INTO decision (study_instance_uid, last_instance_id, outcome, decided_at)"
            " VALUES (?, ?, ?, 0)",
            study,
            last,
            outcome,
        )
    for study, closed in [("1.1", 5.0), ("1.2", None)]:
        ledger.execute(
            "INSERT INTO quarantined (study_instance_uid, reason, evidence, folder, opened_at,"
            " closed_at) VALUES (?, 'total-mismatch', '[]', ?, 0, ?)",
            study,
            study,
            closed,
        )
    outbox = Outbox(configuration.outbox_dir, ledger, CLOCK)
    outbox.put(b"a report", "1.2.840.10008.5.1.4.1.1.88.67", "1.9", "1.1")
    outbox.plan(["archive", "gone"])
    delivery = outbox.lease("gone", 60.0)
    assert delivery is not None
    outbox.delivered(delivery)
    Alarms(ledger, CLOCK).raise_(AlarmCode.DESTINATION_FAILING, "archive", "timed out")
    return ledger


def test_nothing_has_ever_run(configuration: Configuration) -> None:
    snapshot = take_snapshot(configuration, CLOCK)
    assert (snapshot.ever_ran, snapshot.objects_received) == (False, 0)
    assert snapshot.disk_free_mib > 0
    assert list(configuration.data_dir.iterdir()) == []


def test_a_ledger_without_schema_has_never_run(configuration: Configuration) -> None:
    configuration.ledger_path.touch()
    assert not take_snapshot(configuration, CLOCK).ever_ran


def test_the_counts(configuration: Configuration, busy: Ledger) -> None:
    snapshot = take_snapshot(configuration, CLOCK)
    busy.close()
    assert snapshot.objects_received == 6
    assert snapshot.last_received_at == NOW_S - 94
    assert snapshot.studies_open == 2  # 1.4, and the object not opened yet
    assert snapshot.studies_by_outcome == {"quarantined": 1, "reported": 1, "set-aside": 1}
    assert snapshot.quarantine_by_reason == {"total-mismatch": 1}
    archive, gone = snapshot.destinations
    assert (archive.destination, archive.by_state, archive.oldest_unsent_at) == (
        "archive",
        {"waiting": 1},
        NOW_S,
    )
    assert (gone.destination, gone.oldest_unsent_at) == ("gone", None)
    assert [alarm.subject for alarm in snapshot.alarms] == ["archive"]


def test_a_look_waits_for_no_writer(configuration: Configuration, busy: Ledger) -> None:
    with busy.transaction():
        busy.execute("DELETE FROM delivery")
        assert take_snapshot(configuration, CLOCK).destinations[0].by_state == {"waiting": 1}
    assert take_snapshot(configuration, CLOCK).destinations[0].by_state == {}
    busy.close()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_command_prints_it(
    language: str,
    busy: Ledger,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    busy.close()
    monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    assert main(["--data-dir", str(tmp_path), "status"]) == 0
    text = capsys.readouterr().out
    assert main(["--data-dir", str(tmp_path), "status", "--format", "json"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert "1 total-mismatch" in text
    assert ("送信待ち" if language == "ja" else "waiting") in text
    assert written["studies_by_outcome"] == {"quarantined": 1, "reported": 1, "set-aside": 1}
    assert written["alarms"][0]["severity"] == "major"
    assert written["destinations"][0]["oldest_unsent_at"] == "2027-01-15T08:00:00.000Z"


def test_what_waits_longest_is_told_as_the_outbox_tells_it(configuration: Configuration) -> None:
    """A destination that came later has waited for a report since the report was made."""
    ledger = open_ledger(configuration.ledger_path)
    outbox = Outbox(configuration.outbox_dir, ledger, CLOCK)
    outbox.put(b"report", "1.2.840.10008.5.1.4.1.1.88.67", "1.9", "9.9")
    later = Clock(wall=lambda: NOW_S + 60)
    Outbox(configuration.outbox_dir, ledger, later).plan(["archive"])
    snapshot = take_snapshot(configuration, later)
    assert snapshot.destinations[0].oldest_unsent_at == NOW_S
    assert outbox.backlog()[0].oldest_unsent_at == NOW_S
