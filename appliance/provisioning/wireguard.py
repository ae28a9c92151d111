"""The box's WireGuard tunnel, as settings."""

from dataclasses import dataclass

from appliance.config.setting import OPTIONAL_NAME, PORT_MAXIMUM, Form, setting
from appliance.provisioning.interface import DEVICE_NAME, NETWORK

KEY = Form(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=", "a WireGuard key: 44 characters of base64")
_ENDPOINT = Form(
    r"|[A-Za-z0-9.-]+:[0-9]{1,5}|\[[0-9A-Fa-f:]+\]:[0-9]{1,5}",
    "empty, or a host and a port such as vpn.example:51820 or [2001:db8::1]:51820",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """``[[wireguard.peer]]``: the other end of the tunnel."""

    public_key: str = setting("Its public key.", form=KEY, required=True)
    endpoint: str = setting(
        "Where it is reached; empty: it has to call the box.", "", form=_ENDPOINT
    )
    allowed_ips: tuple[str, ...] = setting(
        "Networks behind it; nothing else goes into the tunnel or is taken from it.",
        (),
        form=NETWORK,
    )
    persistent_keepalive_s: int = setting(
        "Seconds between packets that keep the way open through a firewall; 0: none.",
        25,
        minimum=0,
        maximum=65535,
    )
    preshared_key_secret: str = setting(
        "Name of the [[secret]] that is the pre-shared key; empty: there is none.",
        "",
        form=OPTIONAL_NAME,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wireguard:
    """``[wireguard]``: the tunnel; without a [[wireguard.peer]] there is none."""

    name: str = setting("Name of its network device.", "wg0", form=DEVICE_NAME)
    address: tuple[str, ...] = setting(
        "Addresses of the box inside the tunnel, each with its prefix.", (), form=NETWORK
    )
    listen_port: int = setting(
        "UDP port that the box listens on; 0: the kernel chooses one, and nobody can call first.",
        0,
        minimum=0,
        maximum=PORT_MAXIMUM,
    )
    private_key_secret: str = setting(
        "Name of the [[secret]] that is the private key; empty: the box makes its own and shows "
        "the public key, so that the private one never is anywhere else.",
        "",
        form=OPTIONAL_NAME,
    )
    mtu_bytes: int = setting(
        "Largest packet inside, in bytes; 0: the system's choice.", 0, minimum=0, maximum=9216
    )
    service: bool = setting(
        "Let SSH and the box's pages be reached through the tunnel.", default=False
    )
    peer: tuple[Peer, ...] = setting("The other ends.", ())
