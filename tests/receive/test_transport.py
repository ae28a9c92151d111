"""Pins what the room takes from inside pynetdicom, on real sockets."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from pynetdicom import AE
from pynetdicom._globals import MODE_ACCEPTOR
from pynetdicom.association import Association

from appliance.receive.transport import LARGEST_PDU_BYTES, PromptSocket

Pair = tuple[PromptSocket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A prompt socket and its peer."""
    entity = AE()
    entity.dimse_timeout = 0.3
    with socket.create_server(("127.0.0.1", 0)) as listener:
        peer = socket.create_connection(listener.getsockname())
        connection, _ = listener.accept()
    prompt = PromptSocket(Association(entity, MODE_ACCEPTOR), connection)
    yield prompt, peer
    peer.close()
    connection.close()


def option(connection: socket.socket, name: int) -> int:
    return connection.getsockopt(socket.IPPROTO_TCP, name)


def test_announces_the_connection_once(pair: Pair) -> None:
    events = pair[0].event_queue
    assert events.get_nowait() == "Evt5"
    assert events.empty()


def test_reads_what_was_asked_across_pieces(pair: Pair) -> None:
    prompt, peer = pair
    content = bytes(range(256)) * 2000
    sender = threading.Thread(target=peer.sendall, args=[content + b"rest"])
    sender.start()
    assert prompt.recv(len(content)) == content
    assert prompt.recv(4) == b"rest"
    sender.join()


def test_returns_what_there_was_when_the_peer_closes(pair: Pair) -> None:
    prompt, peer = pair
    peer.sendall(b"half")
    peer.close()
    assert prompt.ready
    assert prompt.recv(10) == b"half"


def test_gives_up_on_a_peer_that_stops_or_trickles(pair: Pair) -> None:
    prompt, peer = pair
    stop = threading.Event()

    def trickle() -> None:
        while not stop.wait(0.05):
            peer.send(b".")

    trickling = threading.Thread(target=trickle)
    trickling.start()
    with pytest.raises(TimeoutError):
        prompt.recv(1000)
    stop.set()
    trickling.join()


def test_refuses_a_length_it_never_offered_without_allocating_it(pair: Pair) -> None:
    with pytest.raises(OSError, match="longer"):
        pair[0].recv(LARGEST_PDU_BYTES + 1)


def test_acknowledges_at_once_and_sends_at_once(pair: Pair) -> None:
    prompt, peer = pair
    connection = prompt.socket
    assert connection is not None
    assert option(connection, socket.TCP_NODELAY)
    for _ in range(50):  # an answer would put the kernel back into delaying
        peer.sendall(b"question")
        prompt.recv(8)
        assert option(connection, socket.TCP_QUICKACK)
        prompt.send(b"answer")
        peer.recv(6)


def test_is_ready_only_when_there_is_something(pair: Pair) -> None:
    prompt, peer = pair
    seen = [prompt.ready]
    peer.sendall(b"x")
    seen.append(prompt.ready)
    prompt.close()
    seen.append(prompt.ready)
    assert seen == [False, True, False]


def test_receiver_loads_nothing_that_understands_objects() -> None:
    program = """
import sys
from appliance.services.bytes_only import PIXEL_PACKAGES, leave_out
leave_out(PIXEL_PACKAGES)
import appliance.services.receiver
absent = [*PIXEL_PACKAGES, "cv2", "highdicom", "pytesseract"]
absent += ["appliance.dosescreen", "appliance.rdsr", "appliance.outbox"]
print(*[name for name in absent if sys.modules.get(name) is not None])
"""
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == ""
