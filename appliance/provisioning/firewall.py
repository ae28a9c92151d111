"""What the firewall's rules are told of this box: which ports are in use.

The rules themselves are the same on every box (``systemd/nftables``); they know interfaces by their
group (``networkd.GROUPS``) and ports by the names here.
"""

from appliance.provisioning.box import Box
from appliance.provisioning.file import SystemFile, text_file

PORTS = "dose-appliance/nftables/ports.nft"
TABLE = "inet dose_appliance"


def ports(box: Box) -> dict[str, tuple[int, ...]]:
    """The ports in use, by the name of the set that the rules have for them."""
    receiver, console, tunnel = box.appliance.receiver, box.appliance.console, box.wireguard
    dicom: tuple[int, ...] = () if receiver.tls.instead else (receiver.port,)
    dicom += (receiver.tls.port,) if receiver.tls.port else ()
    return {
        "dicom_ports": dicom,
        "console_ports": (console.port,) if console.enabled else (),
        "ssh_ports": (box.ssh.port,) if box.ssh.enabled else (),
        "wireguard_ports": (tunnel.listen_port,) if tunnel.peer and tunnel.listen_port else (),
    }


def firewall_file(box: Box) -> SystemFile:
    """The file that the rules include last."""
    lines = (
        f"add element {TABLE} {name} {{ {', '.join(map(str, numbers))} }}"
        for name, numbers in ports(box).items()
        if numbers
    )
    return text_file(PORTS, *lines)
