"""A receiver on a socket that listened before it was started."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.receive.box import a_free_port
from tests.receive.raw_scu import RawSCU
from tests.receive.test_admission import CONTEXTS

GIVEN = 'import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ |= {"LISTEN_FDS": "1",'
GIVEN += ' "LISTEN_PID": str(os.getpid())}; os.execv(sys.argv[2], sys.argv[2:])'
"""Does what systemd does between fork and exec."""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def start(listener: socket.socket, folder: Path, port: int) -> "subprocess.Popen[bytes]":
    config = folder / "box.toml"
    config.write_text(f'data_dir = "data"\n[receiver]\nport = {port}\nmin_free_mib = 1\n', "utf-8")
    number = listener.fileno()
    command = [sys.executable, "-c", GIVEN, str(number), sys.executable, "-m", "appliance"]
    command += ["-c", str(config), "receiver"]
    # Python closes what is above 2 unless it is told; 3 itself is made by dup2.
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, pass_fds=[number], stderr=log, env=dict(os.environ))


def test_who_calls_before_it_runs_is_served(listener: socket.socket, tmp_path: Path) -> None:
    port = listener.getsockname()[1]
    early = socket.create_connection(("127.0.0.1", port))
    receiver = start(listener, tmp_path, port)
    with RawSCU(port, CONTEXTS) as scu:
        assert scu.store("1.2.3", b"dose") == 0
    early.close()
    receiver.terminate()
    assert receiver.wait(60) == 0
    assert f"ports={port}" in (tmp_path / "log").read_text()


def test_who_calls_between_two_runs_waits_and_is_served(
    listener: socket.socket, tmp_path: Path
) -> None:
    port = listener.getsockname()[1]
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", port)):
            receiver = start(listener, tmp_path, port)
            with RawSCU(port, CONTEXTS) as scu:
                assert scu.store("1.2.3", b"dose") == 0
            receiver.terminate()
            assert receiver.wait(60) == 0


def test_a_listener_of_another_port_is_closed_and_told(
    listener: socket.socket, tmp_path: Path
) -> None:
    receiver = start(listener, tmp_path, a_free_port())
    log = tmp_path / "log"
    told = f"listener_not_used port={listener.getsockname()[1]}"
    while told not in log.read_text():
        assert receiver.poll() is None, log.read_text()
    receiver.terminate()
    assert receiver.wait(60) == 0
