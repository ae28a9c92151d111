"""A box in a folder: a boot partition, /data/box, /run and /proc of its own."""

import base64
from pathlib import Path

from appliance.services.provisioning import Places

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(32, 64))).decode()
PASSWORD = "korrekt-Pferd-Batterie"  # noqa: S105 - nobody's
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE0GC2tkR7c8o0ETzVmWwOb0m0oVDx0mQzGqkZp7m0eP anna"

A_SITE = f"""\
# A box beside the CT of room 2.
hostname = "ct2-box"
site = "central"
timezone = "Asia/Tokyo"
ntp = ["10.1.2.1"]

[[interface]]
name = "modality"
role = "modality"
mac = "DC-A6-32-01-02-03"
addressing = "static"
address = ["10.1.2.3/24", "2001:db8:1::3/64"]
gateway = ["10.1.2.1"]

[[interface.route]]
destination = "10.9.0.0/16"
gateway = "10.1.2.9"

[[interface]]
name = "office"
role = "service"
mac = "dc:a6:32:01:02:03"
vlan_id = 20
dns = ["10.20.0.1"]
domains = ["hospital.example"]

[wireguard]
address = ["10.77.0.2/32"]

[[wireguard.peer]]
public_key = "{OTHER_KEY}"
endpoint = "vpn.example:51820"
allowed_ips = ["10.77.0.0/24"]
preshared_key_secret = "tunnel"

[ssh]
enabled = true
authorized_keys = ["{SSH_KEY}"]

[[secret]]
name = "tunnel"
value = "{KEY}"   # from the VPN's keeper

[[secret]]
name = "registry"
value = '{PASSWORD}'

[[secret]]
name = "archive.pem"

[appliance.receiver]
ae_title = "CT2BOX"

[appliance.vpn]
inner_address = "10.77.0.1"

[[appliance.destination]]
name = "pacs"
host = "10.1.2.20"
tls.enabled = true
tls.ca_file = "/run/dose-appliance/secrets/archive.pem"
"""
BESIDE = b"-----BEGIN CERTIFICATE-----\nc2VjcmV0IGJlc2lkZQ==\n-----END CERTIFICATE-----\n"
SECRETS = {"tunnel": KEY.encode(), "registry": PASSWORD.encode(), "archive.pem": BESIDE}


def a_box(folder: Path, text: str | None = None) -> Places:
    """With ``text`` as box.toml on its boot partition; None: nothing is there."""
    boot, proc = folder / "boot", folder / "proc"
    for each in (boot, folder / "etc", folder / "data", folder / "run", proc / "sys" / "kernel"):
        each.mkdir(parents=True)
    (proc / "sys" / "kernel" / "hostname").write_text("localhost\n")
    (folder / "etc" / "shadow").write_text("root:*:19000:0:99999:7:::\ndaemon:*:19000::::::\n")
    if text is not None:
        (boot / "box.toml").write_text(text, "utf-8")
    return Places(boot, folder / "data" / "box", folder / "run", proc, folder / "etc")


def a_box_with_secrets(folder: Path) -> Places:
    """As ``A_SITE``, with its file beside it."""
    places = a_box(folder, A_SITE)
    beside = boot_of(places) / "secrets"
    beside.mkdir()
    (beside / "archive.pem").write_bytes(BESIDE)
    return places


def boot_of(places: Places) -> Path:
    assert places.boot is not None
    return places.boot


def secrets_on(boot: Path) -> list[str]:
    """The files of the boot partition in which a secret can be found."""
    return [
        str(file.relative_to(boot))
        for file in sorted(boot.rglob("*"))
        if file.is_file() and any(value in file.read_bytes() for value in SECRETS.values())
    ]


def kept_secrets(places: Places) -> dict[str, bytes]:
    folder = places.box / "secrets"
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())
