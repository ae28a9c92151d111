"""What waits for a broker is bounded, the newest, and in order."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.ledger import Ledger, open_ledger
from appliance.status import Device, Events, Outgoing, Topics
from appliance.status.outgoing import WINDOW, Message

CLOCK = Clock(wall=lambda: 1_800_000_000.0)
TOPICS = Topics("dose-appliance/v1/north/box1")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


def outgoing(ledger: Ledger) -> Outgoing:
    return Outgoing(Events(ledger, CLOCK), TOPICS, Device("north", "box1", 60.0))


def handed(out: Outgoing, first: int = 1) -> dict[int, Message]:
    """Everything that may go now, by its receipt."""
    found: dict[int, Message] = {}
    while (message := out.next()) is not None:
        receipt = first + len(found)
        out.handed(receipt, message)
        found[receipt] = message
    return found


def events_of(messages: dict[int, Message]) -> list[int]:
    return [each.event for each in messages.values() if each.event is not None]


def test_a_window_and_no_more(ledger: Ledger) -> None:
    out, alarms = outgoing(ledger), Alarms(ledger, CLOCK)
    for number in range(3 * WINDOW):
        alarms.raise_(AlarmCode.DELIVERY_REFUSED, f"archive{number}")
    first = handed(out)
    assert events_of(first) == list(range(1, WINDOW + 1))
    assert out.next() is None
    for receipt in first:
        out.received(receipt)
    assert events_of(handed(out, 100)) == list(range(WINDOW + 1, 2 * WINDOW + 1))


def test_only_the_newest_stands(ledger: Ledger) -> None:
    out = outgoing(ledger)
    for number in range(1000):
        out.stand(TOPICS.state, {"number": number})
    first = handed(out)
    assert [each.payload for each in first.values()] == [b'{"number":999}']
    out.stand(TOPICS.state, {"number": 1000})
    out.stand(TOPICS.state, {"number": 1001})
    assert out.next() is None, "one after the other of a topic"
    out.received(1)
    assert [each.payload for each in handed(out, 2).values()] == [b'{"number":1001}']


def test_what_did_not_change_is_not_told_again(ledger: Ledger) -> None:
    out = outgoing(ledger)
    out.stand(TOPICS.state, {"number": 1})
    handed(out)
    out.received(1)
    out.stand(TOPICS.state, {"number": 1})
    assert handed(out) == {}
    out.all_again()
    assert len(handed(out)) == 1


def test_receipts_that_never_came(ledger: Ledger) -> None:
    out, alarms = outgoing(ledger), Alarms(ledger, CLOCK)
    out.stand(TOPICS.state, {"number": 1})
    alarms.raise_(AlarmCode.DISK_LOW, "spool")
    alarms.raise_(AlarmCode.JOURNAL_BROKEN)
    before = handed(out)
    out.received(2)
    out.forget_receipts()
    again = handed(out)
    assert events_of(before) == [1, 2]
    assert events_of(again) == [2]
    assert len(again) == 2


@settings(max_examples=10)
@given(st.permutations(range(1, 9)), st.integers(0, 8))
def test_an_event_counts_as_told_when_all_before_it_are(order: list[int], received: int) -> None:
    """Whichever receipts come first, none that is missing is skipped by the next process."""
    with TemporaryDirectory() as folder:
        ledger = open_ledger(Path(folder) / "ledger.sqlite")
        out, alarms = outgoing(ledger), Alarms(ledger, CLOCK)
        for number in range(8):
            alarms.raise_(AlarmCode.DELIVERY_REFUSED, f"archive{number}")
        assert events_of(handed(out)) == list(range(1, 9))
        for receipt in order[:received]:
            out.received(receipt)
        missing = set(range(1, 9)) - set(order[:received])
        told_again = events_of(handed(outgoing(ledger)))
        assert told_again == list(range(min(missing, default=9), 9))
        ledger.close()


def test_more_than_is_kept_is_told_as_lost(ledger: Ledger) -> None:
    out = outgoing(ledger)
    with ledger.transaction():
        for number in range(10_250):
            ledger.execute(
                "INSERT INTO alarm (code, subject, raised_at) VALUES ('delivery-refused', ?, 1.0)",
                f"archive{number}",
            )
    kept = ledger.rows("SELECT COUNT(*) FROM status_event")[0][0]
    assert 10_000 <= kept < 10_100
    first = events_of(handed(out))
    assert first[0] == 10_200 - 10_000 + 1
    (lost,) = ledger.rows("SELECT details FROM status_event WHERE kind = 'events-lost'")
    assert lost["details"] == '{"lost": 200}'


def test_what_was_before_anybody_listened_is_no_news(ledger: Ledger) -> None:
    Alarms(ledger, CLOCK).raise_(AlarmCode.DISK_LOW, "spool")
    out = outgoing(ledger)
    assert handed(out) == {}
    Alarms(ledger, CLOCK).clear(AlarmCode.DISK_LOW, "spool")
    assert events_of(handed(out)) == [2]


def test_a_ledger_that_fails_holds_up_nothing_that_stands(ledger: Ledger) -> None:
    out = outgoing(ledger)
    ledger.execute("ALTER TABLE status_event RENAME TO gone")
    out.stand(TOPICS.health, {"verdict": "bad"})
    assert [each.topic for each in handed(out).values()] == [TOPICS.health]
