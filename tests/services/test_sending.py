"""Hours, sessions, names and cleaning on a clock that the test turns; faults that last days."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance import config
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import SYSTEM_CLOCK
from appliance.config import parse_configuration
from appliance.connection import ANY_DEVICE
from appliance.destinations import (
    Caller,
    Cause,
    Consignment,
    Delivered,
    Outcome,
    Refused,
    Retry,
    open_destination,
)
from appliance.errors import ConfigurationError, StateError
from appliance.ledger import open_ledger
from appliance.outbox import Outbox
from appliance.services.cleaning import KEY_FILE, site_key
from appliance.services.courier import MOST_ALONE, Courier
from appliance.services.file_naming import file_name
from appliance.services.preparation import Clean, Preparation
from tests.destinations.archives import RDSR, a_free_port, a_report, stored, storescp

HOUR_S = 3600.0
NOON = datetime(2026, 3, 2, 12, 0).astimezone().timestamp()


@dataclass
class Registry:
    """A destination that keeps what it gets, and when each of its connections ended."""

    answer: Outcome = field(default_factory=Delivered)
    sent: list[Consignment] = field(default_factory=list)
    sessions: list[int] = field(default_factory=list)
    open: int = 0

    def send(self, consignment: Consignment) -> Outcome:
        if isinstance(self.answer, Delivered):
            self.sent.append(consignment)
            self.open += 1
        return self.answer

    def close(self) -> None:
        if self.open:
            self.sessions.append(self.open)
        self.open = 0


class Box:
    """A courier at work as its service lets it."""

    def __init__(self, folder: Path, cleaning: object = None, **settings: object) -> None:
        self.now = NOON
        self.wrong_s = 0.0
        self.settings = config.Destination(
            name="pacs",
            host="pacs.example",
            retry_first_s=10,
            retry_max_s=900,
            **settings,  # type: ignore[arg-type] # as the test says
        )
        self.registry = Registry()
        self.ledger = open_ledger(folder / "ledger.sqlite")
        self.clock = replace(
            SYSTEM_CLOCK, wall=lambda: self.now + self.wrong_s, monotonic=lambda: self.now
        )
        self.outbox = Outbox(folder / "outbox", self.ledger, self.clock)
        self.alarms = Alarms(self.ledger, self.clock)
        self.cleaning = cleaning
        self.restart()

    def restart(self) -> None:
        preparation = Preparation(self.settings, self.cleaning)  # type: ignore[arg-type]
        self.courier = Courier(
            self.settings,
            self.registry,
            self.outbox,
            self.alarms,
            self.clock,
            preparation=preparation,
        )

    def put(self, *numbers: int, size: int = 10) -> None:
        for number in numbers:
            self.outbox.put(b"r" * size, RDSR, f"1.{number}", f"9.{number}")

    def look(self) -> None:
        while self.courier.deliver_next():
            continue
        self.courier.rest()

    def pass_by(self, seconds: float, step_s: float = 300.0) -> None:
        end = self.now + seconds
        while self.now < end:
            self.look()
            self.now += step_s

    def held(self) -> str:
        return "".join(each.held for each in self.outbox.backlog())

    def raised(self) -> set[AlarmCode]:
        return {alarm.code for alarm in self.alarms.raised()}


def test_nothing_leaves_outside_the_hours_and_everything_within(tmp_path: Path) -> None:
    box = Box(tmp_path, hours="20:00-06:00")
    box.put(1, 2)
    box.pass_by(7 * HOUR_S)
    assert box.registry.sent == []
    assert box.held().startswith("outside-hours (until 2026-03-02T")
    assert box.raised() == set()
    box.restart()
    box.pass_by(2 * HOUR_S)
    assert len(box.registry.sent) == 2
    assert box.held() == ""


def test_a_session_ends_after_so_many_objects_and_the_next_has_its_time(tmp_path: Path) -> None:
    box = Box(tmp_path, most_per_session=3, session_every_min=60)
    box.put(*range(7))
    box.look()
    assert box.registry.sessions == [3]
    assert box.held().startswith("session-full")
    box.pass_by(3 * HOUR_S)
    assert box.registry.sessions == [3, 3, 1]


def test_a_restart_is_no_way_round_the_limit(tmp_path: Path) -> None:
    box = Box(tmp_path, most_per_session=3, session_every_min=60)
    box.put(*range(7))
    box.look()
    box.restart()
    box.now += HOUR_S - 1
    box.look()
    assert box.registry.sessions == [3]
    box.now += 1
    box.look()
    assert box.registry.sessions == [3, 3]


def test_without_a_time_between_them_sessions_follow_each_other(tmp_path: Path) -> None:
    box = Box(tmp_path, most_per_session=3)
    box.put(*range(7))
    box.look()
    assert box.registry.sessions == [3, 3, 1]


def test_a_session_holds_so_many_mib_and_an_object_however_large(tmp_path: Path) -> None:
    mib = 1 << 20
    box = Box(tmp_path, session_mib=2.5, session_every_min=60)
    box.put(1, 2, 3, size=mib)
    box.put(4, size=4 * mib)
    box.put(5, size=mib)
    box.pass_by(5 * HOUR_S)
    assert box.registry.sessions == [2, 1, 1, 1]
    assert [each.attempts for each in box.outbox.queue("pacs")] == []


def test_a_session_that_began_in_the_future_holds_nothing_up(tmp_path: Path) -> None:
    box = Box(tmp_path, most_per_session=1, session_every_min=60)
    box.put(1, 2)
    box.look()
    box.wrong_s = -1000 * HOUR_S
    box.look()
    assert len(box.registry.sent) == 2


def test_a_name_is_made_by_the_pattern(tmp_path: Path) -> None:
    box = Box(tmp_path, file_name="site-7/{kind}/{study_instance_uid}_{sop_instance_uid}.dcm")
    box.put(1)
    box.look()
    (sent,) = box.registry.sent
    assert str(sent.name) == "site-7/report/9.1_1.1.dcm"


@given(uid=st.text(max_size=70), other=st.text(max_size=70))
def test_nothing_a_sender_wrote_becomes_a_path(uid: str, other: str) -> None:
    names = {
        each: file_name(
            "{study_instance_uid}/{sop_instance_uid}.dcm",
            b"",
            sop_instance_uid=each,
            study_instance_uid="..",
            kind="image",
        )
        for each in (uid, other)
    }
    assert len(set(names.values())) == len(names)
    for name in names.values():
        assert len(name.parts) == 2
        assert not any(part.startswith(".") for part in name.parts)
        assert name.name.isascii()


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("{patient_id}.dcm", "there is no placeholder"),
        ("{kind}.dcm", "two objects would have one name"),
        ("{sop_instance_uid", "a brace is not closed"),
        ("../{digest}", "must be a relative path"),
        ("/{digest}", "must be a relative path"),
        ("{digest!r}", "must be a relative path"),
    ],
)
def test_a_pattern_that_cannot_be_meant_is_refused(pattern: str, what: str) -> None:
    text = f'[[destination]]\nname = "a"\nhost = "b"\nfile_name = "{pattern}"'
    with pytest.raises(ConfigurationError, match=what):
        parse_configuration(text)


def test_what_is_cleaned_leaves_as_that(tmp_path: Path) -> None:
    report = a_report("2.25.7")
    box = Box(tmp_path, lambda _: Clean(report, RDSR, "2.25.7"), deidentify="registry")
    box.put(1)
    box.look()
    (sent,) = box.registry.sent
    assert (sent.content, sent.sop_instance_uid) == (report, "2.25.7")
    assert str(sent.name) == "2.25.7.dcm"


def test_what_cannot_be_cleaned_waits_for_a_person(tmp_path: Path) -> None:
    box = Box(
        tmp_path,
        lambda _: Refused(Cause.NOT_DEIDENTIFIED, "pixels"),
        deidentify="registry",
    )
    box.put(1)
    box.pass_by(HOUR_S)
    assert box.registry.sent == []
    assert box.raised() == {AlarmCode.DELIVERY_REFUSED}
    assert "pixels" in box.outbox.backlog()[0].last_error


def test_a_cleaner_that_fails_sends_nothing(tmp_path: Path) -> None:
    def fail(_: bytes) -> Clean:
        raise ZeroDivisionError

    box = Box(tmp_path, fail, deidentify="registry")
    box.put(1)
    box.pass_by(HOUR_S)
    assert box.registry.sent == []
    assert "forwarder-failed" in box.outbox.backlog()[0].last_error


def test_nothing_is_opened_that_wants_cleaning_and_has_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing de-identifies"):
        Box(tmp_path, deidentify="registry")


def test_the_site_s_key_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    key = site_key(tmp_path)
    assert site_key(tmp_path) == key
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(StateError, match="this is no key"):
        site_key(tmp_path)


@dataclass
class Choosy(Registry):
    """Fails at one object and takes every other one."""

    poison: str = "1.0"
    tried: int = 0

    def send(self, consignment: Consignment) -> Outcome:
        if consignment.sop_instance_uid == self.poison:
            self.tried += 1
            return Retry(Cause.PROCESSING_FAILED, "0x0110")
        return super().send(consignment)


def test_an_object_that_never_arrives_while_others_do_goes_to_a_person(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.registry = Choosy()
    box.restart()
    for number in (0, 1):
        box.outbox.put(b"of one study", RDSR, f"1.{number}", "9.0")
    others = 0
    while not box.outbox.refused_count("pacs"):
        others += 1
        box.put(10 + others)
        box.pass_by(1000, 1000)
        assert others < 2 * MOST_ALONE
    assert box.registry.tried > MOST_ALONE
    box.look()
    assert "1.1" in [each.sop_instance_uid for each in box.registry.sent]
    assert AlarmCode.DELIVERY_REFUSED in box.raised()


def test_an_outage_makes_nothing_hopeless(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.put(1)
    box.registry.answer = Retry(Cause.UNREACHABLE, "")
    box.pass_by(3 * MOST_ALONE * 900)
    assert box.outbox.refused_count("pacs") == 0


FAULTS = {
    "unreachable": Retry(Cause.UNREACHABLE, "pacs.example:104"),
    "name not known": Retry(Cause.UNREACHABLE, "pacs.example: Name or service not known"),
    "full": Retry(Cause.OUT_OF_RESOURCES, "0xA700 Out of Resources"),
    "tunnel": Retry(Cause.TUNNEL_DOWN, "no-handshake: wg0"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_three_days_of_outage_lose_nothing_and_double_nothing(
    tmp_path: Path, fault: Outcome
) -> None:
    box = Box(tmp_path)
    box.registry.answer = fault
    for day in range(3):
        box.put(*range(10 * day, 10 * day + 10))
        box.pass_by(24 * HOUR_S, 1200)
        assert box.raised() == {AlarmCode.DESTINATION_FAILING}
        (backlog,) = box.outbox.backlog()
        assert (backlog.waiting, backlog.refused) == (10 * day + 10, 0)
        assert backlog.last_error.startswith(str(fault.cause))  # type: ignore[union-attr]
    box.registry.answer = Delivered()
    box.pass_by(HOUR_S)
    uids = [each.sop_instance_uid for each in box.registry.sent]
    assert sorted(uids) == sorted(f"1.{number}" for number in range(30))
    assert box.raised() == set()
    (backlog,) = box.outbox.backlog()
    assert (backlog.waiting, backlog.delivered, backlog.last_error) == (0, 30, "")


@pytest.mark.parametrize("jump_h", [-24 * 365 * 30, -5, 5, 24 * 365 * 30])
def test_a_clock_that_jumps_in_an_outage_loses_nothing(tmp_path: Path, jump_h: float) -> None:
    box = Box(tmp_path, most_per_session=5, session_every_min=10)
    box.registry.answer = FAULTS["full"]
    box.put(*range(12))
    box.pass_by(HOUR_S)
    box.wrong_s = jump_h * HOUR_S
    box.pass_by(HOUR_S)
    box.registry.answer = Delivered()
    box.wrong_s = 0.0
    box.pass_by(6 * HOUR_S)
    uids = [each.sop_instance_uid for each in box.registry.sent]
    assert sorted(uids) == sorted(f"1.{number}" for number in range(12))
    assert box.raised() == set()


def test_a_host_whose_name_is_gone_gets_everything_when_it_is_back(tmp_path: Path) -> None:
    port = a_free_port()
    box = Box(tmp_path)
    caller = Caller("DOSEBOX", ANY_DEVICE)
    nowhere = config.Destination(name="pacs", host="nowhere.invalid", port=port)
    box.registry = open_destination(nowhere, caller)  # type: ignore[assignment]
    box.restart()
    for number in range(3):
        box.outbox.put(a_report(f"1.{number}"), RDSR, f"1.{number}", f"9.{number}")
    box.look()
    assert box.raised() == {AlarmCode.DESTINATION_FAILING}
    with storescp(tmp_path / "archive", port):
        back = config.Destination(name="pacs", host="localhost", port=port)
        box.registry = open_destination(back, caller)  # type: ignore[assignment]
        box.restart()
        box.now += 1000
        box.look()
        assert set(stored(tmp_path / "archive")) == {"1.0", "1.1", "1.2"}
    assert box.raised() == set()
