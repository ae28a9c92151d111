"""Settings of the tunnel and of what needs it that are each valid but cannot be meant."""

import ipaddress
from collections.abc import Iterator
from pathlib import PurePosixPath

from appliance.config.contradiction import Contradiction
from appliance.config.destination import LOCAL_KINDS, Destination
from appliance.config.vpn import Vpn


def tunnel_contradictions(
    vpn: Vpn, destinations: tuple[Destination, ...]
) -> Iterator[Contradiction]:
    """What cannot be meant of the tunnel and of the destinations behind it."""
    if vpn.interface and not _is_address(vpn.inner_address):
        what = "must be an IP address behind the tunnel"
        yield ("vpn", "inner_address"), what, "a datagram to it starts a handshake"
    if vpn.wg_quick and PurePosixPath(vpn.wg_quick).name != f"{vpn.interface}.conf":
        what = f"must end in /{vpn.interface}.conf"
        yield ("vpn", "wg_quick"), what, "wg-quick names the interface by its file"
    for at, destination in enumerate(destinations):
        where = ("destination", at, "vpn")
        if destination.vpn and not vpn.interface:
            yield where, "there is no tunnel", "name the interface in [vpn]"
        if destination.vpn and destination.kind in LOCAL_KINDS:
            yield where, f"a {destination.kind} is not reached by a network", "leave vpn out"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
