"""One network of the box, as settings."""

from dataclasses import dataclass

from appliance.config.setting import Form, setting

MODALITY, SERVICE, BOTH = "modality", "service", "both"
DHCP, DHCP4, DHCP6, STATIC = "dhcp", "dhcp4", "dhcp6", "static"
DEVICE_NAME = Form(
    r"[a-z][a-z0-9_-]{0,14}",
    "a name: up to 15 lower-case letters, digits, dashes and underscores, a letter first",
)
_MAC = Form(
    r"|[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}",
    "empty, or a MAC address such as dc:a6:32:01:02:03",
)
_KERNEL_NAME = Form(
    r"|[A-Za-z0-9_.*-]{1,15}", "empty, or the name of a network device; * stands for any letters"
)
NETWORK = Form(r"[0-9A-Fa-f.:]+/[0-9]{1,3}", "an address with its prefix, such as 192.0.2.10/24")
ADDRESS = Form(r"[0-9A-Fa-f.:]+", "an IP address")
OPTIONAL_ADDRESS = Form(f"|{ADDRESS.pattern}", "empty, or an IP address")
DOMAIN = Form(r"~?[A-Za-z0-9]([A-Za-z0-9.-]{0,252})", "a domain")
LARGEST_VLAN = 4094


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """``[[interface.route]]``: a network behind a gateway."""

    destination: str = setting("The network; the host bits are zero.", form=NETWORK, required=True)
    gateway: str = setting("Address of the gateway that leads there.", form=ADDRESS, required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """``[[interface]]``: one network that the box is on."""

    name: str = setting(
        "Its name in this file; a VLAN's device is called so.", form=DEVICE_NAME, required=True
    )
    role: str = setting(
        "What it is there for: the network of CTs and archive (`modality`), the one of whoever "
        "looks after the box (`service`: SSH), or `both`. docs/provisioning.md says which ports "
        "each opens.",
        BOTH,
        choices=(MODALITY, SERVICE, BOTH),
    )
    mac: str = setting(
        "MAC address of the network card; the surest way to name one.", "", form=_MAC
    )
    device: str = setting(
        "Or the kernel's name of it, such as `eth0`. With neither, any card that no other "
        "[[interface]] names.",
        "",
        form=_KERNEL_NAME,
    )
    vlan_id: int = setting(
        "Number of the VLAN (802.1Q) on that card; 0: what comes without a tag.",
        0,
        minimum=0,
        maximum=LARGEST_VLAN,
    )
    addressing: str = setting(
        "Where addresses come from: DHCP for IPv4 and IPv6, for one of them alone, or `address`.",
        DHCP,
        choices=(DHCP, DHCP4, DHCP6, STATIC),
    )
    address: tuple[str, ...] = setting(
        "Addresses of the box, IPv4 or IPv6, each with its prefix; with DHCP besides those.",
        (),
        form=NETWORK,
    )
    gateway: tuple[str, ...] = setting(
        "Default gateways, at most one of IPv4 and one of IPv6.", (), form=ADDRESS
    )
    default_route: bool = setting(
        "Take the default gateway that DHCP tells. Where several interfaces have one, the first in "
        "this file counts.",
        default=True,
    )
    dns: tuple[str, ...] = setting("Addresses of name servers.", (), form=ADDRESS)
    domains: tuple[str, ...] = setting(
        "Domains that names without a dot are looked for in; after ~ one that its name servers "
        "are asked about.",
        (),
        form=DOMAIN,
    )
    mtu_bytes: int = setting(
        "Largest packet, in bytes; 0: the card's own.", 0, minimum=0, maximum=9216
    )
    route: tuple[Route, ...] = setting("Networks behind other gateways.", ())

    @property
    def card(self) -> tuple[str, str]:
        """What names the network card: its MAC address in lower case, else the kernel's name."""
        return (self.mac.lower().replace("-", ":"), "" if self.mac else self.device)
