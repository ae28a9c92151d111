"""Where a connection waits until it has asked for an association.

pynetdicom gives a connection two threads and an association slot as soon as it is accepted, so a
port scanner or a hung peer keeps a CT out. Here a connection costs a file descriptor until its
whole A-ASSOCIATE-RQ has arrived, and only one that is admitted goes on.
"""

import select
import socket
import threading
from collections.abc import Callable

from appliance import log
from appliance.clock import Clock
from appliance.receive.guest import PEEK_BYTES, Address, Guest
from appliance.receive.request import (
    FIXED_BYTES,
    AssociationRequest,
    Malformed,
    Rejection,
    parse,
    wanted_bytes,
)

CAPACITY = 256
"""Connections that may wait; one more turns the oldest away."""
LOOK_S = 0.25
Welcome = Callable[[socket.socket, Address, float], Guest | None]
"""Makes a guest of an accepted connection and its deadline; None when that cannot be."""
Tell = Callable[[str, str], None]
"""Is told the address of a guest that failed at TLS, and why."""
Admit = Callable[[socket.socket, Address, bytes], None]
"""Takes on a connection; the bytes are what was read of it."""


class Lobby(threading.Thread):
    """Watches the waiting connections; the one thread that admits."""

    def __init__(  # noqa: PLR0913 - whom it asks, and tells
        self,
        refuse: Callable[[AssociationRequest], Rejection | None],
        admit: Admit,
        timeout_s: float,
        clock: Clock,
        *,
        welcome: Welcome = Guest,
        tell: Tell = lambda _address, _reason: None,
    ) -> None:
        super().__init__(name="lobby", daemon=True)
        self._welcome = welcome
        self._tell = tell
        self._refuse = refuse
        self._admit = admit
        self._timeout_s = timeout_s
        self._clock = clock
        self._epoll = select.epoll()
        self._guests: dict[int, Guest] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def enter(self, connection: socket.socket, address: Address) -> None:
        """Let a connection wait; called from the thread that accepts."""
        deadline_s = self._clock.monotonic() + self._timeout_s
        guest = self._welcome(connection, address, deadline_s)
        if guest is None:
            connection.close()
            return
        with self._lock:
            if len(self._guests) >= CAPACITY:
                self._turn_away(next(iter(self._guests)), "lobby-full")
            self._guests[guest.connection.fileno()] = guest
            self._epoll.register(guest.connection, guest.events)

    def run(self) -> None:
        """Look after the guests until ``close``."""
        while not self._closing.is_set():
            for descriptor, _ in self._epoll.poll(LOOK_S):
                with self._lock:
                    self._look(descriptor)
            with self._lock:
                self._expire()
        with self._lock:
            for descriptor in list(self._guests):
                self._leave(descriptor).connection.close()
        self._epoll.close()

    def close(self) -> None:
        """Turn everybody away and end the thread."""
        self._closing.set()
        self.join()

    def _look(self, descriptor: int) -> None:
        guest = self._guests.get(descriptor)
        if guest is None:
            return
        head = guest.head()
        if head is None:
            return
        if guest.failure:
            self._tell(guest.address[0], guest.failure)
            self._turn_away(descriptor, guest.failure)
            return
        if not head or guest.is_rejected:
            self._leave(descriptor).connection.close()
            return
        wanted = wanted_bytes(head)
        if isinstance(wanted, Malformed):
            self._turn_away(descriptor, wanted.value)
        elif len(head) >= max(FIXED_BYTES, min(wanted, PEEK_BYTES)):
            self._decide(descriptor, head)

    def _decide(self, descriptor: int, head: bytes) -> None:
        guest = self._guests[descriptor]
        names, from_here = guest.certificate_names, guest.is_from_here
        request = parse(head, guest.address[0], names, is_from_here=from_here)
        rejection = self._refuse(request)
        if rejection is not None:
            self._reject(guest, request, rejection)
            return
        self._leave(descriptor)
        try:
            self._admit(guest.connection, guest.address, guest.taken())
        except (OSError, RuntimeError) as failure:  # no descriptor or thread left
            guest.connection.close()
            log.error("association_failed", address=request.address, reason=failure)

    def _reject(self, guest: Guest, request: AssociationRequest, rejection: Rejection) -> None:
        # The peer closes (PS3.8 table 9-10, Sta13); the deadline is our ARTIM timer.
        guest.is_rejected = True
        told = guest.tell(rejection.pdu())
        guest.deadline_s = self._clock.monotonic() + self._timeout_s if told else 0
        log.warning(
            "association_refused",
            calling_ae=request.calling_ae,
            called_ae=request.called_ae,
            address=request.address,
            reason=rejection.reason,
        )

    def _expire(self) -> None:
        now_s = self._clock.monotonic()
        due = [fd for fd, guest in self._guests.items() if guest.deadline_s <= now_s]
        for descriptor in due:
            if self._guests[descriptor].is_rejected:
                self._leave(descriptor).connection.close()
            else:
                self._turn_away(descriptor, "silent")

    def _turn_away(self, descriptor: int, reason: str) -> None:
        guest = self._leave(descriptor)
        guest.connection.close()
        log.warning("connection_closed", address=guest.address[0], reason=reason)

    def _leave(self, descriptor: int) -> Guest:
        guest = self._guests.pop(descriptor)
        self._epoll.unregister(descriptor)
        return guest
