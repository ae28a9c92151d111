"""Settings of the audit trail."""

from dataclasses import dataclass

from appliance.config.setting import (
    FILE,
    LONG_STRING,
    OPTIONAL_HOST,
    PORT_MAXIMUM,
    setting,
)
from appliance.config.tls import CERTIFICATE_MEANING, PROFILE_MEANING
from appliance.tls import PROFILES


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTls:
    """``[audit.tls]``: how the audit repository is called; it is always called by TLS."""

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

    @property
    def enabled(self) -> bool:
        """Always."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """``[audit]``: the site's audit repository, which is told what happens here (PS3.15 A.5)."""

    host: str = setting(
        "Host name or address of the audit repository (syslog by TLS, RFC 5425); empty: there is "
        "none, and no audit message is written.",
        "",
        form=OPTIONAL_HOST,
    )
    port: int = setting("Its TCP port.", 6514, minimum=1, maximum=PORT_MAXIMUM)
    source_id: str = setting(
        "What the box is called there, AuditSourceID; empty: the receiver's AE title.",
        "",
        form=LONG_STRING,
    )
    site_id: str = setting(
        "What the site is called there, AuditEnterpriseSiteID; empty: it is left out.",
        "",
        form=LONG_STRING,
    )
    identity: str = setting(
        "How patients stand in messages: `none`, only the Study Instance UID tells whose study it "
        "was, or `patient-id`. A name never does.",
        "none",
        choices=("none", "patient-id"),
    )
    most_waiting: int = setting(
        "Messages that wait while the repository does not answer, at most; a message has about "
        "2000 bytes.",
        50000,
        minimum=100,
        maximum=1000000,
    )
    connection_timeout_s: float = setting(
        "Seconds to wait for the connection.", 10.0, minimum=1, maximum=300
    )
    timeout_s: float = setting(
        "Seconds to wait until the repository has read what it was sent.",
        30.0,
        minimum=1,
        maximum=600,
    )
    retry_first_s: float = setting(
        "Seconds before the first retry after a failure; doubles each time.",
        5.0,
        minimum=0.1,
        maximum=86400,
    )
    retry_max_s: float = setting(
        "Longest time between retries, in seconds.", 300.0, minimum=0.1, maximum=86400
    )
    tls: AuditTls = setting("How it is called by TLS.", factory=AuditTls)
