"""A server that is asked by HTTP/1.1 (RFC 9110, RFC 9112), with or without TLS.

The standard library's client: it is there, it is small, and what a box needs beyond it, a
connection held to a device and TLS by a profile, would have to be put into any other one too.
Redirects are not followed: what may leave the box is decided by its configuration, not by a server.
"""

import base64
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from appliance import config, connection, tls
from appliance.config.web_server import BASIC, BEARER
from appliance.config.web_server import WebServer as Settings
from appliance.destinations.credential import UnusableCredentialError, password_in
from appliance.destinations.outcome import Cause, Retry
from appliance.destinations.tls_failure import cause_of, detail_of

MOST_BYTES = 2**20
"""Of an answer; more is not read, and tells nothing."""
LONGEST_ANSWER = 2
"""Times ``timeout_s``: how long an answer may take that keeps coming in bits."""
HTTPS_PORT = 443
_ENDED = (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError)
"""The server has ended the connection."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class WebServer:
    """A server and the connection to it, which stays open between two questions."""

    def __init__(self, settings: config.Destination, web: Settings, device: str) -> None:
        self._settings = settings
        self._web = web
        self._device = device
        self._connection: _Connection | None = None

    def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: Sequence[bytes]
    ) -> Answer | Retry:
        """The answer to one question, or why there is none."""
        reached = False
        try:
            told = {**headers, **self._authorization(), "Content-Length": str(sum(map(len, body)))}
            if self._connection is not None:
                with suppress(http.client.RemoteDisconnected, *_ENDED):
                    return self._exchange(self._connection, method, path, told, body)
                self.close()  # the server had ended it while it was idle
            line = self._connected()
            reached = True
            return self._exchange(line, method, path, told, body)
        except (UnusableCredentialError, OSError, http.client.HTTPException) as failure:
            self.close()
            return _why(failure, reached=reached)

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> "_Connection":
        line = _Connection(self._settings, self._web, self._device)
        line.connect()
        self._connection = line
        return line

    def _exchange(
        self,
        line: "_Connection",
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Sequence[bytes],
    ) -> Answer:
        try:
            line.request(method, path, body=iter(body), headers=dict(headers))
        except _ENDED:
            if line.sock is None:
                raise
            # It may have refused before it had read everything: the answer says why.
        with _ended_after(line, LONGEST_ANSWER * self._settings.timeout_s):
            _acknowledge_at_once(line.sock)
            response = line.getresponse()
            answer = Answer(
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
                _read(response),
            )
        if response.will_close or not response.isclosed():
            self.close()
        return answer

    def _authorization(self) -> dict[str, str]:
        web = self._web
        if web.authorization == BASIC:
            pair = f"{web.user}:{password_in(web.password_file)}".encode()
            return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}
        if web.authorization == BEARER:
            return {"Authorization": f"Bearer {_token(web.token_file)}"}
        return {}


class _Connection(http.client.HTTPConnection):
    """A connection that is made where all of the box's are, and secured as the settings say."""

    def __init__(self, settings: config.Destination, web: Settings, device: str) -> None:
        self._name = web.server_name or settings.host
        super().__init__(self._name, settings.port, timeout=settings.timeout_s)
        self._settings = settings
        self._device = device
        if settings.tls.enabled:
            self.default_port = HTTPS_PORT

    def connect(self) -> None:
        """By TCP, and TLS; raises OSError."""
        settings = self._settings
        context = _context(settings) if settings.tls.enabled else None
        line = connection.connect(
            settings.host,
            settings.port,
            timeout_s=settings.connection_timeout_s,
            device=self._device,
        )
        try:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sock = (
                line if context is None else context.wrap_socket(line, server_hostname=self._name)
            )
        except OSError:
            line.close()
            raise
        self.sock.settimeout(settings.timeout_s)


def _context(settings: config.Destination) -> ssl.SSLContext:
    """Made anew for each connection: certificates are renewed while the box runs."""
    try:
        return tls.client_context(tls.Credentials.of(settings.tls))
    except OSError as failure:
        why = failure.strerror or type(failure).__name__
        raise UnusableCredentialError("[destination.tls]", why) from failure


def _token(path: str) -> str:
    token = password_in(path).strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UnusableCredentialError(path, "not a token")
    return token


def _read(response: http.client.HTTPResponse) -> bytes:
    """The body; nothing of one that is too long."""
    found = response.read(MOST_BYTES + 1)
    if response.length:
        if len(found) > MOST_BYTES:
            return b""
        raise http.client.IncompleteRead(found, response.length)
    return found if len(found) <= MOST_BYTES else b""


@contextmanager
def _ended_after(line: http.client.HTTPConnection, longest_s: float) -> Iterator[None]:
    """End the connection when an answer takes longer, however steadily it drips."""
    sock = line.sock
    timer = threading.Timer(longest_s, _end, (sock,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _acknowledge_at_once(sock: socket.socket) -> None:
    """Acknowledge the first piece of an answer at once: till then servers keep the second one.

    Else Linux waits 40 ms. Asked for before each answer: the kernel forgets it.
    """
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _end(sock: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # below TLS: another thread reads there


def _why(failure: Exception, *, reached: bool) -> Retry:
    match failure:
        case UnusableCredentialError(path=path, why=why):
            return Retry(Cause.CREDENTIAL_UNUSABLE, f"{path}: {why}")
        case ssl.SSLEOFError():
            return Retry(Cause.CONNECTION_LOST, "closed by the server")
        case ssl.SSLError():
            return Retry(cause_of(failure), detail_of(failure))
        case TimeoutError():
            return Retry(Cause.CONNECTION_LOST if reached else Cause.UNREACHABLE, "timed out")
        case OSError(strerror=str(words)):
            return Retry(Cause.CONNECTION_LOST if reached else Cause.UNREACHABLE, words)
        case _:
            return Retry(Cause.CONNECTION_LOST, type(failure).__name__)
