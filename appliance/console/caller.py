"""Who calls, as far as a connection tells."""

import ipaddress

from starlette.types import Scope

IPV6_NETWORK_BITS = 64
"""What one machine has of addresses, at least (RFC 4291 2.5.1)."""


def address_in(scope: Scope) -> str:
    """Of who asks (ASGI 3); empty where there is none."""
    return (scope.get("client") or ("",))[0]


def machine_of(address: str) -> str:
    """What one machine is counted by: it has many addresses of IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    return str(ipaddress.ip_network((found, IPV6_NETWORK_BITS), strict=False))
