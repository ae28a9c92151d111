"""Trying the network, as the box sees it: links, gateway, names, time, tunnel and ports.

**Knows:** what of the machine's files and of a few questions is good news.
**Does not know:** how the network is set up (``provisioning``); nothing is changed.
"""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from appliance.clock import Clock, ClockState
from appliance.commissioning import Finding, Verdict, What
from appliance.config import Configuration
from appliance.connection import ANY_DEVICE, nudge
from appliance.machine.network import (
    Gateway,
    Link,
    Listener,
    gateways,
    links,
    listeners,
    name_servers,
    neighbours,
)
from appliance.provisioning.firewall import PORTS, TABLE
from appliance.services.time_server import offset_s
from appliance.tunnel import last_sighting

NEIGHBOUR_S = 3.0
"""How long a gateway may take to say its hardware address."""
LOOK_S = 0.1
NAME_S = 12.0
"""More than a resolver takes that asks two silent servers twice."""
CLOCK_APART_S = 1.0
TIME_SERVER_S = 3.0
SIGHTINGS = 2.0
TIME_FILES = (
    "etc/systemd/timesyncd.conf",
    "etc/systemd/timesyncd.conf.d",
    "run/systemd/timesyncd.conf.d",
)
SERVERS = re.compile(r"^NTP=(.*)$", re.MULTILINE)
ELEMENTS = re.compile(rf"add element {TABLE} (\w+) {{ ([0-9, ]+) }}")
GOOD, NOTED, DOUBTFUL, BAD = Verdict.GOOD, Verdict.NOTED, Verdict.DOUBTFUL, Verdict.BAD
Resolve = Callable[[str], list[str]]
SET_IT = (
    "Set the clock, and see that it is set by a time server.",
    "時計を合わせ、時刻サーバーと同期させてください。",
)


def addresses_of(host: str) -> list[str]:
    """As the system resolves it. Raises OSError."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return sorted({str(address[0]) for *_, address in found})


@dataclass(frozen=True)
class NetworkTrial:
    """``root`` is where /sys, /proc, /etc and /run are; ``resolve`` raises OSError."""

    configuration: Configuration
    clock: Clock
    root: Path = Path("/")
    resolve: Resolve = addresses_of

    def __call__(self) -> Iterator[Finding]:
        """One finding after the other."""
        yield from self._links()
        yield from self._gateway()
        yield from self._names()
        yield from self._clock()
        yield from self._tunnel()
        yield from self._ports()

    def _links(self) -> Iterator[Finding]:
        found = links(self.root)
        for each in found:
            yield from _of_link(each)
        if not any(each.addresses for each in found):
            yield Finding.of(BAD, What.NO_ADDRESS)

    def _gateway(self) -> Iterator[Finding]:
        found = gateways(self.root)
        if not found:
            yield Finding.of(NOTED, What.NO_GATEWAY)
        for each in found:
            hardware = self._neighbour(each)
            what = What.GATEWAY_ANSWERS if hardware else What.GATEWAY_SILENT
            told = {"address": each.address, "device": each.device}
            yield Finding.of(GOOD if hardware else DOUBTFUL, what, None, **told)

    def _neighbour(self, gateway: Gateway) -> str:
        """Its hardware address, asked for by a datagram that goes nowhere else; empty: silent."""
        nudge(gateway.address, device=ANY_DEVICE)
        until = self.clock.monotonic() + NEIGHBOUR_S
        while gateway.address not in (known := neighbours(self.root)):
            if self.clock.monotonic() > until:
                return ""
            self.clock.sleep(LOOK_S)
        return known[gateway.address]

    def _names(self) -> Iterator[Finding]:
        servers, hosts = name_servers(self.root), tuple(_named_hosts(self.configuration))
        for each in servers:
            yield Finding.of(NOTED, What.NAME_SERVER, address=each)
        if not servers:
            yield Finding.of(DOUBTFUL if hosts else NOTED, What.NO_NAME_SERVER)
        if not hosts:
            yield Finding.of(NOTED, What.NO_NAMES)
        for host in hosts:
            yield self._name(host)

    def _name(self, host: str) -> Finding:
        answer = within(NAME_S, lambda: self.resolve(host))
        match answer:
            case list():
                return Finding.of(GOOD, What.NAME_FOUND, host=host, addresses=", ".join(answer))
            case OSError():
                told = answer.strerror or type(answer).__name__
                return Finding.of(BAD, What.NAME_NOT_FOUND, host=host, reason=told)
            case _:
                return Finding.of(BAD, What.NAME_TOO_LATE, host=host, seconds=round(NAME_S))

    def _clock(self) -> Iterator[Finding]:
        state = self.clock.state()
        match state:
            case ClockState.NTP | ClockState.RTC:
                yield Finding.of(GOOD, What.CLOCK_TRUE, state=state)
            case ClockState.RESTORED:
                yield Finding.of(DOUBTFUL, What.CLOCK_UNPROVEN, SET_IT, state=state)
            case _:
                yield Finding.of(BAD, What.CLOCK_WRONG, SET_IT, state=state)
        servers = tuple(time_servers(self.root))
        if not servers:
            yield Finding.of(NOTED, What.NO_TIME_SERVER)
        for each in servers:
            yield self._time_server(each)

    def _time_server(self, host: str) -> Finding:
        apart = within(NAME_S, lambda: offset_s(host, self.clock, TIME_SERVER_S))
        if not isinstance(apart, float):
            return Finding.of(DOUBTFUL, What.TIME_SERVER_SILENT, server=host)
        near = abs(apart) <= CLOCK_APART_S
        what = What.TIME_SERVER_ANSWERS if near else What.TIME_SERVER_DIFFERS
        return Finding.of(GOOD if near else BAD, what, server=host, seconds=f"{apart:+.3f}")

    def _tunnel(self) -> Iterator[Finding]:
        vpn = self.configuration.vpn
        if not vpn.interface:
            yield Finding.of(NOTED, What.NO_TUNNEL)
            return
        seen, now = last_sighting(self.configuration.data_dir), self.clock.wall()
        age_s = seen.handshake_age_s(now) if seen and seen.is_up else None
        if age_s is not None and age_s <= SIGHTINGS * vpn.handshake_max_age_s:
            told = {"device": vpn.interface, "seconds": round(age_s)}
            yield Finding.of(GOOD, What.TUNNEL_UP, None, **told)
        else:
            yield Finding.of(BAD, What.TUNNEL_DOWN, device=vpn.interface)

    def _ports(self) -> Iterator[Finding]:
        listening, firewall = listeners(self.root), open_ports(self.root)
        if firewall is None:
            yield Finding.of(NOTED, What.NO_FIREWALL)
        for name, port in _ports(self.configuration):
            yield _of_port(name, port, listening, firewall)


def within(longest_s: float, work: Callable[[], object]) -> object:
    """What ``work`` gives, the OSError that it raises, or None when it takes longer.

    It goes on in a thread of its own then, until it ends by itself: a resolver cannot be told to.
    """
    told: list[object] = []

    def run() -> None:
        try:
            told.append(work())
        except OSError as failure:
            told.append(failure)

    thread = threading.Thread(target=run, name="commissioning-question", daemon=True)
    thread.start()
    thread.join(longest_s)
    return told[0] if told else None


def time_servers(root: Path) -> Iterator[str]:
    """Those that timesyncd.conf(5) names; the last file that names any counts."""
    names: list[str] = []
    for each in TIME_FILES:
        path = root / each
        for file in sorted(path.glob("*.conf")) if path.is_dir() else [path]:
            with suppress(OSError):
                found = SERVERS.findall(file.read_text("utf-8", "replace"))
                names = " ".join(found).split() or names
    yield from dict.fromkeys(names)


def open_ports(root: Path) -> dict[str, set[int]] | None:
    """The ports that the firewall lets in, by the name of their set; None without its file."""
    try:
        text = (root / "run" / PORTS).read_text("utf-8")
    except OSError:
        return None
    return {name: {int(each) for each in numbers.split(",")} for name, numbers in _sets(text)}


def _sets(text: str) -> list[tuple[str, str]]:
    return ELEMENTS.findall(text)


def _of_link(link: Link) -> Iterator[Finding]:
    told = {"device": link.device, "hardware": link.hardware_address}
    if not link.is_up:
        verdict = BAD if link.addresses else NOTED
        yield Finding.of(verdict, What.LINK_DOWN, None, **told)
        return
    yield Finding.of(GOOD, What.LINK_UP, None, speed=link.speed_mbps or "?", **told)
    for address in link.addresses:
        yield Finding.of(GOOD, What.ADDRESS, device=link.device, address=address)
    if link.receive_errors:
        told_errors = {"device": link.device, "errors": link.receive_errors}
        yield Finding.of(DOUBTFUL, What.LINK_ERRORS, None, **told_errors)


def _named_hosts(configuration: Configuration) -> Iterator[str]:
    """Every host of the settings that is a name, once."""
    hosts = [each.host for each in configuration.destination]
    hosts += [configuration.worklist.host, configuration.archive.host]
    hosts += [configuration.mqtt.host] if configuration.mqtt.enabled else []
    yield from (each for each in dict.fromkeys(hosts) if each and not _is_address(each))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _ports(configuration: Configuration) -> Iterator[tuple[str, int]]:
    """Each port that others call, and the name of the firewall's set."""
    receiver = configuration.receiver
    if not receiver.tls.instead:
        yield "dicom_ports", receiver.port
    if receiver.tls.port:
        yield "dicom_ports", receiver.tls.port
    if configuration.console.enabled:
        yield "console_ports", configuration.console.port
        if configuration.displayqa.port:
            yield "display_ports", configuration.displayqa.port


def _of_port(
    name: str,
    port: int,
    listening: frozenset[Listener],
    firewall: dict[str, set[int]] | None,
) -> Finding:
    own = [each for each in listening if each.port == port]
    if not own:
        return Finding.of(BAD, What.PORT_NOT_LISTENING, port=port)
    if all(each.is_of_this_machine_alone for each in own):
        return Finding.of(DOUBTFUL, What.PORT_OF_THIS_MACHINE_ALONE, port=port)
    if firewall is not None and port not in firewall.get(name, set()):
        return Finding.of(BAD, What.PORT_CLOSED_BY_FIREWALL, port=port)
    return Finding.of(GOOD, What.PORT_OPEN, port=port)
