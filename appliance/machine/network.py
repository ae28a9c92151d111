"""The network as the kernel tells it in /sys and /proc: links, addresses, routes, listeners.

Sources: proc(5), sysfs-class-net of the kernel's ABI documentation. Numbers in /proc/self/net are
hexadecimal in the machine's byte order, which is little-endian on every machine that there is. By
/proc/self, for a confined service sees no more of /proc than processes (ProcSubset=pid).
"""

import ipaddress
import re
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.machine.attribute import number_of, text_of

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LISTEN = "0A"
LOOPBACK = "lo"
_LOCAL = re.compile(r"\|-- ([0-9.]+)\n\s+/32 host LOCAL")
_COMPLETE = 0x2
"""ATF_COM of an entry in /proc/self/net/arp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A network device. ``speed_mbps`` None: not told, as of a virtual one."""

    device: str
    is_up: bool
    hardware_address: str
    speed_mbps: int | None
    receive_errors: int
    addresses: tuple[str, ...]
    """Each with its prefix, such as ``192.0.2.7/24``."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where packets go that are for no network at hand."""

    address: str
    device: str


@dataclass(frozen=True, slots=True)
class Listener:
    """A TCP port that a process of the machine listens on."""

    address: str
    port: int

    @property
    def is_of_this_machine_alone(self) -> bool:
        """Whether nobody else can reach it."""
        return ipaddress.ip_address(self.address).is_loopback


def links(root: Path) -> tuple[Link, ...]:
    """Every device but the loopback, by name."""
    folder = root / "sys/class/net"
    found = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    addresses = list(_addresses(root))
    return tuple(_link(folder / name, addresses) for name in found if name != LOOPBACK)


def gateways(root: Path) -> tuple[Gateway, ...]:
    """Those of the default routes, the preferred one first."""
    found = [
        (metric, Gateway(str(gateway), device))
        for device, network, gateway, metric in _routes(root)
        if network.prefixlen == 0 and int(gateway)
    ]
    return tuple(gateway for _, gateway in sorted(found, key=lambda each: each[0]))


def neighbours(root: Path) -> dict[str, str]:
    """The hardware address of each IPv4 neighbour that answered lately, by address."""
    lines = (text_of(root / "proc/self/net/arp") or "").splitlines()[1:]
    rows = [line.split() for line in lines]
    return {row[0]: row[3] for row in rows if len(row) > 3 and int(row[2], 16) & _COMPLETE}  # noqa: PLR2004 - columns


def listeners(root: Path) -> frozenset[Listener]:
    """The TCP ports that are listened on."""
    return frozenset(_listeners(root))


def name_servers(root: Path) -> tuple[str, ...]:
    """Those of resolv.conf(5)."""
    lines = (text_of(root / "etc/resolv.conf") or "").splitlines()
    words = (line.split() for line in lines)
    return tuple(each[1] for each in words if each[:1] == ["nameserver"] and len(each) > 1)


def _link(folder: Path, addresses: list[tuple[str, str]]) -> Link:
    speed = number_of(folder / "speed")
    return Link(
        device=folder.name,
        is_up=text_of(folder / "operstate") in {"up", "unknown"} and _has_carrier(folder),
        hardware_address=text_of(folder / "address") or "",
        speed_mbps=speed if speed and speed > 0 else None,
        receive_errors=number_of(folder / "statistics/rx_errors") or 0,
        addresses=tuple(address for device, address in addresses if device == folder.name),
    )


def _has_carrier(folder: Path) -> bool:
    return number_of(folder / "carrier") != 0


def _addresses(root: Path) -> Iterator[tuple[str, str]]:
    """Device and address: of IPv4 the machine's own, each of the network that a device is on."""
    local = set(_LOCAL.findall(text_of(root / "proc/self/net/fib_trie") or ""))
    near = [each for each in _routes(root) if not int(each[2])]
    for address in sorted(map(ipaddress.IPv4Address, local)):
        on = [each for each in near if address in each[1]]
        if on:
            device, network, _, _ = max(on, key=lambda each: each[1].prefixlen)
            yield device, f"{address}/{network.prefixlen}"
    for line in (text_of(root / "proc/self/net/if_inet6") or "").splitlines():
        digits, _, prefix, scope, _, device = line.split()
        if int(scope, 16) == 0:  # global
            yield device, f"{ipaddress.IPv6Address(bytes.fromhex(digits))}/{int(prefix, 16)}"


def _routes(
    root: Path,
) -> Iterator[tuple[str, ipaddress.IPv4Network, ipaddress.IPv4Address, int]]:
    for line in (text_of(root / "proc/self/net/route") or "").splitlines()[1:]:
        words = line.split()
        network = f"{_ipv4(words[1])}/{_ipv4(words[7])}"
        yield words[0], ipaddress.IPv4Network(network, strict=False), _ipv4(words[2]), int(words[6])


def _ipv4(digits: str) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(struct.pack("<L", int(digits, 16)))


def _listeners(root: Path) -> Iterator[Listener]:
    for name in ("tcp", "tcp6"):
        for line in (text_of(root / "proc/self/net" / name) or "").splitlines()[1:]:
            words = line.split()
            if words[3] == LISTEN:
                digits, _, port = words[1].partition(":")
                yield Listener(_socket_address(digits), int(port, 16))


def _socket_address(digits: str) -> str:
    """Of /proc/self/net/tcp and tcp6: words of 32 bits, each little-endian."""
    words = (digits[at : at + 8] for at in range(0, len(digits), 8))
    packed = b"".join(struct.pack("<L", int(each, 16)) for each in words)
    family = socket.AF_INET if len(packed) == 4 else socket.AF_INET6  # noqa: PLR2004 - bytes of IPv4
    return socket.inet_ntop(family, packed)
