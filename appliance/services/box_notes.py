"""What the box tells people about its configuration: files beside ``box.toml``, and its screens."""

import os
from collections.abc import Iterable
from pathlib import Path

from appliance.services.box_keys import BoxKeys

ERRORS, FACTS = "box-errors.txt", "box-info.txt"
NO_MAC = "00:00:00:00:00:00"


def cards(net: Path) -> list[tuple[str, str]]:
    """Name and MAC address of the network cards in ``net`` (/sys/class/net), by their names."""
    found = []
    for card in sorted(net.iterdir()) if net.is_dir() else ():
        address = card / "address"
        if (card / "device").exists() and address.exists():
            found.append((card.name, address.read_text("ascii").strip()))
    return [(name, mac) for name, mac in found if mac != NO_MAC]


def public_facts(host_name: str, keys: BoxKeys, found: list[tuple[str, str]]) -> dict[str, str]:
    """What may be known of a box by whoever sets up the other ends."""
    return {
        "hostname": host_name,
        "wireguard": keys.tunnel_public,
        "ssh": keys.host_fingerprint,
        "certificate": keys.certificate_fingerprint,
        "cards": ", ".join(f"{name} {mac}" for name, mac in found),
    }


def say(lines: Iterable[str], screens: Iterable[Path]) -> int:
    """Write ``lines`` on each of ``screens``; on how many that could be done."""
    text = "".join(f"{line}\r\n" for line in lines).encode()
    done = 0
    for screen in screens:
        try:
            descriptor = os.open(screen, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            continue
        try:
            done += os.write(descriptor, text) == len(text)
        except OSError:
            continue
        finally:
            os.close(descriptor)
    return done
