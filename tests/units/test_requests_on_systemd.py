"""What the pages ask of root, by the real units: asked as dose-console, carried out confined."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from appliance.clock import SYSTEM_CLOCK
from appliance.services.settings_holding import Paper
from appliance.services.settings_request import (
    ApplySettings,
    ListBackups,
    RestartServices,
    Wanted,
    content_of,
    is_of_media,
    new_request,
)
from tests.units.machine import SERVICES, Machine

pytestmark = pytest.mark.slow
LOOKS, LOOK_S = 6000, 0.2
"""A change that does no good starts services three times before it is back."""
SETTINGS = """[receiver]
port = 104
min_free_mib = 1
[[scanner]]
name = "ct1"
"""
FOLDER = "/run/dose-appliance"
FILE = "/etc/dose-appliance/appliance.toml"
PATHS = ("dose-appliance-request.path", "dose-appliance-request-media.path")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    services = tuple(f"dose-appliance-{each}.service" for each in SERVICES)
    booted = Machine(tmp_path_factory.mktemp("machine"), SETTINGS, enabled=(*PATHS, *services))
    try:
        booted.boot()
        booted.wait(lambda: all(map(booted.is_running, SERVICES)))
        yield booted
    finally:
        booted.cut_power()


def asked(machine: Machine, wanted: Wanted) -> dict[str, Any]:
    """How it ended; written by the user of the pages, as the pages do."""
    request = new_request("tanaka", 1.0, wanted)
    name = "request-media.json" if is_of_media(wanted) else "request.json"
    text = content_of(request).decode()
    part = f"{FOLDER}/console/.new"
    script = f"umask 077; printf '%s' \"$1\" >{part}; mv {part} {FOLDER}/console/{name}"
    done = machine.run(
        "setpriv",
        "--reuid=dose-console",
        "--regid=dose",
        "--clear-groups",
        "sh",
        "-c",
        script,
        "sh",
        text,
    )
    assert done.returncode == 0, done.stderr

    def ended() -> bool:
        found = outcome(machine)
        over = found.get("state") in ("done", "refused", "failed", "went-back")
        return over and found.get("identifier") == request.identifier

    for _ in range(LOOKS):
        if ended():
            return outcome(machine)
        SYSTEM_CLOCK.sleep(LOOK_S)
    raise AssertionError(f"it does not end: {outcome(machine)}\n{machine.journal}")


def outcome(machine: Machine) -> dict[str, Any]:
    told = machine.run("cat", f"{FOLDER}/carried/outcome.json").stdout
    found: dict[str, Any] = json.loads(told) if told else {}
    return found


def text_of(machine: Machine) -> str:
    return machine.run("cat", FILE).stdout


def apply(machine: Machine, text: str) -> dict[str, Any]:
    base = Paper(text_of(machine)).digest
    return asked(machine, ApplySettings(main=text, base=base, reason="by the page"))


def test_settings_come_into_force_and_the_services_start_again(machine: Machine) -> None:
    before = {each: machine.pid(each) for each in SERVICES}
    text = text_of(machine).replace('"ct1"', '"ct2"')
    found = apply(machine, text)
    assert found["state"] == "done", found
    assert text_of(machine) == text
    after = {each: machine.pid(each) for each in SERVICES}
    assert before["receiver"] != after["receiver"]
    assert before["keeper"] == after["keeper"]
    rows = machine.rows("SELECT made_by FROM settings_version ORDER BY id")
    assert rows == [("",), ("tanaka",)]
    assert "request-carried-out" in str(machine.rows("SELECT kind FROM journal"))


def test_settings_that_no_service_can_live_with_go_back(machine: Machine) -> None:
    """A port that somebody else has: valid, and the box is not well with it."""
    before = text_of(machine)
    machine.run("sh", "-c", "python3 -m http.server 4242 >/dev/null 2>&1 & sleep 1")
    found = apply(machine, before.replace("port = 104", "port = 4242"))
    assert found["state"] == "went-back", found["why"]
    assert text_of(machine) == before
    machine.wait(lambda: machine.is_running("receiver"))


def test_what_is_wrong_is_refused(machine: Machine) -> None:
    before = text_of(machine)
    assert apply(machine, "[receiver]\nport = 0\n")["state"] == "refused"
    assert text_of(machine) == before


def test_the_unit_for_sticks_runs_its_commands(machine: Machine) -> None:
    found = asked(machine, ListBackups())
    assert (found["state"], found["kind"]) == ("refused", "list-backups")
    found = asked(machine, ListBackups(device="/dev/sdz1"))
    assert found["state"] == "failed"
    assert "no such device" in found["why"]


def test_the_services_start_again(machine: Machine) -> None:
    before = {each: machine.pid(each) for each in SERVICES}
    assert asked(machine, RestartServices())["state"] == "done"
    machine.wait(lambda: all(map(machine.is_running, SERVICES)))
    assert all(before[each] != machine.pid(each) for each in SERVICES)


def test_nobody_else_may_ask(machine: Machine) -> None:
    words = ("sh", "-c", f"echo > {FOLDER}/console/request.json")
    user = ("setpriv", "--reuid=dose-receiver", "--regid=dose", "--clear-groups")
    assert machine.run(*user, *words).returncode != 0
    pages = ("setpriv", "--reuid=dose-console", "--regid=dose", "--clear-groups")
    for path in (f"{FOLDER}/carried/outcome.json", FILE):
        assert machine.run(*pages, "sh", "-c", f"echo > {path}").returncode != 0
