"""Settings of DICOM TLS: of the receiver, and of whomever the box calls."""

from dataclasses import dataclass

from appliance.config.setting import FILE, PORT_MAXIMUM, setting
from appliance.tls import PROFILES

PROFILE_MEANING = (
    "Profile of PS3.15 Annex B: `bcp195` is B.12, `bcp195-modified` B.13, whose cipher suites are "
    "unverified."
)
CERTIFICATE_MEANING = (
    "PEM file of the box's certificate, then those between it and the authority; empty: none."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """``[….tls]``: how a peer is called by TLS."""

    enabled: bool = setting("Call it by TLS.", default=False)
    profile: str = setting(PROFILE_MEANING, "bcp195", choices=tuple(PROFILES))
    ca_file: str = setting(
        "PEM file of the authorities that its certificate must come from; empty: the system's.",
        "",
        form=FILE,
    )
    certificate_file: str = setting(CERTIFICATE_MEANING, "", form=FILE)
    private_key_file: str = setting("PEM file of its key, without a password.", "", form=FILE)
    check_host_name: bool = setting(
        "Its certificate must name the host that is called.", default=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverTls:
    """``[receiver.tls]``: the port where associations come by TLS."""

    port: int = setting(
        "TCP port for TLS, by custom 2762; 0: none.", 0, minimum=0, maximum=PORT_MAXIMUM
    )
    instead: bool = setting("Listen on this port only, not on the plain one.", default=False)
    profile: str = setting(PROFILE_MEANING, "bcp195", choices=tuple(PROFILES))
    certificate_file: str = setting(CERTIFICATE_MEANING, "", form=FILE)
    private_key_file: str = setting("PEM file of its key, without a password.", "", form=FILE)
    client_certificate: str = setting(
        "Whether a caller must show a certificate of an authority in `ca_file`, may, or is not "
        "asked.",
        "required",
        choices=("required", "optional", "none"),
    )
    ca_file: str = setting(
        "PEM file of the authorities that callers' certificates must come from.", "", form=FILE
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """``[certificates]``: the watch over every certificate file that is named here."""

    warn_days: float = setting(
        "Days before its end from which a certificate is alarming.", 30.0, minimum=0, maximum=3650
    )
