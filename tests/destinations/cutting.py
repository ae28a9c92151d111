"""A line that is cut: a TCP proxy that relays so many bytes and no more, in whatever direction.

It relays a server's data ports as well, so bytes count over all connections of a transfer; when the
last one has passed, every connection is reset, or with ``silent`` none moves any more: that is how
a line ends whose other end is gone. None is taken then until it is mended.
"""

import contextlib
import selectors
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.destinations.archives import LOOPBACK

NEAR = "127.0.0.2"
"""Where the proxy is; the server is at LOOPBACK."""
BLOCK_BYTES = 4096
ABORT = struct.pack("ii", 1, 0)
"""SO_LINGER that makes close() send RST: the other end learns of the cut at once."""


@dataclass
class Line:
    """A proxy, cut after ``most_bytes``; ``passed_bytes`` is what went through.

    ``ports`` are its own, with the server's for each.
    """

    ports: Mapping[int, int]
    most_bytes: int | None = None
    silent: bool = False
    passed_bytes: int = 0
    was_cut: bool = False
    _pairs: dict[socket.socket, socket.socket] = field(default_factory=dict)
    _silent: list[socket.socket] = field(default_factory=list)
    _ended: bool = False

    @contextmanager
    def running(self) -> Iterator["Line"]:
        selector = selectors.DefaultSelector()
        listeners = [_listener(port) for port in self.ports]
        for listener in listeners:
            selector.register(listener, selectors.EVENT_READ, "listener")
        thread = threading.Thread(target=self._relay, args=(selector,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._ended = True
            thread.join()
            self._reset(selector)
            for each in (*listeners, *self._silent):
                each.close()
            selector.close()

    def cut_after(self, most_bytes: int, *, silent: bool = False) -> None:
        """Let so many bytes pass from now on."""
        self.passed_bytes, self.most_bytes, self.silent = 0, most_bytes, silent

    def mend(self) -> None:
        """Let everything pass that begins from now on."""
        self.most_bytes, self.was_cut, self.passed_bytes = None, False, 0

    def _relay(self, selector: selectors.BaseSelector) -> None:
        while not self._ended:
            for key, _ in selector.select(0.05):
                end = key.fileobj
                assert isinstance(end, socket.socket)
                if key.data == "listener":
                    self._take(end, selector)
                elif end in self._pairs:
                    self._pass_on(end, selector)

    def _take(self, listener: socket.socket, selector: selectors.BaseSelector) -> None:
        near, _ = listener.accept()
        try:
            if self.was_cut:
                raise ConnectionAbortedError
            far = socket.create_connection((LOOPBACK, self.ports[listener.getsockname()[1]]))
        except OSError:
            _abort(near)
            return
        for one, other in ((near, far), (far, near)):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pairs[one] = other
            selector.register(one, selectors.EVENT_READ, "end")

    def _pass_on(self, end: socket.socket, selector: selectors.BaseSelector) -> None:
        room = BLOCK_BYTES if self.most_bytes is None else self.most_bytes - self.passed_bytes
        try:
            block = end.recv(min(BLOCK_BYTES, max(room, 1)))
            if block and room > 0:
                self._pairs[end].sendall(block)
        except OSError:
            block = b""
        self.passed_bytes += len(block)
        if self.most_bytes is not None and self.passed_bytes >= self.most_bytes:
            self.was_cut = True
            if self.silent:
                self._fall_silent(selector)
            else:
                self._reset(selector)
        elif not block:
            self._half_close(end, selector)

    def _half_close(self, end: socket.socket, selector: selectors.BaseSelector) -> None:
        """One end says no more: the other one hears that, and may go on."""
        selector.unregister(end)
        other = self._pairs.pop(end)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)
        if other not in self._pairs:
            end.close()
            other.close()

    def _fall_silent(self, selector: selectors.BaseSelector) -> None:
        for end in self._pairs:
            selector.unregister(end)
            self._silent.append(end)
        self._pairs.clear()

    def _reset(self, selector: selectors.BaseSelector) -> None:
        for end in {*self._pairs.keys(), *self._pairs.values()}:
            with contextlib.suppress(KeyError, ValueError):
                selector.unregister(end)
            _abort(end)
        self._pairs.clear()


def _listener(port: int) -> socket.socket:
    return socket.create_server((NEAR, port))


def _abort(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
    end.close()
