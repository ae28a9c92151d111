"""A connection that waits in the lobby: what it has said so far, in the clear or by TLS.

No call here waits for a peer: a TLS handshake goes as far as the bytes that are there.
"""

import select
import socket
import ssl
from typing import ClassVar

from appliance.tls import names_of

Address = tuple[str, int] | tuple[str, int, int, int]
PEEK_BYTES = 32768
"""Of a longer request this much must be there; more may not fit the socket's buffer."""
# Edge-triggered: a request that trickles in wakes us once a piece, not for ever.
ARRIVALS = select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET


def is_from_here(connection: socket.socket, address: str) -> bool:
    """Whether the peer at ``address`` is a process of this box: it has the box's own address.

    Linux takes no packet with an address of its own from outside.
    """
    try:
        return bool(connection.getsockname()[0] == address)
    except OSError:  # it is closed
        return False


class Guest:
    """A waiting connection, until the monotonic time ``deadline_s``.

    Attributes:
        is_rejected: It was told so, and is to close.
        failure: Why it cannot be understood, once ``head`` gave nothing.
    """

    events: ClassVar[int] = ARRIVALS

    def __init__(self, connection: socket.socket, address: Address, deadline_s: float) -> None:
        self.connection = connection
        self.address = address
        self.deadline_s = deadline_s
        self.is_rejected = False
        self.failure = ""

    @property
    def certificate_names(self) -> tuple[str, ...]:
        """What its certificate calls it; nothing without one."""
        return ()

    @property
    def is_from_here(self) -> bool:
        """Whether it is a process of this box."""
        return is_from_here(self.connection, self.address[0])

    def head(self) -> bytes | None:
        """What it has said, at most PEEK_BYTES; None before anything, nothing at its end."""
        try:
            return self.connection.recv(PEEK_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def taken(self) -> bytes:
        """What of ``head`` is no longer to be read from the connection."""
        return b""

    def tell(self, pdu: bytes) -> bool:
        """Read and forget what it said, then send ``pdu``; False when that cannot be done at once.

        What was sent must be read first, else closing would destroy the answer on its way.
        """
        try:
            while self.connection.recv(PEEK_BYTES, socket.MSG_DONTWAIT):
                continue
        except OSError:
            return self._sends(pdu)
        return self._sends(pdu)

    def _sends(self, pdu: bytes) -> bool:
        try:
            return self.connection.send(pdu, socket.MSG_DONTWAIT) == len(pdu)
        except OSError:
            return False


class SecuredGuest(Guest):
    """The same by TLS; ``connection`` is not blocking, and its handshake has not begun."""

    events = ARRIVALS | select.EPOLLOUT

    def __init__(self, connection: ssl.SSLSocket, address: Address, deadline_s: float) -> None:
        super().__init__(connection, address, deadline_s)
        self._secured = connection
        self._is_known = False
        self._said = bytearray()

    @property
    def certificate_names(self) -> tuple[str, ...]:
        """What its certificate calls it; nothing without one."""
        return names_of(self._secured)

    def head(self) -> bytes | None:
        """What it has said, at most PEEK_BYTES; None before anything, nothing at its end."""
        try:
            if not self._is_known:
                self._secured.do_handshake()
                self._is_known = True
            while len(self._said) < PEEK_BYTES and (piece := self._secured.recv(PEEK_BYTES)):
                self._said += piece
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return bytes(self._said) or None
        except OSError as failure:
            self.failure = f"tls: {getattr(failure, 'reason', None) or 'connection lost'}"
            return b""
        return bytes(self._said)

    def taken(self) -> bytes:
        """What of ``head`` is no longer to be read from the connection."""
        return bytes(self._said)

    def tell(self, pdu: bytes) -> bool:
        """Forget what it said, then send ``pdu``; False when that cannot be done at once."""
        self._said.clear()
        try:
            return self._secured.send(pdu) == len(pdu)
        except OSError:
            return False
