"""Sightings are noted when they are news, and a clock that is not what it was is told."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock, ClockState
from appliance.config.machine import Timekeeping as Settings
from appliance.errors import StateError
from appliance.journal import Journal
from appliance.ledger import Ledger, open_ledger
from appliance.services.clock_floor import raise_clock
from appliance.services.timekeeping import LOOK_S, Timekeeping
from appliance.timeline import Timeline
from tests.machine.trees import write

NOON = 1_800_000_000.0
BOOT_ID = "proc/sys/kernel/random/boot_id"


@dataclass
class Box:
    """A box with clocks that go when a test says so."""

    folder: Path
    wall: float = NOON
    since_boot: float = 30.0
    state: ClockState = ClockState.RTC
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = open_ledger(self.folder / "ledger.sqlite")
        self.clock = Clock(lambda: self.wall, lambda: self.since_boot, state=lambda: self.state)
        self.alarms = Alarms(self.ledger, self.clock)
        self.timeline = Timeline(self.ledger)
        self.start("first")

    def start(self, boot: str) -> None:
        write(self.folder, BOOT_ID, f"{boot}\n")
        self.errand = Timekeeping(
            Settings(),
            self.timeline,
            self.alarms,
            self.clock,
            since_boot_s=lambda: self.since_boot,
            root=self.folder,
        )

    def goes_on(self, seconds: float) -> None:
        self.wall += seconds
        self.since_boot += seconds

    def looks(self) -> None:
        self.goes_on(LOOK_S)
        assert not self.errand.work_next()

    def raised(self) -> dict[AlarmCode, str]:
        return {each.code: each.detail for each in self.alarms.raised()}


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    made = Box(tmp_path)
    with closing(made.ledger):
        yield made


def test_a_clock_that_goes_on_is_noted_once_an_hour(box: Box) -> None:
    for _ in range(30):
        box.goes_on(300.0)
        box.looks()
    assert [each.wall - NOON for each in box.timeline.sightings()] == [305.0, 3965.0, 7625.0]
    assert box.raised() == {}


def test_news_are_a_state_a_step_and_a_start(box: Box) -> None:
    box.looks()
    box.looks()
    box.state = ClockState.NTP
    box.looks()
    box.wall += 2.0
    box.looks()
    box.start("second")
    box.looks()
    told = [(each.boot_id, each.state) for each in box.timeline.sightings()]
    first = [("first", ClockState.RTC), ("first", ClockState.NTP), ("first", ClockState.NTP)]
    assert told == [*first, ("second", ClockState.NTP)]


def test_a_process_that_starts_again_notes_nothing_anew(box: Box) -> None:
    box.looks()
    box.start("first")
    box.looks()
    assert len(box.timeline.sightings()) == 1


def test_a_clock_that_nobody_vouches_for_is_told_when_it_had_time_to_be_set(box: Box) -> None:
    box.state = ClockState.RESTORED
    box.looks()
    assert box.raised() == {}
    box.goes_on(600.0)
    box.looks()
    assert box.raised() == {AlarmCode.CLOCK_NOT_SET: "restored"}
    box.state = ClockState.NTP
    box.looks()
    assert box.raised() == {}


def test_a_clock_that_was_set_back_is_told_until_it_has_caught_up(box: Box) -> None:
    box.looks()
    box.wall -= 1000.0
    box.state = ClockState.NTP
    box.looks()
    assert box.raised() == {AlarmCode.CLOCK_JUMPED: "behind records by 995 s"}
    box.goes_on(990.0)
    box.looks()
    assert AlarmCode.CLOCK_JUMPED not in box.raised()


def test_a_start_behind_the_ledger_is_told(box: Box) -> None:
    Journal(box.ledger, box.clock).append("media-imported", {})
    box.wall -= 86400.0
    box.state = ClockState.UNSET
    box.start("second")
    box.looks()
    assert AlarmCode.CLOCK_JUMPED in box.raised()
    assert box.timeline.state_at(box.wall) is ClockState.UNSET


def test_a_clock_that_was_set_on_by_nobody_known_is_told(box: Box) -> None:
    box.looks()
    box.wall += 7200.0
    box.looks()
    assert box.raised() == {AlarmCode.CLOCK_JUMPED: "set on by 7200 s"}
    box.state = ClockState.NTP
    box.looks()
    assert box.raised() == {}


def test_a_time_server_may_set_on_what_was_only_restored(box: Box) -> None:
    box.state = ClockState.RESTORED
    box.looks()
    box.wall += 86400.0
    box.state = ClockState.NTP
    box.looks()
    assert box.raised() == {}


def test_the_clock_starts_no_earlier_than_the_ledger(box: Box) -> None:
    told: list[float] = []
    path = box.ledger.path
    Journal(box.ledger, box.clock).append("media-imported", {})
    assert raise_clock(path, Clock(wall=lambda: NOON + 1), told.append) == 0.0
    assert raise_clock(path, Clock(wall=lambda: NOON - 50), told.append) == 50.0
    assert raise_clock(path.with_name("none"), Clock(wall=lambda: 0.0), told.append) == 0.0
    assert told == [NOON]


def test_a_ledger_that_is_none_sets_no_clock(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_text("not a ledger at all" * 1000)
    with pytest.raises(StateError):
        raise_clock(tmp_path / "ledger.sqlite", Clock(wall=lambda: 0.0), lambda _: None)
