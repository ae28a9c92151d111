"""Settings of the site's tunnel."""

from dataclasses import dataclass

from appliance.config.setting import FILE, Form, setting

PERMANENT, ON_DEMAND = "permanent", "on-demand"
OWN, SUDO = "own", "sudo"
_DEVICE = Form(
    r"|[A-Za-z0-9_=+.-]{1,15}", "empty, or the name of a network device, up to 15 characters"
)
_KEY = Form(r"|[A-Za-z0-9+/]{43}=", "empty, or a WireGuard public key: 44 characters of base64")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vpn:
    """``[vpn]``: the WireGuard tunnel that destinations with ``vpn = true`` are reached through."""

    interface: str = setting(
        "Network device of the tunnel; empty: there is no tunnel.", "", form=_DEVICE
    )
    mode: str = setting(
        "`permanent`: something else keeps the tunnel up; `on-demand`: the box brings it up for "
        "each transfer and down afterwards, by `wg-quick`.",
        PERMANENT,
        choices=(PERMANENT, ON_DEMAND),
    )
    peer: str = setting(
        "Public key of the other end, whose handshake counts; empty: that of any peer of the "
        "interface.",
        "",
        form=_KEY,
    )
    inner_address: str = setting(
        "IP address of something behind the tunnel: an empty datagram to it starts a handshake.", ""
    )
    handshake_max_age_s: float = setting(
        "Age of the newest handshake, in seconds, above which nothing is sent before the next one. "
        "WireGuard makes a new one after 120 s, and uses none older than 180 s.",
        180.0,
        minimum=120,
        maximum=180,
    )
    wg_quick: str = setting(
        "What `wg-quick` is given: a path ending in the interface's name and `.conf`; empty: the "
        "name, for the file of that name in /etc/wireguard.",
        "",
    )
    handshakes: str = setting(
        "Unix socket that tells what `wg show all latest-handshakes` does, so that the service "
        "needs no privilege to look; empty: `wg` is run.",
        "",
        form=FILE,
    )
    privileges: str = setting(
        "With which privileges `wg` and `wg-quick` are run: the service's `own`, or by `sudo`.",
        OWN,
        choices=(OWN, SUDO),
    )
