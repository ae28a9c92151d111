"""The courier waits longer and longer, for days, and then asks a person."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance import config
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK
from appliance.destinations import Cause, Consignment, Delivered, Outcome, Retry
from appliance.ledger import open_ledger
from appliance.outbox import Outbox
from appliance.services.courier import Courier, lease_s, pause_s

SETTINGS = config.Destination(
    name="pacs", host="pacs.example", retry_first_s=10, retry_max_s=900, give_up_after_h=24
)
DEAD = Retry(Cause.UNREACHABLE, "pacs.example:104")
HOUR_S = 3600.0


@dataclass
class Archive:
    """A destination that answers what the test says."""

    answer: Outcome | Exception = DEAD
    sent: list[bytes] = field(default_factory=list)
    closed: int = 0

    def send(self, consignment: Consignment) -> Outcome:
        self.sent.append(consignment.content)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def close(self) -> None:
        self.closed += 1


class Days:
    """A courier, its archive and its outbox, on a clock that the test turns."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_000_000.0
        self.folder = folder
        self.archive = Archive()
        self.ledger = open_ledger(folder / "ledger.sqlite")
        clock = replace(SYSTEM_CLOCK, wall=lambda: self.now, monotonic=lambda: self.now)
        self.outbox = Outbox(folder / "outbox", self.ledger, clock)
        self.alarms = Alarms(self.ledger, clock)
        self.courier = Courier(SETTINGS, self.archive, self.outbox, self.alarms, clock)

    def pass_by(self, seconds: float, step_s: float = 300.0) -> None:
        """Let time pass, the courier at work as its service lets it."""
        end = self.now + seconds
        while self.now < end:
            while self.courier.deliver_next():
                continue
            self.courier.rest()
            self.now += step_s

    def raised(self) -> set[AlarmCode]:
        return {alarm.code for alarm in self.alarms.raised()}


@pytest.fixture
def days(tmp_path: Path) -> Days:
    return Days(tmp_path)


def test_an_outage_of_less_than_the_patience_loses_nothing(days: Days) -> None:
    for number in range(20):
        days.outbox.put(b"report", "1.2", f"1.{number}", f"9.{number}")
    days.pass_by(23 * HOUR_S)
    assert days.raised() == {AlarmCode.DESTINATION_FAILING}
    days.archive.answer = Delivered()
    days.pass_by(HOUR_S)
    assert days.outbox.backlog()[0].delivered == 20
    assert days.raised() == set()


def test_a_dead_destination_is_tried_about_once_a_pause_however_much_waits(days: Days) -> None:
    for number in range(50):
        days.outbox.put(b"report", "1.2", f"1.{number}", f"9.{number}")
    days.pass_by(20 * HOUR_S)
    assert 20 * HOUR_S / 900 < len(days.archive.sent) < 20 * HOUR_S / 450 + 10


def test_after_its_patience_a_person_is_asked(days: Days) -> None:
    days.outbox.put(b"report", "1.2", "1.1", "9.9")
    days.pass_by(26 * HOUR_S)
    assert days.raised() == {AlarmCode.DESTINATION_FAILING, AlarmCode.DELIVERY_REFUSED}
    tried = len(days.archive.sent)
    days.pass_by(26 * HOUR_S)
    assert len(days.archive.sent) == tried
    assert "unreachable" in days.outbox.backlog()[0].last_error
    days.archive.answer = Delivered()
    days.outbox.retry()
    days.pass_by(60)
    assert days.raised() == set()


def test_time_the_box_was_off_is_no_patience_spent(days: Days) -> None:
    days.outbox.put(b"report", "1.2", "1.1", "9.9")
    days.pass_by(HOUR_S)
    days.now += 1000 * HOUR_S
    again = Days(days.folder)
    again.now = days.now
    again.pass_by(HOUR_S)
    assert again.outbox.refused_count("pacs") == 0


def test_one_report_that_never_arrives_holds_no_other_one_up(days: Days) -> None:
    days.outbox.put(b"poison", "1.2", "1.0", "9.9")
    days.pass_by(5 * HOUR_S)
    days.archive.answer = Delivered()
    days.outbox.put(b"good", "1.2", "1.1", "9.1")
    assert days.courier.deliver_next()
    assert days.archive.sent[-1] == b"good"


def test_a_destination_that_raises_is_tried_again_and_named_without_its_words(
    days: Days, caplog: pytest.LogCaptureFixture
) -> None:
    days.archive.answer = ValueError("YAMADA^TARO")
    days.outbox.put(b"report", "1.2", "1.1", "9.9")
    days.pass_by(60)
    (backlog,) = days.outbox.backlog()
    assert backlog.waiting == 1
    assert backlog.last_error.startswith("forwarder-failed (ValueError at test_courier.py:")
    assert "YAMADA" not in backlog.last_error + caplog.text


def test_the_connection_is_closed_when_nothing_is_due(days: Days) -> None:
    days.archive.answer = Delivered()
    days.outbox.put(b"report", "1.2", "1.1", "9.9")
    assert days.courier.deliver_next()
    assert days.archive.closed == 0
    assert not days.courier.deliver_next()
    days.courier.rest()
    assert days.archive.closed == 1


@given(failures=st.integers(1, 10**6), chance=st.floats(0, 1))
def test_a_pause_doubles_up_to_the_longest(failures: int, chance: float) -> None:
    pause = pause_s(SETTINGS, failures, chance)
    assert SETTINGS.retry_first_s / 2 <= pause <= SETTINGS.retry_max_s
    if failures <= 6:
        assert 10 * 2 ** (failures - 1) / 2 <= pause <= 10 * 2 ** (failures - 1)


def test_a_lease_outlasts_the_longest_attempt() -> None:
    longest = SETTINGS.connection_timeout_s + 3 * SETTINGS.timeout_s
    assert lease_s(SETTINGS) > longest
