"""What cannot be meant of the box's networks."""

from collections.abc import Iterator

from appliance.config.contradiction import Contradiction
from appliance.config.source import KeyPath
from appliance.provisioning.addresses import (
    Network,
    address,
    network,
    own_addresses,
    packet_size,
    places,
)
from appliance.provisioning.interface import STATIC, Interface, Route

RESERVED_NAMES = ("lo", "all", "default")
"""Of network devices: the kernel's own."""


def network_contradictions(
    interfaces: tuple[Interface, ...], tunnel: tuple[str, ...]
) -> Iterator[Contradiction]:
    """What cannot be meant of ``[[interface]]``; ``tunnel`` are the addresses inside the tunnel."""
    for at, interface in enumerate(interfaces):
        yield from _card(("interface", at), interface)
        yield from _addressing(("interface", at), interface)
        for number, route in enumerate(interface.route):
            yield from _route(("interface", at, "route", number), route)
    yield from _repeated_cards(interfaces)
    yield from _overlapping(interfaces, tunnel)


def _card(path: KeyPath, interface: Interface) -> Iterator[Contradiction]:
    if interface.name in RESERVED_NAMES:
        yield (*path, "name"), "the kernel has a device of that name", "give it another"
    if interface.mac and interface.device:
        yield (*path, "device"), "the MAC address names the card already", "keep one of the two"
    if interface.vlan_id and not any(interface.card):
        yield (*path, "vlan_id"), "on which card?", "give it a mac or a device"
    if interface.vlan_id and interface.name == interface.device:
        yield (*path, "name"), "is that of the card", "a VLAN's device needs a name of its own"


def _addressing(path: KeyPath, interface: Interface) -> Iterator[Contradiction]:
    if interface.addressing == STATIC and not interface.address:
        yield (*path, "address"), "is missing", 'or write addressing = "dhcp"'
    yield from own_addresses((*path, "address"), interface.address)
    yield from packet_size(path, interface.mtu_bytes, interface.address)
    for key in ("gateway", "dns"):
        for at, text in enumerate(getattr(interface, key)):
            if address(text) is None:
                yield (*path, key, at), "is not an IP address", ""
    versions = [found.version for found in map(address, interface.gateway) if found]
    if len(versions) != len(set(versions)):
        yield (*path, "gateway"), "two of one kind", "write networks behind others as a route"
    if interface.addressing == STATIC:
        yield from _reachable(path, interface)


def _reachable(path: KeyPath, interface: Interface) -> Iterator[Contradiction]:
    """With addresses of its own only, a gateway has to be in one of their networks."""
    here = places(interface.address)
    gateways = [((*path, "gateway", at), each) for at, each in enumerate(interface.gateway)]
    gateways += [
        ((*path, "route", at, "gateway"), each.gateway) for at, each in enumerate(interface.route)
    ]
    for where, text in gateways:
        gateway = address(text)
        if gateway is None or gateway.is_link_local:
            continue
        if not any(gateway in each.network for each in here):
            yield where, "is in no network of `address`", "nothing would get there"
        if any(gateway == each.ip for each in here):
            yield where, "is the box's own address", "write the router's"


def _route(path: KeyPath, route: Route) -> Iterator[Contradiction]:
    to, by = network(route.destination), address(route.gateway)
    if to is None:
        yield (*path, "destination"), "is not a network", "its host bits are zero"
    if by is None:
        yield (*path, "gateway"), "is not an IP address", ""
    if to and by and to.version != by.version:
        yield (*path, "gateway"), f"is not IPv{to.version} as the network is", ""


def _repeated_cards(interfaces: tuple[Interface, ...]) -> Iterator[Contradiction]:
    seen: set[tuple[tuple[str, str], int]] = set()
    for at, interface in enumerate(interfaces):
        place = (interface.card, interface.vlan_id)
        if place in seen:
            what = "another interface is the same network of the same card"
            yield ("interface", at), what, "give each its own mac, device or vlan_id"
        seen.add(place)


def _overlapping(
    interfaces: tuple[Interface, ...], tunnel: tuple[str, ...]
) -> Iterator[Contradiction]:
    """Two interfaces in one network: what goes there would leave by either."""
    seen: list[Network] = []
    every: list[tuple[KeyPath, tuple[str, ...]]] = [
        (("interface", at), each.address) for at, each in enumerate(interfaces)
    ]
    for path, texts in [*every, (("wireguard",), tunnel)]:
        mine: list[Network] = [each.network for each in places(texts)]
        for at, one in enumerate(mine):
            if any(_overlap(one, other) for other in seen):
                what = "another interface is in the same network"
                yield (*path, "address", at), what, "give each interface a network of its own"
        seen += mine


def _overlap(one: Network, other: Network) -> bool:
    if one.version != other.version:
        return False
    first, last = (int(one.network_address), int(one.broadcast_address))
    return first <= int(other.broadcast_address) and int(other.network_address) <= last
