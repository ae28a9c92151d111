"""Settings of the tunnel that cannot be meant."""

import pytest

from appliance.config import Vpn, parse_configuration
from appliance.errors import ConfigurationError

REGISTRY = '[[destination]]\nname = "registry"\nhost = "10.77.0.2"\nvpn = true\n'
TUNNEL = '[vpn]\ninterface = "wg0"\ninner_address = "10.77.0.1"\n'
FOLDER = """[[destination]]
name = "reports"
kind = "folder"
vpn = true
[destination.folder]
path = "/srv/reports"
"""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (REGISTRY, "there is no tunnel"),
        ('[vpn]\ninterface = "wg0"\n', "inner_address: must be an IP address"),
        ('[vpn]\ninterface = "wg0"\ninner_address = "registry.example"\n', "must be an IP address"),
        (f'{TUNNEL}wg_quick = "/etc/wireguard/wg1.conf"\n', "must end in /wg0.conf"),
        (f'{TUNNEL}peer = "a key"\n', "WireGuard public key"),
        (f"{TUNNEL}handshake_max_age_s = 60\n", "from 120"),
        (f'{TUNNEL}interface_name = "wg0"\n', "unknown setting"),
        ('[vpn]\ninterface = "a device with a long name"\n', "network device"),
        (f"{TUNNEL}{FOLDER}", "not reached by a network"),
    ],
)
def test_what_cannot_be_meant_is_found(text: str, what: str) -> None:
    with pytest.raises(ConfigurationError, match=what):
        parse_configuration(text)


def test_a_tunnel_and_what_needs_it_can_be_meant() -> None:
    configuration = parse_configuration(
        f'{TUNNEL}mode = "on-demand"\nwg_quick = "/etc/dose-appliance/wg0.conf"\n{REGISTRY}'
    )
    assert configuration.destination[0].vpn
    assert configuration.vpn == Vpn(
        interface="wg0",
        inner_address="10.77.0.1",
        mode="on-demand",
        wg_quick="/etc/dose-appliance/wg0.conf",
    )
