"""Every setting of ``box.toml`` as a frozen dataclass field.

``docs/provisioning.md`` is checked against this module.
"""

from dataclasses import dataclass

from appliance.config import Configuration
from appliance.config.setting import (
    NAME,
    OPTIONAL_HOST,
    OPTIONAL_NAME,
    PORT_MAXIMUM,
    Form,
    setting,
)
from appliance.provisioning.interface import Interface
from appliance.provisioning.wireguard import Wireguard

HOST_NAME = Form(
    r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    "a host name: up to 63 lower-case letters, digits and dashes, no dash at its ends",
)
"""RFC 1123 2.1, one label."""
ZONE = Form(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}", "a time zone such as Asia/Tokyo")
PUBLIC_KEY = Form(
    r"(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa|sk-(ssh-ed25519|ecdsa-sha2-nistp256)"
    r"@openssh\.com) [A-Za-z0-9+/]{40,}={0,3}( [^\x00-\x1f]*)?",
    "a public key as in a .pub file, such as ssh-ed25519 AAAA... name",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ssh:
    """``[ssh]``: logging in over the network, by key only."""

    enabled: bool = setting(
        "Let root log in by key, on interfaces of the role `service` or `both`.", default=False
    )
    port: int = setting("TCP port.", 22, minimum=1, maximum=PORT_MAXIMUM)
    authorized_keys: tuple[str, ...] = setting(
        "Public keys of those who may. There are no passwords by SSH.", (), form=PUBLIC_KEY
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """``[recovery]``: logging in at the box itself."""

    password_hash_secret: str = setting(
        "Name of the [[secret]] that is the hash of root's password on screen and keyboard and on "
        "the serial console, as `openssl passwd -6` makes one; empty: nobody can log in there.",
        "",
        form=OPTIONAL_NAME,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """``[[secret]]``: a password or a key, moved into the box when the file is taken over."""

    name: str = setting("Its name; other settings refer to it by this.", form=NAME, required=True)
    value: str = setting(
        "What it is. Removed from this file once the box has it; empty: the file of that name in "
        "the folder `secrets` beside this one, else what the box has already.",
        "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The whole file."""

    hostname: str = setting("Name of the box on the network.", "dosebox", form=HOST_NAME)
    site: str = setting("Name of the site in topics of status messages.", "", form=OPTIONAL_NAME)
    device: str = setting(
        "Name of this box among those of the site; empty: `hostname`, up to 32 letters.",
        "",
        form=OPTIONAL_NAME,
    )
    timezone: str = setting("Time zone of the site.", "UTC", form=ZONE)
    ntp: tuple[str, ...] = setting(
        "Time servers; none: those that DHCP tells.", (), form=OPTIONAL_HOST
    )
    interface: tuple[Interface, ...] = setting(
        "The networks; none: DHCP on every card, for both roles.", ()
    )
    wireguard: Wireguard = setting("The site's tunnel.", factory=Wireguard)
    ssh: Ssh = setting("Logging in over the network.", factory=Ssh)
    recovery: Recovery = setting("Logging in at the box itself.", factory=Recovery)
    secret: tuple[Secret, ...] = setting("Passwords and keys.", ())
    appliance: Configuration = setting(
        "The appliance's own settings ([configuration](configuration.md)); or a file "
        "`appliance.toml` beside this one.",
        factory=Configuration,
    )

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """Those of the file, else any card by DHCP."""
        return self.interface or (Interface(name="lan"),)

    @property
    def referred_secrets(self) -> tuple[tuple[tuple[str | int, ...], str], ...]:
        """Where the box's own settings name a secret, and which; those that name none left out."""
        named: list[tuple[tuple[str | int, ...], str]] = [
            (("recovery", "password_hash_secret"), self.recovery.password_hash_secret),
            (("wireguard", "private_key_secret"), self.wireguard.private_key_secret),
        ]
        named += [
            (("wireguard", "peer", at, "preshared_key_secret"), peer.preshared_key_secret)
            for at, peer in enumerate(self.wireguard.peer)
        ]
        return tuple((path, name) for path, name in named if name)
