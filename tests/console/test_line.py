"""Connections: one machine does not take them all, and who does not ask is hung up on."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from appliance.console import line
from tests.console.served import Served
from tests.destinations.archives import PATIENT_S, wait_until

HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"
QUESTION = b"GET /static/style.css HTTP/1.1\r\nHost: box\r\n\r\n"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with Served(tmp_path) as served:
        yield served.port


def connected(port: int, source: str = HERE) -> socket.socket:
    made = socket.create_connection((HERE, port), PATIENT_S, source_address=(source, 0))
    made.settimeout(PATIENT_S)
    return made


def answer(made: socket.socket) -> bytes:
    """The beginning of an answer; empty: it was hung up."""
    try:
        made.sendall(QUESTION)
        return made.recv(4096)
    except ConnectionError:
        return b""


def test_one_machine_does_not_take_every_connection(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "ASK_WITHIN_S", 10 * PATIENT_S)
    with ExitStack() as held:
        for _ in range(line.MOST_OF_ONE_MACHINE):
            held.enter_context(connected(port))
        with connected(port) as one_more:
            assert hung_up(one_more)
        with connected(port, ELSEWHERE) as other:
            assert answer(other).startswith(b"HTTP/1.1 ")
    wait_until(lambda: answer(connected(port)).startswith(b"HTTP/1.1 "))


@pytest.mark.parametrize("words", [b"", b"GET /", b"GET / HTTP/1.1\r\nA: "])
def test_who_does_not_ask_is_hung_up_on(
    port: int, words: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "ASK_WITHIN_S", 0.3)
    with connected(port) as made:
        made.sendall(words)
        assert hung_up(made)


def test_who_drips_is_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "ASK_WITHIN_S", 0.5)
    with connected(port) as made:
        made.settimeout(0.05)
        assert any(drops_end(made) for _ in range(600))


def test_who_asks_again_and_again_is_answered(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "ASK_WITHIN_S", 0.5)
    with connected(port) as made:
        for _ in range(30):
            assert answer(made)


def hung_up(made: socket.socket) -> bool:
    try:
        return made.recv(1) == b""
    except ConnectionError:
        return True


def drops_end(made: socket.socket) -> bool:
    """Send one more byte of a question that never ends; whether the other side hung up."""
    try:
        made.sendall(b"a")
        return made.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True
