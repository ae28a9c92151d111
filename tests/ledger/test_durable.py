"""Files are whole or not there; transactions join and tell when they are durable."""

import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from appliance.ledger import Ledger, open_ledger
from appliance.ledger.durable import append_file, write_file


@contextmanager
def no_file_longer_than(limit_bytes: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    with no_file_longer_than(1000), pytest.raises(OSError, match="too large"):
        write_file(tmp_path / "a", b"x" * 1001)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_does_not_fit_leaves_the_former_one(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"former")
    with no_file_longer_than(1000), pytest.raises(OSError, match="too large"):
        write_file(tmp_path / "a", b"x" * 1001)
    assert (tmp_path / "a").read_bytes() == b"former"
    write_file(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_what_is_appended_stands_behind_what_was_there(tmp_path: Path) -> None:
    append_file(tmp_path / "a", b"1")
    append_file(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"12"


@pytest.fixture
def a_ledger(tmp_path: Path) -> Ledger:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    ledger.execute("CREATE TABLE note (text TEXT)")
    return ledger


def test_a_block_inside_another_joins_it(a_ledger: Ledger) -> None:
    with suppress(KeyError), a_ledger.transaction():
        with a_ledger.transaction():
            a_ledger.execute("INSERT INTO note VALUES ('inner')")
        raise KeyError
    assert a_ledger.rows("SELECT * FROM note") == []


def test_an_action_runs_once_the_whole_is_durable(a_ledger: Ledger, tmp_path: Path) -> None:
    seen: list[int] = []

    def look() -> None:
        seen.append(len(Ledger(tmp_path / "ledger.sqlite").rows("SELECT * FROM note")))

    with a_ledger.transaction():
        with a_ledger.transaction():
            a_ledger.execute("INSERT INTO note VALUES ('inner')")
            a_ledger.after_commit(look)
        a_ledger.execute("INSERT INTO note VALUES ('outer')")
        assert seen == []
    with a_ledger.transaction():
        a_ledger.execute("INSERT INTO note VALUES ('later')")
    assert seen == [2]


def test_an_action_does_not_outlive_a_rollback(a_ledger: Ledger) -> None:
    seen: list[int] = []
    with suppress(KeyError), a_ledger.transaction():
        a_ledger.after_commit(lambda: seen.append(1))
        raise KeyError
    with a_ledger.transaction():
        a_ledger.execute("INSERT INTO note VALUES ('later')")
    assert seen == []


def test_a_process_that_starts_while_another_makes_the_ledger_waits_for_it(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "l", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.2, other.execute, ["ROLLBACK"])
    done.start()
    ledger = open_ledger(tmp_path / "l")
    done.join()
    mode = ledger.row("PRAGMA journal_mode")
    assert mode
    assert mode[0] == "wal"
    ledger.close()
    other.close()
