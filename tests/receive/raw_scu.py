"""A sender that speaks PDUs by hand, so that it can also speak them wrongly."""

import socket
import struct
from collections.abc import Sequence
from types import TracebackType
from typing import Self

IMPLICIT_LE = "1.2.840.10008.1.2"
APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
ASSOCIATE_AC, ASSOCIATE_RJ, P_DATA, RELEASE_RP, ABORT = 0x02, 0x03, 0x04, 0x06, 0x07


class RejectedError(Exception):
    """An A-ASSOCIATE-RJ, as (result, source, reason)."""


def associate_rq(
    contexts: Sequence[tuple[str, str]], calling: str = "CT99", called: str = "DOSEBOX"
) -> bytes:
    """An A-ASSOCIATE-RQ that proposes (abstract syntax, transfer syntax) pairs."""
    items = _item(0x10, APPLICATION_CONTEXT.encode())
    for number, (abstract, transfer) in enumerate(contexts):
        syntaxes = _item(0x30, abstract.encode()) + _item(0x40, transfer.encode())
        items += _item(0x20, struct.pack("BBBB", 2 * number + 1, 0, 0, 0) + syntaxes)
    user = _item(0x51, struct.pack(">L", 16384)) + _item(0x52, b"1.2.3.4")
    items += _item(0x50, user)
    titles = called.encode().ljust(16) + calling.encode().ljust(16)
    return _pdu(0x01, struct.pack(">HH", 1, 0) + titles + bytes(32) + items)


def store_command(sop_class: str, sop_instance: str, message_id: int = 1) -> bytes:
    """A C-STORE-RQ command set, its UIDs exactly as given."""
    elements = (
        _element(0x0002, _uid(sop_class))
        + _element(0x0100, struct.pack("<H", 0x0001))
        + _element(0x0110, struct.pack("<H", message_id))
        + _element(0x0700, struct.pack("<H", 0))
        + _element(0x0800, struct.pack("<H", 0x0000))
        + _element(0x1000, _uid(sop_instance))
    )
    return _element(0x0000, struct.pack("<L", len(elements))) + elements


def p_data(context_id: int, control: int, fragment: bytes) -> bytes:
    """One P-DATA-TF PDU with one fragment."""
    return _pdu(P_DATA, struct.pack(">LBB", len(fragment) + 2, context_id, control) + fragment)


class RawSCU:
    """One association; raises RejectedError when there is none."""

    def __init__(
        self,
        port: int,
        contexts: Sequence[tuple[str, str]],
        calling: str = "CT99",
        called: str = "DOSEBOX",
    ) -> None:
        self.contexts = list(contexts)
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.connection.sendall(associate_rq(contexts, calling, called))
        kind, body = self.receive()
        if kind == ASSOCIATE_RJ:
            self.connection.close()
            raise RejectedError(*body[1:4])
        assert kind == ASSOCIATE_AC
        self.accepted = _accepted(body)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.connection.sendall(_pdu(0x05, bytes(4)))
            assert self.receive()[0] == RELEASE_RP
        self.connection.close()

    def store(
        self, sop_instance: str, dataset: bytes, context: int = 0, fragment_bytes: int = 16000
    ) -> int:
        """Store ``dataset`` as it is; returns the status."""
        context_id = 2 * context + 1
        command = store_command(self.contexts[context][0], sop_instance)
        self.connection.sendall(p_data(context_id, 0x03, command))
        for start in range(0, len(dataset), fragment_bytes):
            is_last = start + fragment_bytes >= len(dataset)
            piece = dataset[start : start + fragment_bytes]
            self.connection.sendall(p_data(context_id, 0x02 if is_last else 0x00, piece))
        kind, body = self.receive()
        assert kind == P_DATA
        return status_of(body)

    def receive(self) -> tuple[int, bytes]:
        """The next PDU as (type, what follows its header); (0, b"") when the peer closed."""
        header = self._exactly(6)
        if len(header) < 6:
            return 0, b""
        return header[0], self._exactly(int.from_bytes(header[2:], "big"))

    def _exactly(self, count: int) -> bytes:
        received = b""
        while len(received) < count and (piece := self.connection.recv(count - len(received))):
            received += piece
        return received


def _pdu(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBL", kind, 0, len(body)) + body


def _item(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBH", kind, 0, len(body)) + body


def _element(element: int, value: bytes) -> bytes:
    return struct.pack("<HHL", 0x0000, element, len(value)) + value


def _uid(uid: str) -> bytes:
    return uid.encode("latin-1") + b"\0" * (len(uid) % 2)


def _accepted(body: bytes) -> set[int]:
    """Context numbers whose result is acceptance (PS3.8 9.3.3.2)."""
    accepted, rest = set(), body[68:]
    while rest:
        kind, length = rest[0], int.from_bytes(rest[2:4], "big")
        if kind == 0x21 and rest[6] == 0:
            accepted.add(rest[4] // 2)
        rest = rest[4 + length :]
    return accepted


def status_of(body: bytes) -> int:
    """The status in the P-DATA-TF that answers a C-STORE."""
    rest = body[6:]
    while rest:
        _, element, length = struct.unpack_from("<HHL", rest)
        if element == 0x0900:
            return int.from_bytes(rest[8:10], "little")
        rest = rest[8 + length :]
    raise AssertionError("no status")
