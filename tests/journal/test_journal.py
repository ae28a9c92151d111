"""The journal shows what was done to it."""

import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import SYSTEM_CLOCK, Clock, ClockState
from appliance.journal import (
    GENESIS,
    WITNESS_END_BYTES,
    WITNESS_NAME,
    Breakage,
    Journal,
    Verdict,
    canonical_json,
)
from appliance.ledger import open_ledger

LENGTH = 6


def a_journal_in(folder: Path, length: int = LENGTH) -> Journal:
    clock = Clock(state=lambda: ClockState.RTC)
    journal = Journal(open_ledger(folder / "ledger.sqlite"), clock)
    for number in range(length):
        journal.append("quarantine-settled", {"case": number, "person": "線量 花子"})
    return journal


@pytest.fixture
def a_journal(tmp_path: Path) -> Journal:
    return a_journal_in(tmp_path)


@contextmanager
def tampering_with(folder: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(folder / "ledger.sqlite")
    for trigger in ("journal_keeps_rows", "journal_keeps_text", "journal_goes_on"):
        connection.execute(f"DROP TRIGGER {trigger}")
    yield connection
    connection.commit()
    connection.close()


def test_an_untouched_journal_is_intact(a_journal: Journal) -> None:
    assert a_journal.verify() == Verdict(LENGTH)
    assert [entry.seq for entry in a_journal.entries()] == [1, 2, 3, 4, 5, 6]
    assert next(a_journal.entries()).body == {"case": 0, "clock": "rtc", "person": "線量 花子"}


def test_an_empty_journal_is_intact(tmp_path: Path) -> None:
    assert a_journal_in(tmp_path, length=0).verify() == Verdict(0)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM journal WHERE seq = 3",
        "UPDATE journal SET body = '{}' WHERE seq = 3",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 3",
        "INSERT INTO journal SELECT 99, 0, kind, body, previous_hash, hash FROM journal LIMIT 1",
    ],
)
def test_the_ledger_itself_refuses_to_change_entries(
    a_journal: Journal, tmp_path: Path, statement: str
) -> None:
    connection = sqlite3.connect(tmp_path / "ledger.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()
    assert a_journal.verify().intact


@pytest.mark.parametrize("seq", [1, 3, LENGTH])
@pytest.mark.parametrize(
    "change",
    [
        "body = '{\"case\":99}'",
        "body = body || ' '",
        "kind = 'other'",
        "written_at = written_at + 1",
        "hash = replace(hash, substr(hash, 1, 1), 'x')",
        "previous_hash = replace(previous_hash, substr(previous_hash, 1, 1), 'x')",
    ],
)
def test_an_altered_entry_is_found(
    a_journal: Journal, tmp_path: Path, seq: int, change: str
) -> None:
    with tampering_with(tmp_path) as connection:
        connection.execute(f"UPDATE journal SET {change} WHERE seq = ?", (seq,))  # noqa: S608
    assert a_journal.verify() == Verdict(LENGTH, seq, Breakage.ALTERED)


@given(first=st.integers(1, LENGTH), last=st.integers(1, LENGTH))
def test_missing_entries_are_found_wherever_they_stood(first: int, last: int) -> None:
    first, last = sorted((first, last))
    with tempfile.TemporaryDirectory() as folder:
        journal = a_journal_in(Path(folder))
        with tampering_with(Path(folder)) as connection:
            connection.execute("DELETE FROM journal WHERE seq BETWEEN ? AND ?", (first, last))
        verdict = journal.verify()
    assert verdict.broken_seq == first
    assert verdict.breakage is (Breakage.TRUNCATED if last == LENGTH else Breakage.GAP)


def test_missing_entries_are_found_after_renumbering(a_journal: Journal, tmp_path: Path) -> None:
    with tampering_with(tmp_path) as connection:
        connection.execute("DELETE FROM journal WHERE seq = 3")
        connection.execute("UPDATE journal SET seq = seq - 1 WHERE seq > 3")
    verdict = a_journal.verify()
    assert (verdict.broken_seq, verdict.breakage) == (3, Breakage.ALTERED)


def test_two_entries_that_changed_places_are_found(a_journal: Journal, tmp_path: Path) -> None:
    with tampering_with(tmp_path) as connection:
        connection.execute("UPDATE journal SET seq = -2 WHERE seq = 2")
        connection.execute("UPDATE journal SET seq = 2 WHERE seq = 5")
        connection.execute("UPDATE journal SET seq = 5 WHERE seq = -2")
    assert a_journal.verify() == Verdict(LENGTH, 2, Breakage.REORDERED)


def rewrite_whole(folder: Path) -> None:
    """Write another, consistent journal over the old one, as a forger who knows the code would."""
    with tempfile.TemporaryDirectory() as elsewhere:
        forged = list(a_journal_in(Path(elsewhere)).entries())
    with tampering_with(folder) as connection:
        for entry in forged:
            connection.execute(
                "UPDATE journal SET written_at = ?, previous_hash = ?, hash = ? WHERE seq = ?",
                (entry.written_at, entry.previous_hash, entry.hash, entry.seq),
            )


def test_a_journal_written_anew_is_found_by_its_witness(a_journal: Journal, tmp_path: Path) -> None:
    rewrite_whole(tmp_path)
    assert a_journal.verify() == Verdict(LENGTH, 1, Breakage.ALTERED)


def test_without_its_witness_the_journal_is_merely_unwitnessed(
    a_journal: Journal, tmp_path: Path
) -> None:
    (tmp_path / WITNESS_NAME).unlink()
    assert a_journal.verify() == Verdict(LENGTH, unwitnessed=LENGTH)


@pytest.mark.parametrize("keep", [0, 1, 30, 66, 67, 68, 200])
def test_a_torn_witness_is_completed_by_the_next_entry(
    a_journal: Journal, tmp_path: Path, keep: int
) -> None:
    witness = tmp_path / WITNESS_NAME
    witness.write_bytes(witness.read_bytes()[:keep])
    assert a_journal.verify().intact
    a_journal.append("quarantine-discarded", {})
    assert a_journal.verify() == Verdict(LENGTH + 1)


def test_a_witness_that_cannot_be_written_costs_no_entry(
    a_journal: Journal, tmp_path: Path
) -> None:
    (tmp_path / WITNESS_NAME).unlink()
    (tmp_path / WITNESS_NAME).mkdir()
    a_journal.append("quarantine-discarded", {})
    (tmp_path / WITNESS_NAME).rmdir()
    assert a_journal.verify() == Verdict(LENGTH + 1, unwitnessed=LENGTH + 1)


def test_entries_stand_or_fall_with_the_transaction_around_them(
    a_journal: Journal, tmp_path: Path
) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    journal = Journal(ledger, SYSTEM_CLOCK)
    with suppress(KeyError), ledger.transaction():
        journal.append("quarantine-settled", {})
        raise KeyError
    assert a_journal.verify() == Verdict(LENGTH)
    with ledger.transaction():
        journal.append("quarantine-settled", {})
        journal.append("quarantine-settled", {})
    assert a_journal.verify() == Verdict(LENGTH + 2)


def test_a_body_that_is_not_json_is_refused(a_journal: Journal) -> None:
    with pytest.raises(ValueError, match="JSON"):
        a_journal.append("quarantine-settled", {"dose": float("nan")})
    assert a_journal.verify() == Verdict(LENGTH)


APPENDER = """
import sys
from pathlib import Path
from appliance.clock import SYSTEM_CLOCK
from appliance.journal import Journal
from appliance.ledger import open_ledger
journal = Journal(open_ledger(Path(sys.argv[1])), SYSTEM_CLOCK)
for number in range(int(sys.argv[2])):
    journal.append("quarantine-settled", {"case": number})
    print(number, flush=True)
"""


def appender(folder: Path, count: int) -> "subprocess.Popen[str]":
    arguments = [sys.executable, "-c", APPENDER, str(folder / "ledger.sqlite"), str(count)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def test_processes_append_one_after_the_other(a_journal: Journal, tmp_path: Path) -> None:
    processes = [appender(tmp_path, 20) for _ in range(3)]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert a_journal.verify() == Verdict(LENGTH + 60)


@pytest.mark.parametrize("rounds", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_a_killed_writer_leaves_an_intact_journal(tmp_path: Path, rounds: int) -> None:
    journal, told = a_journal_in(tmp_path, length=0), 0
    for _ in range(rounds):
        process = appender(tmp_path, 10_000)
        assert process.stdout is not None
        for _ in range(random.randint(1, 20)):
            told += bool(process.stdout.readline())
        process.kill()
        told += len([line for line in process.communicate()[0].splitlines() if line])
    verdict = journal.verify()
    assert verdict.intact
    assert verdict.entries >= told


@pytest.mark.parametrize("breakage", Breakage)
def test_every_breakage_is_documented(breakage: Breakage) -> None:
    page = (Path(__file__).parents[2] / "docs" / "journal.md").read_text("utf-8")
    assert f"| `{breakage}` |" in page


def test_the_documented_example_hashes_as_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "journal.md").read_text("utf-8")
    text = canonical_json({"b": [1, "線量"], "a": None})
    assert f"`{text}`" in page


def test_a_witness_of_years_goes_on_at_its_end(a_journal: Journal, tmp_path: Path) -> None:
    witness = tmp_path / "journal.witness"
    entries = list(a_journal.entries())
    long_ago = "".join(f"0 {GENESIS}\n" for _ in range(2 * WITNESS_END_BYTES // 67))
    witness.write_text(long_ago + witness.read_text("ascii"), "ascii")
    a_journal.append("noted", {"number": 99})
    lines = witness.read_text("ascii").splitlines()
    assert lines[-1].startswith(f"{len(entries) + 1} ")
    assert len(lines) == len(long_ago.splitlines()) + len(entries) + 1
    assert a_journal.verify().intact


def test_a_witness_whose_end_is_no_witness_is_read_whole(
    a_journal: Journal, tmp_path: Path
) -> None:
    witness = tmp_path / "journal.witness"
    before = len(list(a_journal.entries()))
    with witness.open("a", encoding="ascii") as file:
        file.write("x" * (WITNESS_END_BYTES + 1))
    a_journal.append("noted", {"number": 99})
    assert witness.read_text("ascii").splitlines()[-1].startswith(f"{before + 1} ")
    assert a_journal.verify().intact
