"""Serving an application over HTTP and WebSocket, in one thread, until it is told to end."""

import asyncio
import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from appliance.clock import SYSTEM_CLOCK
from appliance.console.line import EVENT, Line
from appliance.console.refusals import Refusals

LARGEST_MESSAGE_BYTES = 64 * 1024
"""Of what a page sends by WebSocket; what it is sent may be of any size."""
LARGEST_HEAD_BYTES = 64 * 1024
MOST_CONNECTIONS = 200
"""At a time; further ones are answered 503."""
GRACE_S = 3
"""Seconds that a request may go on when the server ends."""
LOOK_S = 0.1
"""Seconds between looks at ``ended``, uvicorn's own."""


def listening(address: str, port: int) -> socket.socket:
    """A socket that listens; port 0: any free one. Raises OSError when it cannot."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family)


class Server(uvicorn.Server):
    """Serves ``application`` on ``listener``.

    ``context`` is of HTTPS, None: in the clear. ``ended`` ends it; ``beat`` is called once a
    second from the loop that serves, so that it stops when the loop hangs.
    """

    def __init__(
        self,
        application: ASGIApp,
        listener: socket.socket,
        context: ssl.SSLContext | None,
        ended: threading.Event,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(_settings(application, context, Refusals(SYSTEM_CLOCK, EVENT)))
        self._listener = listener
        self._ended = ended
        self._beat = beat

    def serve_until_ended(self) -> None:
        """Serve; returns when ``ended`` is set and what was being answered is answered."""
        # What uvicorn logs may quote an exception, so a value that was put into a page.
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)
        asyncio.run(self.serve(sockets=[self._listener]))

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if counter % round(1 / LOOK_S) == 0:
            self._beat()
        return await super().on_tick(counter) or self._ended.is_set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None: whoever composed the process has them."""
        yield


def _settings(
    application: ASGIApp, context: ssl.SSLContext | None, refusals: Refusals
) -> uvicorn.Config:
    line: Any = partial(Line, refusals)  # uvicorn calls it as it would call the class
    return uvicorn.Config(
        application,
        loop="asyncio",
        http=line,
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE_BYTES,
        ws_ping_interval=None,  # a page is asked in its own words, and answers with its state
        ws_per_message_deflate=False,  # patterns are compressed already
        lifespan="off",
        limit_concurrency=MOST_CONNECTIONS,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=LARGEST_HEAD_BYTES,
        timeout_graceful_shutdown=GRACE_S,
        ssl_context_factory=None if context is None else lambda *_: context,
    )
