"""systemd-networkd itself, in a network namespace of its own, with what was rendered as its /run.

The kernel here knows neither VLANs nor WireGuard; those are brought up in the virtual machine
(tests/image). A card is one end of a pair; DHCP is served at the other end by dnsmasq.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NETWORKD = "/lib/systemd/systemd-networkd"
LONGEST_S = 60
SCRIPT = """
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mount -t sysfs -o ro sysfs /sys
cp -r "$1"/. /run
mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
chown -R systemd-network: /run/systemd/netif
ip link set lo up
ip netns add far
dns=
{cards}
{networkd} 2> "$1/networkd.log" &
networkd=$!
n=0
until {ready}; do
  n=$((n + 1))
  if [ $n -gt {longest} ]; then break; fi
  sleep 0.1
done
ip -j -d address > "$1/addresses.json"
ip -j route > "$1/routes.json"
ip -j -6 route > "$1/routes6.json"
kill $networkd $dns
"""


@dataclass(frozen=True)
class Card:
    """A network card; ``addresses`` are those of the other end, ``dhcp`` what it hands out."""

    name: str
    mac: str
    addresses: tuple[str, ...] = ()
    dhcp: str = ""


@dataclass(frozen=True)
class Networked:
    """What networkd made of it."""

    log: str
    addresses: list[dict[str, Any]]
    routes: list[dict[str, Any]]

    def of(self, name: str) -> list[str]:
        """The addresses of a card that are not link-local."""
        (card,) = [each for each in self.addresses if each["ifname"] == name]
        found = [each for each in card["addr_info"] if each["scope"] == "global"]
        return sorted(f"{each['local']}/{each['prefixlen']}" for each in found)

    def group_of(self, name: str) -> str:
        (card,) = [each for each in self.addresses if each["ifname"] == name]
        return str(card["group"])

    @property
    def gateways(self) -> list[tuple[str, int]]:
        """Default gateways with their metrics."""
        found = [each for each in self.routes if each["dst"] == "default"]
        return sorted((each["gateway"], each["metric"]) for each in found)


def networked(run: Path, cards: tuple[Card, ...] = (), ready: str = "") -> Networked:
    """What networkd makes of the files in ``run``; ``ready`` is a command that ends the waiting."""
    script = SCRIPT.format(
        cards="\n".join(map(_made, cards)),
        networkd=NETWORKD,
        ready=ready or f"grep -q 'Enumeration completed' {run}/networkd.log",
        longest=LONGEST_S * 10,
    )
    unshare = ["unshare", "--mount", "--net", "sh", "-c", script, "sh", str(run)]
    done = subprocess.run(unshare, check=False, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return Networked(
        (run / "networkd.log").read_text(),
        json.loads((run / "addresses.json").read_text()),
        json.loads((run / "routes.json").read_text())
        + json.loads((run / "routes6.json").read_text()),
    )


def _made(card: Card) -> str:
    far = f"{card.name}-far"
    lines = [
        f"ip link add {card.name} type veth peer name {far}",
        f"ip link set {card.name} address {card.mac}",
        f"ip link set {far} netns far",
        f"ip -n far link set {far} up",
        *(f"ip -n far address add {each} dev {far} nodad" for each in card.addresses),
    ]
    if card.dhcp:
        dnsmasq = shutil.which("dnsmasq", path="/usr/sbin:/usr/bin")
        lines.append(
            f"ip netns exec far {dnsmasq} -C /dev/null -k -p 0 -u root -i {far} --bind-interfaces "
            f'--dhcp-range={card.dhcp} --dhcp-leasefile=/run/{far} 2> /dev/null & dns="$dns $!"'
        )
    return "\n".join(lines)
