"""What the firewall's rules are told of this box: ports in use, and archives that answer.

The rules themselves are the same on every box (``systemd/nftables``); they know interfaces by their
group (``networkd.GROUPS``) and ports by the names here.
"""

import ipaddress

from appliance.provisioning.box import Box
from appliance.provisioning.file import SystemFile, text_file

PORTS = "dose-appliance/nftables/ports.nft"
IPV4, IPV6 = 4, 6
TABLE = "inet dose_appliance"


def ports(box: Box) -> dict[str, tuple[int, ...]]:
    """The ports in use, by the name of the set that the rules have for them."""
    receiver, console, tunnel = box.appliance.receiver, box.appliance.console, box.wireguard
    displays = box.appliance.displayqa
    dicom: tuple[int, ...] = () if receiver.tls.instead else (receiver.port,)
    dicom += (receiver.tls.port,) if receiver.tls.port else ()
    return {
        "dicom_ports": dicom,
        "console_ports": (console.port,) if console.enabled else (),
        "display_ports": (displays.port,) if console.enabled and displays.port else (),
        "ssh_ports": (box.ssh.port,) if box.ssh.enabled else (),
        "wireguard_ports": (tunnel.listen_port,) if tunnel.peer and tunnel.listen_port else (),
    }


def archives(box: Box) -> dict[str, tuple[str, ...]]:
    """The addresses of destinations that are to tell what they keep, and may call to do so.

    One that is named by a host name has to be on a network of modalities, or of both roles.
    """
    asked = [each.host for each in box.appliance.destination if each.commitment.ask]
    return {
        "archives4": tuple(sorted({host for host in asked if _version(host) == IPV4})),
        "archives6": tuple(sorted({host for host in asked if _version(host) == IPV6})),
    }


def _version(host: str) -> int | None:
    try:
        return ipaddress.ip_address(host).version
    except ValueError:
        return None


def firewall_file(box: Box) -> SystemFile:
    """The file that the rules include last."""
    lines = (
        f"add element {TABLE} {name} {{ {', '.join(map(str, numbers))} }}"
        for name, numbers in (ports(box) | archives(box)).items()
        if numbers
    )
    return text_file(PORTS, *lines)
