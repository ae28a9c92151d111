"""A TLS line that tells at its end whether everything was read at the other one.

Syslog has no acknowledgement (RFC 5425 4.3), so how a connection ends has to say it. Three things
make it sure, for a receiver on any system that resets a connection closed with bytes unread:

- TLS 1.2, not 1.3: a client is let in before it may speak, so none of its bytes can be swallowed
  by a handshake that then fails.
- We close first (RFC 5425 4.4), and wait for the other end to close.
- An end counts only once our bytes are acknowledged and no reset has come after it.
"""

import fcntl
import socket
import ssl
import struct
import termios
from contextlib import suppress

from appliance.clock import Clock

PIECE_BYTES = 1 << 16
LOOK_S = 0.01


class Line:
    """The client's end of TLS over ``connection``, whose time-out holds for each step.

    Every call raises OSError, of which SSLError is one.
    """

    def __init__(
        self, connection: socket.socket, context: ssl.SSLContext, host: str, clock: Clock
    ) -> None:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        self._connection = connection
        self._clock = clock
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._shake_hands()

    def send(self, content: bytes) -> None:
        """Send all of ``content``."""
        rest = memoryview(content)
        while rest:
            rest = rest[self._tls.write(rest[:PIECE_BYTES]) :]
            self._flush()

    def end(self) -> None:
        """Return when all that was sent was read."""
        with suppress(ssl.SSLWantReadError):
            self._tls.unwrap()  # writes our farewell, and would wait for that of the other end
        self._flush()
        self._connection.shutdown(socket.SHUT_WR)
        while self._connection.recv(PIECE_BYTES):
            continue
        self._expect_acknowledged()
        if failure := self._connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(failure, "closed before everything was read")

    def _expect_acknowledged(self) -> None:
        deadline_s = self._clock.monotonic() + (self._connection.gettimeout() or 0.0)
        while self._unacknowledged_bytes():
            if self._clock.monotonic() > deadline_s:
                raise TimeoutError("not everything was acknowledged")
            self._clock.sleep(LOOK_S)

    def _unacknowledged_bytes(self) -> int:
        """SIOCOUTQ of tcp(7)."""
        answer = fcntl.ioctl(self._connection, termios.TIOCOUTQ, bytes(4))
        return int(struct.unpack("i", answer)[0])

    def _shake_hands(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                self._take()
            else:
                self._flush()
                return

    def _flush(self) -> None:
        self._connection.sendall(self._outgoing.read())

    def _take(self) -> None:
        if not (piece := self._connection.recv(PIECE_BYTES)):
            raise ConnectionResetError(None, "closed during the handshake")
        self._incoming.write(piece)
