"""What systemd-networkd is told: one file a card, one a VLAN, and the tunnel's.

Source of the keys: systemd.network(5) and systemd.netdev(5). An interface's group is what the
firewall knows it by, so that no rule depends on what the kernel calls a card.
"""

from collections.abc import Iterator

from appliance.provisioning.box import Box
from appliance.provisioning.file import GROUP_ONLY, SystemFile, section, text_file
from appliance.provisioning.interface import BOTH, DHCP, DHCP4, DHCP6, MODALITY, SERVICE, Interface
from appliance.provisioning.wireguard import Wireguard

FOLDER = "systemd/network"
KEYS = "dose-appliance/wireguard"
NETWORK_USER = "systemd-network"
"""Group that networkd runs in; it reads the tunnel's keys."""
GROUPS = {MODALITY: 10, SERVICE: 20, BOTH: 30}
"""The group of an interface, by its role."""
TUNNEL_GROUP, SERVICE_TUNNEL_GROUP = 40, 50
METRIC_STEP = 100
DHCP_WORDS = {DHCP: True, DHCP4: "ipv4", DHCP6: "ipv6"}


def network_files(box: Box) -> Iterator[SystemFile]:
    """The files of every interface, VLAN and tunnel of ``box``."""
    cards: dict[tuple[str, str], list[tuple[int, Interface]]] = {}
    for at, interface in enumerate(box.interfaces, 1):
        cards.setdefault(interface.card, []).append((at, interface))
    for card, interfaces in cards.items():
        yield _card(card, interfaces)
        for at, interface in interfaces:
            if interface.vlan_id:
                yield from _vlan(at, interface)
    if box.wireguard.peer:
        yield from _tunnel(box.wireguard)


def key_path(name: str) -> str:
    """Where networkd finds the key ``name`` of the tunnel, relative to /run."""
    return f"{KEYS}/{name}"


def _card(card: tuple[str, str], interfaces: list[tuple[int, Interface]]) -> SystemFile:
    """The card itself: what comes without a tag, if anything does, and the VLANs on it."""
    mac, device = card
    vlans = [each.name for _, each in interfaces if each.vlan_id]
    untagged = next(((at, each) for at, each in interfaces if not each.vlan_id), None)
    match = section(
        "Match",
        ("MACAddress", mac),
        ("Name", device),
        ("Type", "ether"),
        ("Kind", "!vlan"),
    )
    at, interface = untagged or (interfaces[0][0], None)
    order = 90 if not any(card) else 20
    path = f"{FOLDER}/{order}-{at:02}-card.network"
    if interface is not None:
        return text_file(path, *match, *_interface(at, interface, vlans))
    bare = section(
        "Network",
        *(("VLAN", name) for name in vlans),
        ("DHCP", False),
        ("LinkLocalAddressing", False),
        ("IPv6AcceptRA", False),
        *_QUIET,
    )
    return text_file(path, *match, *bare)


def _vlan(at: int, interface: Interface) -> Iterator[SystemFile]:
    stem = f"{FOLDER}/30-{at:02}-{interface.name}"
    yield text_file(
        f"{stem}.netdev",
        *section("NetDev", ("Name", interface.name), ("Kind", "vlan")),
        *section("VLAN", ("Id", interface.vlan_id)),
    )
    match = section("Match", ("Name", interface.name), ("Kind", "vlan"))
    yield text_file(f"{stem}.network", *match, *_interface(at, interface, []))


_QUIET = (("LLMNR", False), ("MulticastDNS", False), ("LLDP", False), ("EmitLLDP", False))
"""The box neither announces itself nor listens to those who do."""


def _interface(at: int, interface: Interface, vlans: list[str]) -> Iterator[str]:
    """Everything but the match; ``at`` is its place in the file, by which routes are preferred."""
    metric = at * METRIC_STEP
    by_6 = interface.addressing in (DHCP, DHCP6)
    link_local = "ipv6" if by_6 or any(":" in each for each in interface.address) else False
    yield from section(
        "Link", ("Group", GROUPS[interface.role]), ("MTUBytes", interface.mtu_bytes or None)
    )
    yield from section(
        "Network",
        *(("VLAN", name) for name in vlans),
        ("DHCP", DHCP_WORDS.get(interface.addressing, False)),
        ("IPv6AcceptRA", by_6),
        ("LinkLocalAddressing", link_local),
        ("IPv6PrivacyExtensions", False),
        *(("Address", each) for each in interface.address),
        *(("DNS", each) for each in interface.dns),
        ("Domains", interface.domains),
        *_QUIET,
    )
    if interface.addressing in (DHCP, DHCP4):
        yield from section(
            "DHCPv4",
            ("RouteMetric", metric),
            ("UseRoutes", interface.default_route),
            ("UseGateway", interface.default_route),
            ("UseHostname", False),
            ("UseTimezone", False),
        )
    if by_6:
        yield from section(
            "IPv6AcceptRA", ("UseGateway", interface.default_route), ("RouteMetric", metric)
        )
        yield from section("DHCPv6", ("UseHostname", False))
    for gateway in interface.gateway:
        yield from section("Route", ("Gateway", gateway), ("Metric", metric))
    for route in interface.route:
        yield from section("Route", ("Destination", route.destination), ("Gateway", route.gateway))


def _tunnel(tunnel: Wireguard) -> Iterator[SystemFile]:
    stem = f"{FOLDER}/40-{tunnel.name}"
    peers = (
        line
        for at, peer in enumerate(tunnel.peer)
        for line in section(
            "WireGuardPeer",
            ("PublicKey", peer.public_key),
            ("PresharedKeyFile", _preshared(at) if peer.preshared_key_secret else None),
            ("Endpoint", peer.endpoint),
            *(("AllowedIPs", each) for each in peer.allowed_ips),
            ("PersistentKeepalive", peer.persistent_keepalive_s or None),
        )
    )
    yield text_file(
        f"{stem}.netdev",
        *section(
            "NetDev",
            ("Name", tunnel.name),
            ("Kind", "wireguard"),
            ("MTUBytes", tunnel.mtu_bytes or None),
        ),
        *section(
            "WireGuard",
            ("PrivateKeyFile", f"/run/{key_path(PRIVATE_KEY)}"),
            ("ListenPort", tunnel.listen_port or None),
            ("RouteTable", "main"),
        ),
        *peers,
        mode=GROUP_ONLY,
        group=NETWORK_USER,
    )
    yield text_file(
        f"{stem}.network",
        *section("Match", ("Name", tunnel.name), ("Kind", "wireguard")),
        *section("Link", ("Group", SERVICE_TUNNEL_GROUP if tunnel.service else TUNNEL_GROUP)),
        *section(
            "Network",
            *(("Address", each) for each in tunnel.address),
            ("LinkLocalAddressing", False),
            ("IPv6AcceptRA", False),
            *_QUIET,
        ),
    )


PRIVATE_KEY = "private.key"


def preshared_key(at: int) -> str:
    """Name of the file with the pre-shared key of the peer at ``at``."""
    return f"peer-{at}.key"


def _preshared(at: int) -> str:
    return f"/run/{key_path(preshared_key(at))}"
