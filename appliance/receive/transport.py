"""pynetdicom's server and socket, made prompt.

Depends on internals of pynetdicom 3.0: ``RequestHandler._create_association``,
``AssociationSocket.ready``, ``recv`` and ``_is_connected``, ``DULServiceProvider.event_queue`` and
``_run_loop_delay``, ``DIMSEServiceProvider.msg_queue``, and ``Association._accepted_cx``. The tests
of this room fail when one of them changes.
"""

import errno
import queue
import select
import socket
import ssl
import time
from socketserver import BaseServer
from typing import Any

from pynetdicom.association import Association
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.presentation import PresentationContext
from pynetdicom.service_class import StorageServiceClass
from pynetdicom.transport import AssociationServer, AssociationSocket, RequestHandler

from appliance.receive.lobby import Lobby
from appliance.sop_classes import STORAGE_CLASSES

LARGEST_PDU_BYTES = (1 << 20) + 6
"""The largest PDU the configuration can offer, with its header."""
NO_TIMEOUT_S = 3600.0
WAIT_MS = 1
"""How long the reactor waits for the peer before it looks whether there is something to send."""


class PromptSocket(AssociationSocket):
    """A socket that reads a PDU in few calls and lets no sender wait for an acknowledgement.

    - ``recv_into`` instead of 4096 bytes a call.
    - TCP_QUICKACK after every read: with Nagle's algorithm on, as old CTs and dcmtk have it, the
      sender holds back the tail of every message until the one before is acknowledged, and the
      kernel delays that for 40 ms. The option does not last, so it is set again each time.
    - A deadline for the rest of a PDU, and a limit on its length.

    ``head`` is what was read of the connection before, as TLS cannot put anything back.
    """

    def __init__(self, assoc: Association, client_socket: socket.socket, head: bytes = b"") -> None:
        super().__init__(assoc, client_socket=client_socket)
        client_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client_socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        client_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        self._connection = client_socket
        self._pdu_timeout_s = assoc.dimse_timeout or NO_TIMEOUT_S
        self._head = bytearray(head)
        self._secured = client_socket if isinstance(client_socket, ssl.SSLSocket) else None
        if self._secured is not None:
            self._secured.settimeout(self._pdu_timeout_s)
        self._poll = select.poll()
        self._poll.register(client_socket, select.POLLIN)

    @property
    def ready(self) -> bool:
        """Whether there is something to read, now or within WAIT_MS."""
        if self.socket is None or not self._is_connected:
            return False
        if self._head or (self._secured is not None and self._secured.pending()):
            return True
        events = self._poll.poll(WAIT_MS)
        if events and events[0][1] & select.POLLNVAL:
            self.event_queue.put("Evt17")  # transport connection closed (PS3.8 table 9-3)
            return False
        return bool(events)

    def recv(self, nr_bytes: int) -> bytearray:
        """The next ``nr_bytes`` bytes; fewer when the peer closed.

        Raises OSError when the connection fails, TimeoutError when the bytes do not come in time.
        """
        if nr_bytes > LARGEST_PDU_BYTES:
            raise OSError(errno.EMSGSIZE, "PDU longer than any the box offers to receive")
        connection = self._connection
        received, filled = bytearray(nr_bytes), min(nr_bytes, len(self._head))
        received[:filled] = self._head[:filled]
        del self._head[:filled]
        deadline_s = time.monotonic() + self._pdu_timeout_s
        with memoryview(received) as rest:
            while filled < nr_bytes:
                connection.settimeout(max(deadline_s - time.monotonic(), 0.001))
                count = connection.recv_into(rest[filled:])
                if not count:
                    break
                filled += count
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return received if filled == nr_bytes else received[:filled]


def tls_version(association: Association) -> str:
    """``TLSv1.2``, ``TLSv1.3``, or ``none``."""
    connection: Any = association.dul.socket
    secured = connection.socket if connection is not None else None
    return str(secured.version()) if isinstance(secured, ssl.SSLSocket) else "none"


class PromptQueue(queue.Queue[Any]):
    """Received messages; a C-STORE is served by the thread that read it.

    pynetdicom hands every message to a second thread, which looks once a millisecond and hands the
    answer back to the first, which looks once a millisecond. Whatever is not a plain C-STORE of an
    established association still goes that way, because it may end in an abort that waits for the
    thread that reads.
    """

    def __init__(self, association: Association) -> None:
        super().__init__()
        self._association = association

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: ANN401, FBT001, FBT002 - as queue.Queue
        """Serve or enqueue ``item``, a presentation context ID and a message."""
        context_id, message = item
        context = self._association._accepted_cx.get(context_id)  # noqa: SLF001 - see the module
        if self._association.is_established and context and _stores(message, context):
            StorageServiceClass(self._association).SCP(message, context)
        else:
            super().put(item, block, timeout)


def _stores(message: object, context: PresentationContext) -> bool:
    return (
        isinstance(message, C_STORE)
        and message.is_valid_request
        and message.AffectedSOPClassUID in STORAGE_CLASSES
        and message.AffectedSOPClassUID == context.abstract_syntax
    )


class PromptRequestHandler(RequestHandler):
    """Makes associations that use a PromptSocket and a PromptQueue.

    The request is a connection and what was read of it.
    """

    def setup(self) -> None:
        """Part the two."""
        self.request, self._head = self.request

    def _create_association(self) -> Association:
        association = super()._create_association()
        association.dul.event_queue.get_nowait()  # the new socket announces itself again
        association.dul.socket = PromptSocket(association, self.request, self._head)
        association.dimse.msg_queue = PromptQueue(association)
        association.dul._run_loop_delay = 0  # noqa: SLF001 - ``ready`` waits instead
        return association


class LobbyServer(AssociationServer):
    """An association server whose connections wait in a lobby.

    It accepts on ``listener``, which listens already; without one it listens at its address.
    """

    request_queue_size = 128

    def __init__(
        self,
        lobby: Lobby,
        listener: socket.socket | None = None,
        **arguments: Any,  # noqa: ANN401 - pynetdicom's own
    ) -> None:
        self._lobby = lobby
        self._listener = listener
        super().__init__(request_handler=PromptRequestHandler, **arguments)

    def server_bind(self) -> None:
        """Take the listener in place of the new socket, or bind that."""
        if self._listener is None:
            super().server_bind()
            return
        unbound: socket.socket | None = self.socket
        if unbound is not None:
            unbound.close()
        self.socket = self._listener
        self.socket.settimeout(self.ae.network_timeout)
        self.server_address = self._listener.getsockname()

    def shutdown(self) -> None:
        """Stop accepting and close the port; the application entity never knew this server."""
        BaseServer.shutdown(self)
        self.server_close()

    def server_close(self) -> None:
        """Let go of the port; a listener that was given goes on listening for who gave it.

        pynetdicom shuts the socket down, and with it every other descriptor of it.
        """
        if self._listener is None:
            super().server_close()
        else:
            self._listener.close()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Let an accepted connection wait until it asks for an association."""
        self._lobby.enter(request, client_address)
