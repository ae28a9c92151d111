"""The services as systemd runs them: started, confined, hung, crashing, stopped."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from appliance.simulators.demo import Kind, demo_studies
from tests.units.machine import SERVICES, Machine

SETTINGS = """
[receiver]
bind = "0.0.0.0"
port = 104
min_free_mib = 1
[recogniser]
settle_s = 0
poll_s = 0.2
confirm_first = 0
[[destination]]
name = "archive"
host = "127.0.0.1"
port = 11113
"""
SOON = "[Service]\nRestartSec=100ms\n"
SOCKET = "dose-appliance-receiver.socket"
WATCHED = ("receiver", "recogniser", "keeper")
IMPATIENT = f"{SOON}WatchdogSec=9s\nTimeoutAbortSec=1s\n"
OF_NEWER_SYSTEMD = ("RestartSteps", "RestartMaxDelaySec")
"""Keys of back-off.conf, which systemd 252 does not know and says so."""
CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    drop_ins = {
        f"dose-appliance-{each}.service": IMPATIENT if each in WATCHED else SOON
        for each in SERVICES
    }
    booted = Machine(tmp_path_factory.mktemp("machine"), SETTINGS, drop_ins)
    try:
        booted.boot()
        booted.wait(lambda: all(map(booted.is_running, SERVICES)))
        yield booted
    finally:
        booted.cut_power()


def restarts(machine: Machine, service: str) -> int:
    return int(machine.show(service, "NRestarts")["NRestarts"])


def status(machine: Machine, service: str) -> str:
    return machine.show(service, "StatusText")["StatusText"]


def is_another(machine: Machine, service: str, pid: str) -> bool:
    """Whether it runs again, as another process."""
    return machine.is_running(service) and machine.pid(service) != pid


def test_every_service_has_said_that_it_is_ready_and_what_it_does(machine: Machine) -> None:
    machine.wait(lambda: all(status(machine, each) for each in SERVICES))
    assert status(machine, "receiver") == "associations: 0"
    assert machine.systemctl("is-active", "dose-appliance.target") == "active"


def test_systemd_finds_nothing_wrong_with_the_units(machine: Machine) -> None:
    files = "/usr/lib/systemd/system -maxdepth 1 -type f -name dose-appliance*"
    done = machine.run("sh", "-c", f"set -f; find {files} | xargs systemd-analyze verify")
    told = [line for line in done.stderr.splitlines() if "dose-appliance" in line]
    assert [each for each in told if not any(key in each for key in OF_NEWER_SYSTEMD)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_is_root_or_has_any_capability(machine: Machine, service: str) -> None:
    told = machine.run("cat", f"/proc/{machine.pid(service)}/status").stdout
    found = dict(line.split(":\t", 1) for line in told.splitlines() if ":\t" in line)
    assert {found[name] for name in CAPABILITIES} == {"0" * 16}
    assert found["NoNewPrivs"] == "1"
    user = machine.run("id", "-u", f"dose-{service}").stdout.strip()
    assert found["Uid"].split() == [user] * 4 != ["0"] * 4


def test_a_dose_screen_becomes_a_report(machine: Machine, tmp_path: Path) -> None:
    assert machine.call("echoscu", "127.0.0.1", "104").returncode == 0
    (study,) = demo_studies(1, (Kind.GE,))
    for number, each in enumerate(study.objects):
        each.save_as(tmp_path / f"{number}.dcm", enforce_file_format=True)
    files = [str(path) for path in tmp_path.iterdir()]
    sent = machine.call("storescu", "-aec", "DOSEBOX", "127.0.0.1", "104", *files)
    assert sent.returncode == 0, sent.stderr
    machine.wait(lambda: bool(machine.rows("SELECT outcome FROM decision")))
    assert machine.rows("SELECT outcome, reason FROM decision") == [("reported", "")]
    assert machine.rows("SELECT COUNT(*) FROM outgoing WHERE kind = 'report'") == [(1,)]


def test_the_forwarder_is_told_of_handshakes_and_nobody_outside_the_group(machine: Machine) -> None:
    ask = "import socket; s = socket.socket(socket.AF_UNIX);"
    ask += " s.connect('/run/dose-appliance/handshakes'); assert s.recv(10) == b''"
    python = ("/usr/bin/python3", "-c", ask)
    as_forwarder = ("setpriv", "--reuid=dose-forwarder", "--regid=dose", "--clear-groups")
    done = machine.run(*as_forwarder, *python)
    assert done.returncode == 0, done.stderr + machine.journal
    as_nobody = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
    assert "PermissionError" in machine.run(*as_nobody, *python).stderr
    assert "wg show" not in machine.journal  # it did not fail


def test_who_hangs_is_ended_and_started_again(machine: Machine) -> None:
    machine.systemctl("reset-failed", "dose-appliance-*")
    hung = {each: machine.pid(each) for each in ("recogniser", "keeper")}
    for pid in hung.values():
        assert machine.run("kill", "-STOP", pid).returncode == 0
    for service, pid in hung.items():
        machine.wait(partial(is_another, machine, service, pid))


@pytest.mark.parametrize("options", ["size=4k", pytest.param("ro", marks=pytest.mark.slow)])
def test_a_receiver_that_cannot_keep_is_started_again_until_it_can(
    machine: Machine, options: str
) -> None:
    machine.systemctl("reset-failed", "dose-appliance-*")
    before, incoming = restarts(machine, "receiver"), "/var/lib/dose-appliance/spool/incoming"
    mounted = machine.run("mount", "-t", "tmpfs", "-o", f"mode=1777,{options}", "tmpfs", incoming)
    assert mounted.returncode == 0, mounted.stderr
    machine.run("dd", "if=/dev/zero", f"of={incoming}/full", "bs=4096", "count=1")
    machine.wait(lambda: status(machine, "receiver").startswith("unwell: spool-writable"))
    machine.wait(lambda: restarts(machine, "receiver") > before)
    assert machine.run("umount", incoming).returncode == 0
    machine.wait(lambda: status(machine, "receiver") == "associations: 0")
    assert machine.call("echoscu", "127.0.0.1", "104").returncode == 0


def test_who_crashes_again_and_again_is_given_up_and_tried_again_later(machine: Machine) -> None:
    unit, forwarder = "dose-appliance-clerk.service", machine.pid("forwarder")
    crashing = "[Service]\nExecStart=\nExecStart=/bin/false\n"
    drop_in = f"/run/systemd/system/{unit}.d/60-crashing.conf"
    machine.run("sh", "-c", f"mkdir -p {drop_in[:-17]} && printf '{crashing}' >{drop_in}")
    machine.systemctl("daemon-reload")
    machine.run("systemctl", "restart", unit)
    machine.wait(lambda: machine.show(unit, "ActiveState", "SubState")["ActiveState"] == "failed")
    assert machine.pid("forwarder") == forwarder
    assert machine.run("rm", drop_in).returncode == 0
    machine.systemctl("daemon-reload")
    machine.systemctl("start", "dose-appliance-revive.service")
    machine.wait(lambda: machine.is_running("clerk"))


def test_all_end_well_when_they_are_told(machine: Machine) -> None:
    machine.systemctl("stop", "dose-appliance.target")
    machine.wait(lambda: not any(map(machine.is_running, SERVICES)))
    for each in SERVICES:
        assert machine.show(each, "Result", "ExecMainStatus") == {
            "Result": "success",
            "ExecMainStatus": "0",
        }
    machine.wait(lambda: machine.show(SOCKET, "ActiveState")["ActiveState"] == "inactive")
    refused = machine.call("echoscu", "127.0.0.1", "104")
    assert "Connection refused" in refused.stderr
