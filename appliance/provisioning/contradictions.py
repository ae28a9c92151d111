"""Settings of ``box.toml`` that are each valid but cannot be meant together."""

import zoneinfo
from collections.abc import Iterable, Iterator

from appliance.config import Configuration
from appliance.config.contradiction import Contradiction
from appliance.config.setting import PORT_MAXIMUM
from appliance.config.source import KeyPath
from appliance.provisioning.addresses import network, own_addresses, packet_size
from appliance.provisioning.box import Box
from appliance.provisioning.interface import BOTH, SERVICE
from appliance.provisioning.network_contradictions import RESERVED_NAMES, network_contradictions
from appliance.provisioning.secret_forms import malformed_secrets, undeclared_secrets
from appliance.provisioning.wireguard import Peer, Wireguard

FIXED_FOLDERS = ("data_dir", "run_dir")
"""Settings of the appliance that are places of the box's own."""


def box_contradictions(box: Box) -> Iterator[Contradiction]:
    """Everything that cannot be meant, most basic first; without the appliance's own settings."""
    if not _is_zone(box.timezone) and _is_zone("UTC"):  # a laptop may have none to compare with
        yield ("timezone",), "there is no such time zone", 'write one such as "Asia/Tokyo"'
    yield from _repeated("interface", [each.name for each in box.interface])
    yield from network_contradictions(box.interface, box.wireguard.address)
    yield from _wireguard(box)
    yield from _ssh(box)
    yield from _secrets(box)
    for key in FIXED_FOLDERS:
        if getattr(box.appliance, key) != getattr(Configuration(), key):
            yield ("appliance", key), "is fixed on a box", "leave it out"


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _repeated(key: str, names: Iterable[str]) -> Iterator[Contradiction]:
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            yield (key, at, "name"), f"another {key} is called `{name}`", "names are unique"
        seen.add(name)


def _wireguard(box: Box) -> Iterator[Contradiction]:
    path: KeyPath = ("wireguard",)
    tunnel = box.wireguard
    if not tunnel.peer:
        if tunnel != Wireguard(name=tunnel.name):
            yield (*path, "peer"), "is missing", "a tunnel has another end"
        return
    if tunnel.name in RESERVED_NAMES or tunnel.name in {each.name for each in box.interface}:
        yield (*path, "name"), "is that of another network device", "give it another"
    if not tunnel.address:
        yield (*path, "address"), "is missing", "the box has an address inside the tunnel"
    yield from own_addresses((*path, "address"), tunnel.address)
    yield from packet_size(path, tunnel.mtu_bytes, tunnel.address)
    keys: set[str] = set()
    for at, peer in enumerate(tunnel.peer):
        if peer.public_key in keys:
            yield (*path, "peer", at, "public_key"), "another peer has it", "keys are unique"
        keys.add(peer.public_key)
        yield from _peer((*path, "peer", at), peer, tunnel.listen_port)


def _peer(path: KeyPath, peer: Peer, listen_port: int) -> Iterator[Contradiction]:
    if not peer.allowed_ips:
        yield (*path, "allowed_ips"), "is missing", "nothing would go to this peer"
    for at, text in enumerate(peer.allowed_ips):
        if network(text) is None:
            yield (*path, "allowed_ips", at), "is not a network", "its host bits are zero"
    if not peer.endpoint and not listen_port:
        yield (*path, "endpoint"), "is missing", "or write a listen_port, for it to call"
    if peer.endpoint and not 0 < int(peer.endpoint.rpartition(":")[2]) <= PORT_MAXIMUM:
        yield (*path, "endpoint"), f"its port must be from 1 to {PORT_MAXIMUM}", ""


def _ssh(box: Box) -> Iterator[Contradiction]:
    if not box.ssh.enabled:
        return
    if not box.ssh.authorized_keys:
        yield ("ssh", "authorized_keys"), "nobody could log in", "add a public key"
    served = any(each.role in (SERVICE, BOTH) for each in box.interfaces)
    if not served and not box.wireguard.service:
        what = "there is no interface of the role `service` or `both`"
        yield ("ssh", "enabled"), what, "nobody could reach it"
    receiver = box.appliance.receiver
    if box.ssh.port in (receiver.port, receiver.tls.port, box.appliance.console.port):
        yield ("ssh", "port"), "another service of the box has this port", "give it another"


def _secrets(box: Box) -> Iterator[Contradiction]:
    names = [each.name for each in box.secret]
    yield from _repeated("secret", names)
    for path, name in box.referred_secrets:
        if name not in names:
            yield path, f"there is no [[secret]] called `{name}`", "names are as in [[secret]]"
    yield from undeclared_secrets(box)
    values = {each.name: each.value.encode() for each in box.secret if each.value}
    yield from malformed_secrets(box, values)
