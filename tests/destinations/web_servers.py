"""A web server that answers as a test says, and keeps what it was asked."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from appliance import config
from appliance.config.fhir import Fhir
from appliance.config.stow import Stow
from appliance.config.tls import Tls
from appliance.connection import ANY_DEVICE
from appliance.destinations import Caller, Destination, open_destination
from tests.destinations.archives import LOOPBACK, PATIENT_S


@dataclass(frozen=True)
class Question:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """``cut`` ends the connection after so many bytes of the body; below 0 before any answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    unread: bool = False
    """Answer, and end the connection, before the question's body was read."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing: lines are cut on purpose."""


@dataclass
class ScriptedWeb:
    """Answers ``replies`` in turn, then with what ``otherwise`` makes of the question."""

    replies: list[Reply] = field(default_factory=list)
    otherwise: Callable[[Question], Reply] = lambda _: Reply()
    questions: list[Question] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @contextmanager
    def running(
        self, context: ssl.SSLContext | None = None, host: str = LOOPBACK
    ) -> Iterator["ScriptedWeb"]:
        server = _Server((host, 0), self._handler())
        server.daemon_threads = True
        if context is not None:
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, question: Question) -> Reply:
        self.questions.append(question)
        return self.replies.pop(0) if self.replies else self.otherwise(question)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 10

            def setup(self) -> None:
                super().setup()
                script.connections += 1

            def do_POST(self) -> None:
                self._reply("POST")

            def do_GET(self) -> None:
                self._reply("GET")

            def do_PUT(self) -> None:
                self._reply("PUT")

            def _reply(self, method: str) -> None:
                early = bool(script.replies) and script.replies[0].unread
                length = 0 if early else int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = script.answer(Question(method, self.path, headers, body))
                self._write(reply)

            def _write(self, reply: Reply) -> None:
                self.close_connection = reply.cut is not None or reply.unread
                if reply.cut is not None and reply.cut < 0:
                    return
                self.send_response(reply.status)
                for name, value in {
                    "Content-Length": str(len(reply.body)),
                    **reply.headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body[: reply.cut])

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def destinations_of(kind: str, **always: Any) -> Iterator[Callable[..., Destination]]:  # noqa: ANN401
    """Opens destinations on loopback, by port and settings of ``kind``; closes them in the end."""
    opened: list[Destination] = []

    def open_at(
        port: int,
        tls: Tls | None = None,
        patience_s: float = PATIENT_S,
        **more: Any,  # noqa: ANN401
    ) -> Destination:
        table = {"stow": Stow, "fhir": Fhir}[kind](**always | more)
        settings = config.Destination(
            name="cloud",
            kind=kind,
            host=LOOPBACK,
            port=port,
            connection_timeout_s=patience_s,
            timeout_s=patience_s,
            tls=tls or Tls(),
            **{kind: table},
        )
        opened.append(open_destination(settings, Caller("DOSEBOX", ANY_DEVICE)))
        return opened[-1]

    yield open_at
    for destination in opened:
        destination.close()
