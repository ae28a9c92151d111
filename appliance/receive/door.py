"""A port that associations come by, in the clear or by TLS, with the lobby behind it."""

import os
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

from appliance import log
from appliance.clock import Clock
from appliance.config import ReceiverTls
from appliance.receive.guest import Address, Guest, SecuredGuest
from appliance.receive.lobby import Lobby, Tell, Welcome
from appliance.receive.request import AssociationRequest, Rejection
from appliance.receive.transport import LobbyServer
from appliance.tls import Credentials, server_context


class Door:
    """Accepts on one port; ``server`` are the arguments of its LobbyServer."""

    def __init__(
        self,
        refuse: Callable[[AssociationRequest], Rejection | None],
        timeout_s: float,
        clock: Clock,
        welcome: Welcome = Guest,
        tell: Tell = lambda _address, _reason: None,
        **server: Any,  # noqa: ANN401 - pynetdicom's own
    ) -> None:
        self._lobby = Lobby(refuse, self._admit, timeout_s, clock, welcome=welcome, tell=tell)
        self._server = LobbyServer(self._lobby, **server)
        self._accepting = threading.Thread(
            target=self._server.serve_forever, name="accept", daemon=True
        )

    @property
    def port(self) -> int:
        """The TCP port it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to accept."""
        self._lobby.start()
        self._accepting.start()

    def is_healthy(self) -> bool:
        """Whether connections are accepted and admitted."""
        return self._accepting.is_alive() and self._lobby.is_alive()

    def close(self) -> None:
        """Accept no more, and turn away who waits."""
        self._server.shutdown()
        self._lobby.close()

    def _admit(self, connection: socket.socket, address: Address, head: bytes) -> None:
        request: Any = (connection, head)
        self._server.finish_request(request, address)


class Doorkeeper:
    """Welcomes connections by TLS, with the certificate that is in the files now.

    A new certificate counts from the next connection on. One that cannot be used is logged, and the
    one before stays in use; before there was any, connections are closed.
    """

    def __init__(self, settings: ReceiverTls) -> None:
        self._settings = settings
        self._files = (settings.certificate_file, settings.private_key_file, settings.ca_file)
        self._seen: tuple[tuple[int, int] | None, ...] | None = None
        self._context: ssl.SSLContext | None = None

    def __call__(
        self, connection: socket.socket, address: Address, deadline_s: float
    ) -> Guest | None:
        """A guest; None when there is no certificate to show, or the peer is gone."""
        self._look_at_files()
        if self._context is None:
            log.error("connection_closed", address=address[0], reason="tls: no certificate")
            return None
        connection.setblocking(False)
        try:
            secured = self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        except OSError:
            return None
        return SecuredGuest(secured, address, deadline_s)

    def _look_at_files(self) -> None:
        seen = tuple(map(_stamp, self._files))
        if seen == self._seen:
            return
        self._seen = seen
        credentials = Credentials(
            profile=self._settings.profile,
            ca_file=self._settings.ca_file,
            certificate_file=self._settings.certificate_file,
            private_key_file=self._settings.private_key_file,
        )
        try:
            self._context = server_context(credentials, self._settings.client_certificate)
        except OSError as failure:
            of_tls = isinstance(failure, ssl.SSLError)
            reason = getattr(failure, "reason", "") if of_tls else failure.strerror
            log.error("certificate_not_used", reason=reason)


def _stamp(path: str) -> tuple[int, int] | None:
    """What tells a file from the one that it replaced."""
    try:
        found = os.stat(path)  # noqa: PTH116 - an empty path is no file, not the current folder
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
