"""The connections of a session with an FTP server, all by TLS (RFC 959, 2428 and 4217).

Nothing but the greeting and AUTH goes in the clear. A data connection goes to the address that the
control connection goes to, whatever address the server names, and resumes its TLS session: servers
demand that, having no other proof that both come from one client.
"""

import contextlib
import re
import select
import socket
import ssl
from collections.abc import Callable
from typing import BinaryIO, TypeVar

from appliance.connection import connect
from appliance.destinations.file_server import Deadline

T = TypeVar("T")
COMPLAINT_S = 5.0
"""How long a server may take to say why a data connection broke."""
MOST_LINE_BYTES = 8192
MOST_LINES = 1000
PRELIMINARY = "1"
_EXTENDED_PASSIVE = re.compile(r"\((.)\1\1(\d{1,5})\1\)")
"""RFC 2428 3: the port, and no address."""
_PASSIVE = re.compile(r"\d+,\d+,\d+,\d+,(\d{1,3}),(\d{1,3})")
"""RFC 959 4.1.2: the port in two bytes; the address before it is not looked at."""


class RefusalError(Exception):
    """The server did not do what a command asked for; it is still there.

    The words of its answer stay behind: they may be anything.
    """

    def __init__(self, code: str, command: str) -> None:
        super().__init__(code, command)
        self.code = code
        self.command = command


class NoDataConnectionError(OSError):
    """The server is there, but not at the port that it named for data."""


class FtpsSession:
    """An open session. Calls raise RefusalError, OSError, or EOFError when the server is gone."""

    def __init__(self, context: ssl.SSLContext, server_name: str, device: str) -> None:
        self._context = context
        self._server_name = server_name
        self._device = device
        self._control: socket.socket | None = None
        self._replies: BinaryIO | None = None
        self._command = "greeting"
        self._answers = 0
        self._passive_command = "EPSV"
        self._timeout_s = 0.0
        self._deadline = Deadline(0.0)

    def begin(self, deadline: Deadline, timeout_s: float) -> None:
        """Let what follows end by ``deadline``, and each answer take ``timeout_s`` at most."""
        self._deadline = deadline
        self._timeout_s = timeout_s

    def open(self, host: str, port: int, timeout_s: float) -> None:
        """Connect, wait for the greeting, and go on by TLS (AUTH TLS)."""
        plain = connect(host, port, timeout_s=timeout_s, device=self._device)
        self._speak_through(plain)
        self.answer()
        self.ask("AUTH TLS")
        plain.settimeout(self.left_s())
        self._answers = 0
        # What came in the clear behind the answer is left with the old reader.
        self._speak_through(self._context.wrap_socket(plain, server_hostname=self._server_name))

    def close(self) -> None:
        """Say goodbye, without waiting for an answer."""
        if self._control is None or self._replies is None:
            return
        with contextlib.suppress(OSError):
            self._control.settimeout(COMPLAINT_S)
            self._control.sendall(b"QUIT\r\n")
        self._replies.close()
        self._control.close()
        self._control = None

    def is_quiet(self) -> bool:
        """Whether the server has said nothing by itself, as it does when it ends the session."""
        return self._control is not None and not select.select([self._control], [], [], 0)[0]

    def is_unanswered(self) -> bool:
        """Whether there was a handshake, and not a word after it.

        A server that refuses our certificate says so by an alert behind the handshake (RFC 8446
        4.4.2.4), and often closes so fast that the alert is lost.
        """
        return isinstance(self._control, ssl.SSLSocket) and not self._answers

    def ask(self, line: str) -> str:
        """The reply to a command, which begins with 2 or 3; RefusalError for any other."""
        self._say(line)
        return self.answer()

    def answer(self) -> str:
        """The reply that ends the last command, or its first half (3yz); else RefusalError."""
        reply = self._reply()
        while reply[0] == PRELIMINARY:
            reply = self._reply()
        return reply

    def exchange(self, command: str, over: Callable[[ssl.SSLSocket], T]) -> T:
        """``over`` of the data connection that ``command`` opens.

        When that breaks, the server's reason is raised rather than ours.
        """
        with self._data_connection() as plain:
            self._say(command)
            self._reply()
            try:
                with self._protected(plain) as data:
                    return over(data)
            except OSError:
                self._complaint()
                raise

    def left_s(self) -> float:
        """How long the next step may take."""
        return self._deadline.left_s(self._timeout_s)

    def _speak_through(self, connection: socket.socket) -> None:
        self._control = connection
        self._replies = connection.makefile("rb")

    def _say(self, line: str) -> None:
        if self._control is None:
            raise EOFError
        self._command = line.split(" ", 1)[0]
        self._control.settimeout(self.left_s())
        self._control.sendall(line.encode() + b"\r\n")

    def _reply(self) -> str:
        """RFC 959 4.2: one line, or as many as there are up to one with the code and a space."""
        first = self._line()
        lines, code = [first], first[:3]
        while lines[-1][:4] != f"{code} ":
            if len(lines) == MOST_LINES or (lines == [first] and first[3:4] != "-"):
                raise EOFError
            lines.append(self._line())
        self._answers += 1
        if code[0] not in "123":
            raise RefusalError(code, self._command)
        return "\n".join(lines)

    def _line(self) -> str:
        if self._control is None or self._replies is None:
            raise EOFError
        self._control.settimeout(self.left_s())
        line = self._replies.readline(MOST_LINE_BYTES)
        if not line.endswith(b"\n"):
            raise EOFError
        return line.decode("utf-8", "replace").rstrip("\r\n") + " "

    def _complaint(self) -> None:
        self._timeout_s = min(self._timeout_s, COMPLAINT_S)
        with contextlib.suppress(OSError, EOFError):
            self.answer()

    def _data_connection(self) -> socket.socket:
        if self._control is None:
            raise EOFError
        port = self._passive_port()
        host = self._control.getpeername()[0]
        try:
            return connect(host, port, timeout_s=self.left_s(), device=self._device)
        except OSError as failure:
            raise NoDataConnectionError(failure.errno, f"port {port}") from failure

    def _passive_port(self) -> int:
        try:
            reply = self.ask(self._passive_command)
        except RefusalError:
            if self._passive_command == "PASV":
                raise
            self._passive_command = "PASV"  # older servers know no other
            return self._passive_port()
        if found := _EXTENDED_PASSIVE.search(reply):
            return int(found[2])
        if found := _PASSIVE.search(reply):
            return int(found[1]) << 8 | int(found[2])
        raise RefusalError(reply[:3], self._passive_command)

    def _protected(self, plain: socket.socket) -> ssl.SSLSocket:
        plain.settimeout(self.left_s())
        session = self._control.session if isinstance(self._control, ssl.SSLSocket) else None
        return self._context.wrap_socket(plain, server_hostname=self._server_name, session=session)
