"""The watchdog is fed while the signs are well, and only then."""

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.clock import Clock
from appliance.services.vitals import Sign, Vital
from appliance.services.watchdog import Pulse, Watchdog, attended, seconds_between_looks

WATCHED = {"WATCHDOG_USEC": "60000000"}
WELL = Sign(Vital.LEDGER_READABLE, is_well=True)
ILL = Sign(Vital.SPOOL_WRITABLE, is_well=False, detail="Read-only file system")


@dataclass
class World:
    """systemd's end of the notify socket, a clock that is set, and a service's signs."""

    systemd: socket.socket
    now_s: float = 100.0
    signs: list[Sign] = field(default_factory=lambda: [WELL])
    looks: int = 0

    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.now_s)

    def look(self) -> list[Sign]:
        self.looks += 1
        return self.signs

    def watchdog(self, environment: dict[str, str] = WATCHED) -> Watchdog:
        return Watchdog(self.look, self.clock(), environment)

    def told(self) -> list[str]:
        found = []
        try:
            while True:
                found.append(self.systemd.recv(200, socket.MSG_DONTWAIT).decode())
        except BlockingIOError:
            return found


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield World(systemd)


def test_it_is_fed_three_times_in_its_time_and_looks_each_time(world: World) -> None:
    watchdog = world.watchdog()
    watchdog.ready()
    for _ in range(60):
        watchdog.beat("working")
        world.now_s += 1
    watchdog.stopping()
    fed = ["WATCHDOG=1"] * 2
    assert world.told() == ["READY=1", "WATCHDOG=1", "STATUS=working", *fed, "STOPPING=1"]
    assert world.looks == 3


def test_it_is_not_fed_while_a_sign_is_not_well_and_says_which(world: World) -> None:
    watchdog = world.watchdog()
    world.signs = [WELL, ILL]
    watchdog.beat("working")
    assert world.told() == ["STATUS=unwell: spool-writable: Read-only file system"]
    world.now_s += 20
    watchdog.beat("working")
    assert world.told() == []
    world.now_s += 20
    world.signs = [WELL]
    watchdog.beat("working")
    assert world.told() == ["WATCHDOG=1", "STATUS=working"]


@pytest.mark.parametrize("environment", [{}, WATCHED | {"WATCHDOG_PID": "1"}])
def test_where_nobody_watches_nothing_is_looked_at(
    world: World, environment: dict[str, str]
) -> None:
    world.watchdog(environment).beat("working")
    assert (world.told(), world.looks) == (["STATUS=working"], 0)


def test_the_interval_is_a_third_of_systemds() -> None:
    assert seconds_between_looks(WATCHED | {"WATCHDOG_PID": str(os.getpid())}) == 20.0


def test_a_pulse_is_well_as_long_as_pieces_of_work_are_done(world: World) -> None:
    pulse = Pulse(world.clock(), longest_s=60)
    for _ in range(10):
        world.now_s += 59
        assert pulse.sign().is_well
        pulse()
    world.now_s += 60
    assert str(pulse.sign()) == "work-goes-on: nothing was done for 60 s"


def test_who_is_long_at_one_piece_is_attended(world: World) -> None:
    world.systemd.settimeout(30)
    with attended(world.watchdog(), lambda: "reading a study"):
        told = [world.systemd.recv(100).decode() for _ in range(3)]
    assert told == ["READY=1", "WATCHDOG=1", "STATUS=reading a study"]
    world.systemd.settimeout(None)
    assert world.told() == ["STOPPING=1"]
