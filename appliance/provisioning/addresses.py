"""Addresses and networks as text, and what cannot be meant by them."""

import ipaddress
from collections.abc import Iterator

from appliance.config.contradiction import Contradiction
from appliance.config.source import KeyPath

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Place = ipaddress.IPv4Interface | ipaddress.IPv6Interface
"""An address in its network."""
IPV4, IPV6 = 4, 6
SMALLEST_MTU_BYTES = {IPV4: 576, IPV6: 1280}
"""RFC 791 3.1, RFC 8200 5."""
SMALLEST_NETWORK = 2
"""Addresses of a network all of whose addresses are hosts' (RFC 3021, RFC 6164), or fewer."""


def address(text: str) -> Address | None:
    """The address; None when it is none."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def network(text: str) -> Network | None:
    """The network; None when it is none, or has host bits."""
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        return None


def place(text: str) -> Place | None:
    """The address with its network; None when it is none."""
    try:
        return ipaddress.ip_interface(text)
    except ValueError:
        return None


def places(texts: tuple[str, ...]) -> list[Place]:
    """Those of ``texts`` that are any."""
    return [found for found in map(place, texts) if found is not None]


def own_addresses(path: KeyPath, texts: tuple[str, ...]) -> Iterator[Contradiction]:
    """What cannot be meant of addresses that the box is to have."""
    for at, text in enumerate(texts):
        found = place(text)
        if found is None:
            yield (*path, at), "is not an address with its prefix", "such as 192.0.2.10/24"
        elif found.ip.is_unspecified or found.ip.is_multicast or found.ip.is_loopback:
            yield (*path, at), "no box can have this address", ""
        elif _is_of_the_network(found):
            yield (*path, at), "is the network's own address", "write the box's"


def _is_of_the_network(found: Place) -> bool:
    """Whether it is its first address, or of IPv4 its last."""
    around = found.network
    if around.num_addresses <= SMALLEST_NETWORK:
        return False
    last = around.broadcast_address if around.version == IPV4 else None
    return found.ip in (around.network_address, last)


def packet_size(path: KeyPath, mtu_bytes: int, texts: tuple[str, ...]) -> Iterator[Contradiction]:
    """What cannot be meant of an MTU where the box has the addresses ``texts``."""
    versions: set[int] = {found.version for found in places(texts)} or {IPV4}
    least = max(SMALLEST_MTU_BYTES[each] for each in versions)
    if 0 < mtu_bytes < least:
        yield (*path, "mtu_bytes"), f"must be 0 or at least {least}", ""
