"""The panel shows what it is told, and asks for what its button asks for."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.config.machine import FrontPanel
from appliance.frontpanel import Subject, Word, tell, told
from appliance.frontpanel.asking import Request, asked
from appliance.frontpanel.lines import FolderLines, Line
from appliance.frontpanel.patterns import Light
from appliance.ledger import Ledger, open_ledger
from appliance.services.frontpanel import TICK_S, Panel
from appliance.services.powerfail import MainsWatch
from appliance.simulators.front_panel import DeskPanel


@dataclass
class Desk:
    """A panel of files, and a clock that goes by the panel's ticks."""

    folder: Path
    now: float = 0.0
    syncs: int = 0
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        for each in ("run/panel", "run/request", "data"):
            (self.folder / each).mkdir(parents=True, exist_ok=True)
        self.run = self.folder / "run"
        self.configuration = Configuration(
            data_dir=self.folder / "data",
            run_dir=self.run,
            front_panel=FrontPanel(power_fail_holds_s=2, power_off_after_s=30),
        )
        self.clock = Clock(monotonic=lambda: self.now)
        self.ledger = open_ledger(self.configuration.ledger_path)
        self.alarms = Alarms(self.ledger, self.clock)
        self.lines = FolderLines(self.folder / "lines", [Line(each, "") for each in Light])
        self.hands = DeskPanel(self.folder / "lines", sleep=self.goes_on)
        self.panel = Panel(self.configuration, self.lines, self.clock, {*Light, "button"})
        self.mains = MainsWatch(self.configuration, self.lines, self.clock, sync=self.sync)

    def sync(self) -> None:
        self.syncs += 1

    def goes_on(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.panel.tick()
            self.mains.tick()
            self.now += TICK_S

    def seen(self, light: Light, seconds: float = 2.0) -> list[bool]:
        """How it goes."""
        shown = []
        for _ in range(round(seconds / TICK_S)):
            self.goes_on(TICK_S)
            shown.append(self.hands.lit()[light])
        return shown

    def raised(self) -> set[AlarmCode]:
        return {each.code for each in self.alarms.raised()}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    with closing(made.ledger):
        yield made


def test_a_box_that_is_well_winks_and_nothing_else(desk: Desk) -> None:
    desk.goes_on(1.0)
    shown = desk.seen(Light.WELL)
    assert 0.85 < sum(shown) / len(shown) < 0.95
    assert not any(desk.seen(Light.ACTIVITY) + desk.seen(Light.ATTENTION))


def test_the_worst_alarm_is_shown(desk: Desk) -> None:
    desk.alarms.raise_(AlarmCode.BACKUP_OVERDUE)
    desk.alarms.raise_(AlarmCode.DISK_LOW)
    desk.goes_on(1.1)
    assert all(desk.seen(Light.ATTENTION))
    desk.alarms.clear(AlarmCode.DISK_LOW)
    desk.goes_on(1.1)
    assert 0 < sum(desk.seen(Light.ATTENTION)) <= 4


def test_a_stick_is_shown_until_it_is_seen(desk: Desk) -> None:
    tell(desk.run / "panel", Subject.STICK, Word.WORKING)
    assert set(desk.seen(Light.ACTIVITY)) == {True, False}
    desk.hands.press(0.3)
    desk.goes_on(3.0)
    assert told(desk.run / "panel") == {Subject.STICK: Word.WORKING}
    tell(desk.run / "panel", Subject.STICK, Word.DONE)
    assert all(desk.seen(Light.ACTIVITY))
    desk.hands.press(0.3)
    assert all(desk.seen(Light.ACTIVITY, 1.5))
    desk.goes_on(2.0)
    assert not any(desk.seen(Light.ACTIVITY))


def test_objects_that_arrive_are_shown(desk: Desk) -> None:
    desk.goes_on(1.1)
    desk.ledger.execute(
        "INSERT INTO instance (sop_instance_uid, sop_class_uid, transfer_syntax_uid, sha256,"
        " size_bytes, path, calling_ae, called_ae, address, received_at)"
        " VALUES ('1.2', '1.2', '', 'x', 1, 'x', 'CT', 'BOX', '', 0)"
    )
    assert any(desk.seen(Light.ACTIVITY, 4.0))
    desk.goes_on(4.0)
    assert not any(desk.seen(Light.ACTIVITY))


def test_a_long_press_asks_for_the_shutdown_and_shows_it(desk: Desk) -> None:
    desk.goes_on(1.0)
    desk.hands.press(6.0)
    assert asked(desk.run / "request") == {Request.POWER_OFF}
    assert set(desk.seen(Light.ACTIVITY, 0.5)) == {True, False}


def test_a_reset_is_armed_from_the_start_and_asked_for_by_a_second_press(desk: Desk) -> None:
    desk.hands.press(11.0)
    assert told(desk.run / "panel") == {Subject.RESET: Word.ARMED}
    assert asked(desk.run / "request") == set()
    desk.goes_on(1.0)
    desk.hands.press(6.0)
    assert asked(desk.run / "request") == {Request.FACTORY_RESET}
    assert told(desk.run / "panel") == {}


def test_where_nobody_can_be_asked_the_panel_goes_on(desk: Desk) -> None:
    (desk.run / "request").rmdir()
    desk.goes_on(1.0)
    desk.hands.press(6.0)
    assert any(desk.seen(Light.WELL))


def test_a_ledger_that_cannot_be_read_changes_nothing(desk: Desk) -> None:
    desk.alarms.raise_(AlarmCode.DISK_LOW)
    desk.goes_on(1.1)
    path = desk.configuration.ledger_path
    os.rename(path, path.with_name("aside"))  # noqa: PTH104 - a file that others have open
    path.write_text("not a ledger" * 500)
    desk.goes_on(3.0)
    assert all(desk.seen(Light.ATTENTION))


def test_a_mains_that_stays_away_is_told_and_the_box_asked_to_go_off(desk: Desk) -> None:
    desk.goes_on(1.0)
    desk.hands.lose_mains(10.0)
    assert desk.raised() == {AlarmCode.POWER_FAILED}
    assert told(desk.run / "panel") == {Subject.SUPPLY: Word.FAILED}
    assert desk.syncs == 1
    desk.goes_on(3.0)
    assert desk.raised() == set()
    assert asked(desk.run / "request") == set()
    desk.hands.lose_mains(33.0)
    assert asked(desk.run / "request") == {Request.POWER_OFF}
    assert desk.syncs == 3


def test_what_an_earlier_process_told_of_the_mains_is_over(desk: Desk) -> None:
    desk.hands.lose_mains(10.0)
    MainsWatch(desk.configuration, desk.lines, desk.clock)
    assert desk.raised() == set()
    assert told(desk.run / "panel") == {}
