"""The status process confined as on the box: what it can still see, and what it tells."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.units.machine import SERVICES, Machine

SETTINGS = """
[receiver]
port = 104
min_free_mib = 1
[mqtt]
enabled = true
host = "127.0.0.1"
port = 1883
site = "north"
device = "box1"
every_s = 5
"""
STATUS = "dose-appliance-status.service"
BASE = "dose-appliance/v1/north/box1"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    enabled = (STATUS, *(f"dose-appliance-{each}.service" for each in SERVICES))
    booted = Machine(tmp_path_factory.mktemp("machine"), SETTINGS, enabled=enabled)
    try:
        booted.boot()
        booted.systemctl("start", "dbus.socket")  # by which anybody may ask systemd
        booted.run("sh", "-c", "mosquitto -d -p 1883 >/dev/null 2>&1")
        booted.wait(lambda: all(map(booted.is_running, (*SERVICES, "status"))))
        yield booted
    finally:
        booted.cut_power()


def standing(machine: Machine, topic: str) -> dict[str, Any]:
    """What stands there; empty while there is nothing."""
    told = machine.run("mosquitto_sub", "-t", f"{BASE}/{topic}", "-C", "1", "-W", "2").stdout
    document: dict[str, Any] = json.loads(told) if told else {}
    return document


def test_it_tells_of_every_service(machine: Machine) -> None:
    def lives() -> set[str]:
        checks = standing(machine, "health").get("checks", ())
        return {each["subject"] for each in checks if each["is_well"]}

    machine.wait(lambda: lives() >= set(SERVICES))
    assert standing(machine, "health")["verdict"] in ("good", "attention")
    assert "Got notification message" not in machine.journal


def test_it_sees_the_machine(machine: Machine) -> None:
    machine.wait(lambda: bool(standing(machine, "state")))
    state = standing(machine, "state")
    assert state["boot"]["boot_id"]
    assert state["boot"]["uptime_s"] > 0
    assert state["disk_free_mib"] > 0
    assert state["ever_ran"]


def test_systemd_is_told_what_it_does(machine: Machine) -> None:
    machine.wait(lambda: machine.show("status", "StatusText")["StatusText"] == "broker: connected")


def test_a_killed_one_is_missed_and_comes_back(machine: Machine) -> None:
    pid = machine.pid("status")
    before = standing(machine, "availability")["connection"]
    machine.run("kill", "-KILL", pid)
    machine.wait(lambda: standing(machine, "availability").get("connection") != before)
    machine.wait(lambda: standing(machine, "availability").get("state") == "online")
    assert machine.pid("status") != pid
