"""Connections that the box makes: the one place where a TCP connection goes out.

**Knows:** how a connection is held to one network device, so that no route leads it elsewhere.
**Does not know:** protocols, TLS, and whether the device is a tunnel that works (``tunnel``).
"""

import contextlib
import socket

ANY_DEVICE = ""
"""As the kernel routes."""
DISCARD_PORT = 9
MOST_DATAGRAM_BYTES = 2048


def connect(host: str, port: int, *, timeout_s: float, device: str) -> socket.socket:
    """A TCP connection to the first address of ``host`` that answers; raises OSError.

    ``device`` is the network device that every packet leaves through, or ``ANY_DEVICE``; one that
    is not there raises, whatever routes there are. ``timeout_s`` holds for each address, and stays
    the socket's own time-out. The name of ``host`` is resolved as the system does it, through
    whatever network the name server is on.
    """
    failure = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM
    ):
        outgoing = socket.socket(family, kind, protocol)
        try:
            outgoing.settimeout(timeout_s)
            hold(outgoing, device)
            outgoing.connect(address)
        except OSError as refused:
            outgoing.close()
            failure = refused
        else:
            return outgoing
    raise failure


def hold(outgoing: socket.socket, device: str) -> None:
    """Let ``outgoing``, not yet connected, use ``device`` and no other; raises OSError.

    SO_BINDTODEVICE of socket(7); Linux grants it without privileges since 5.7.
    """
    if device:
        outgoing.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode() + b"\0")


def nudge(address: str, *, device: str) -> None:
    """Send one empty datagram through ``device`` to the discard port (RFC 863) of ``address``.

    It makes a tunnel shake hands. What comes of it is seen there: one that cannot be sent is lost.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as outgoing:
        hold(outgoing, device)
        outgoing.sendto(b"", (address, DISCARD_PORT))


def exchange(host: str, port: int, datagram: bytes, *, timeout_s: float) -> bytes:
    """The first datagram that ``host`` answers with; raises OSError, TimeoutError without one."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as outgoing:
        outgoing.settimeout(timeout_s)
        outgoing.connect(address)
        outgoing.send(datagram)
        return outgoing.recv(MOST_DATAGRAM_BYTES)
