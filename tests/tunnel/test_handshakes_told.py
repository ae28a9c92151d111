"""The newest handshake as a socket tells it, as systemd answers there."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.config.vpn import Vpn
from appliance.tunnel.tools import ToolFailure, newest_handshake

ONE, OTHER = "A" * 43 + "=", "B" * 43 + "="
TOLD = f"wg0\t{ONE}\t1700000000\nwg0\t{OTHER}\t1700000100\nwg1\t{ONE}\t1800000000\n"
Tell = Callable[[str], Path]


@pytest.fixture
def tell(tmp_path: Path) -> Iterator[Tell]:
    with socket.socket(socket.AF_UNIX) as listener:
        path = tmp_path / "handshakes"
        listener.bind(str(path))
        listener.listen()

        def answer(text: str) -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(text.encode())

        def telling(text: str) -> Path:
            threading.Thread(target=answer, args=(text,), daemon=True).start()
            return path

        yield telling


@pytest.mark.parametrize(
    ("told", "peer", "newest"),
    [
        (TOLD, "", 1700000100.0),
        (TOLD, ONE, 1700000000.0),
        (f"wg0\t{ONE}\t0\n", "", None),
        ("", "", None),
        (f"wg1\t{ONE}\t1800000000\n", "", None),
    ],
)
def test_the_newest_of_the_interface_and_the_peer(
    tell: Tell, told: str, peer: str, newest: float | None
) -> None:
    settings = Vpn(interface="wg0", peer=peer, handshakes=str(tell(told)))
    assert newest_handshake(settings) == newest


def test_where_nobody_answers_it_is_told(tmp_path: Path) -> None:
    settings = Vpn(interface="wg0", handshakes=str(tmp_path / "nobody"))
    with pytest.raises(ToolFailure, match="FileNotFoundError"):
        newest_handshake(settings)
