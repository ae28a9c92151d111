"""The supervisor with real processes: started, killed, restarted, ended."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

A_SERVICE = """
import os, pathlib, sys, time, sdnotify
folder, name = pathlib.Path(sys.argv[1]), sys.argv[2]
(folder / f"{name}-{os.getpid()}").touch()
sdnotify.SystemdNotifier().notify("STATUS=up\\nREADY=1")
time.sleep(600)
"""
A_SUPERVISOR = """
import sys
from appliance import log
from appliance.services.supervisor import Service, supervise
log.configure("info")
command = (sys.executable, "-c", sys.argv[1], sys.argv[2])
sys.exit(supervise([Service(name, (*command, name)) for name in ("alpha", "beta")]))
"""


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def pids(folder: Path, name: str = "") -> list[int]:
    return [int(file.name.split("-")[1]) for file in folder.glob(f"{name}*-*")]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Supervised:
    """A supervisor of two services that notify systemd's socket and then sleep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.inbox.bind("")
        self.inbox.settimeout(20)
        address = "@" + self.inbox.getsockname()[1:].decode()
        self.process = subprocess.Popen(
            [sys.executable, "-c", A_SUPERVISOR, A_SERVICE, str(folder)],
            env=os.environ | {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1"},
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self) -> str:
        self.inbox.close()
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.communicate(timeout=30)[1]


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    running = Supervised(tmp_path)
    assert running.inbox.recv(100) == b"READY=1"
    yield running
    running.end()


def test_ready_comes_once_all_are_up_and_sigterm_ends_all(supervised: Supervised) -> None:
    children = pids(supervised.folder)
    assert len(children) == 2
    log = supervised.end()
    assert supervised.process.returncode == 0
    assert not any(map(alive, children))
    assert [line.split()[1] for line in log.splitlines()] == [
        "service_started",
        "service_started",
        "services_ready",
        "service_ended",
        "service_ended",
        "supervisor_ended",
    ]


def test_sigint_ends_it_as_well(supervised: Supervised) -> None:
    supervised.process.send_signal(signal.SIGINT)
    assert supervised.process.wait(30) == 0


def test_a_killed_service_is_started_again_and_the_other_left_alone(
    supervised: Supervised,
) -> None:
    first, other = pids(supervised.folder, "alpha")[0], pids(supervised.folder, "beta")
    os.kill(first, signal.SIGKILL)
    eventually(lambda: len(pids(supervised.folder, "alpha")) == 2)
    assert pids(supervised.folder, "beta") == other
    assert alive(other[0])
    assert "service_died service=alpha code=-9 restart_in_s=0.5" in supervised.end()


def test_no_service_survives_a_killed_supervisor(supervised: Supervised) -> None:
    children = pids(supervised.folder)
    supervised.process.kill()
    supervised.process.wait()
    eventually(lambda: not any(map(alive, children)))


def test_a_service_that_never_starts_is_retried_less_and_less_often(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", A_SUPERVISOR, "raise SystemExit(3)", str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    delays: list[str] = []
    while len(delays) < 2:
        line = process.stderr.readline()
        if "service_died service=alpha" in line:
            delays.append(line.split("restart_in_s=")[1].strip())
    process.terminate()
    process.communicate(timeout=30)
    assert delays == ["0.5", "1.0"]
