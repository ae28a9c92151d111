"""Any box.toml that is valid, as text."""

import base64
import ipaddress
import json
from typing import Any

from hypothesis import strategies as st

WORDS = st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)
KEYS = st.binary(min_size=31, max_size=31).map(lambda raw: base64.b64encode(b"\0" + raw).decode())
SHARED_KEYS = KEYS.map(lambda key: f"Z{key[1:]}")
ZONES = st.sampled_from(["UTC", "Asia/Tokyo", "Europe/Berlin", "America/Argentina/Ushuaia"])
ADDRESSING = st.sampled_from(["dhcp", "dhcp4", "dhcp6", "static"])
ROLES = st.sampled_from(["modality", "service", "both"])
Table = dict[str, Any]


def written(table: Table, header: str = "") -> str:
    """A table as TOML; what is in it as tables comes last."""
    lines = [f"[{header}]"] if header else []
    inner = {key: value for key, value in table.items() if _is_table(value)}
    lines += [f"{key} = {json.dumps(value)}" for key, value in table.items() if key not in inner]
    for key, value in inner.items():
        path = f"{header.strip('[]')}.{key}" if header else key
        for each in value if isinstance(value, list) else [value]:
            lines.append(written(each, f"[{path}]" if isinstance(value, list) else path))
    return "\n".join(lines)


def _is_table(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict)
    return isinstance(value, dict)


@st.composite
def interfaces(draw: st.DrawFn, at: int) -> Table:
    """The interface at ``at`` of a file; its networks are its own."""
    network = ipaddress.ip_network(f"10.{at}.0.0/{draw(st.integers(16, 30))}")
    network_6 = ipaddress.ip_network(f"2001:db8:{at}::/64")
    addressing = draw(ADDRESSING)
    table: Table = {"name": f"net{at}", "role": draw(ROLES), "addressing": addressing}
    if draw(st.booleans()):
        table["mac"] = f"02:00:00:00:00:0{at}"
    else:
        table["device"] = f"eth{at}"
    if draw(st.booleans()):
        table["vlan_id"] = draw(st.integers(1, 4094))
    if addressing == "static" or draw(st.booleans()):
        table["address"] = [f"{network[2]}/{network.prefixlen}", f"{network_6[2]}/64"]
        table["gateway"] = draw(
            st.lists(st.sampled_from([str(network[1]), str(network_6[1])]), unique=True)
        )
        table["route"] = [{"destination": f"172.16.{at}.0/24", "gateway": str(network[1])}]
    table["default_route"] = draw(st.booleans())
    table["dns"] = draw(st.lists(st.ip_addresses().map(str), max_size=2, unique=True))
    table["domains"] = draw(st.lists(WORDS, max_size=2, unique=True))
    table["mtu_bytes"] = draw(st.sampled_from([0, 1280, 1500, 9000]))
    return table


@st.composite
def tunnels(draw: st.DrawFn) -> Table:
    peers = [
        {
            "public_key": key,
            "endpoint": draw(st.sampled_from(["192.0.2.1:51820", "[2001:db8:ff::1]:1"])),
            "allowed_ips": [f"10.200.{at}.0/24", f"2001:db8:f{at}::/64"],
            "persistent_keepalive_s": draw(st.integers(0, 65535)),
            "preshared_key_secret": draw(st.sampled_from(["", "psk"])),
        }
        for at, key in enumerate(draw(st.lists(KEYS, min_size=1, max_size=2, unique=True)))
    ]
    return {
        "name": "wg0",
        "address": ["10.99.0.2/32"],
        "listen_port": draw(st.sampled_from([0, 51820])),
        "mtu_bytes": draw(st.sampled_from([0, 1280, 1420])),
        "service": draw(st.booleans()),
        "peer": peers,
    }


@st.composite
def boxes(draw: st.DrawFn) -> str:
    """The text of a valid box.toml."""
    table: Table = {
        "hostname": draw(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)),
        "timezone": draw(ZONES),
        "ntp": draw(st.lists(WORDS, max_size=2, unique=True)),
    }
    many = draw(st.integers(0, 4))
    found = [draw(interfaces(at)) for at in range(many)]
    if found:
        table["interface"] = found
    table["secret"] = [{"name": "psk", "value": draw(SHARED_KEYS)}]
    if draw(st.booleans()):
        table["wireguard"] = draw(tunnels())
    served = not found or any(each["role"] != "modality" for each in found)
    if served and draw(st.booleans()):
        key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE0GC2tkR7c8o0ETzVmWwOb0m0oVDx0mQzGqkZp7m0eP"
        table["ssh"] = {"enabled": True, "port": draw(st.integers(1024, 8000))} | {
            "authorized_keys": [f"{key} {draw(WORDS)}"]
        }
    return written(table) + "\n"
