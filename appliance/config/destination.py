"""Settings of a destination, as far as all kinds share them."""

from dataclasses import dataclass

from appliance.config.commitment import DestinationCommitment
from appliance.config.fhir import Fhir
from appliance.config.folder import Folder
from appliance.config.ftps import Ftps
from appliance.config.media import Medium
from appliance.config.setting import (
    AE_TITLE,
    FILE_NAME,
    HOURS,
    NAME,
    OPTIONAL_AE_TITLE,
    OPTIONAL_HOST,
    PORT_MAXIMUM,
    setting,
)
from appliance.config.sftp import Sftp
from appliance.config.stow import Stow
from appliance.config.tls import Tls

NETWORK_KINDS = ("c-store", "ftps", "sftp", "stow", "fhir")
"""Kinds that are reached at `host`."""
MEDIUM = "medium"
"""Waits until somebody brings a stick; nothing is sent."""
LOCAL_KINDS: tuple[str, ...] = ("folder", MEDIUM)
REPORTS, NATIVE_REPORTS, DOSE_SCREENS, IMAGES = (
    "reports",
    "native-reports",
    "dose-screens",
    "images",
)
SENT = (REPORTS, NATIVE_REPORTS, DOSE_SCREENS, IMAGES)
"""What a destination may be sent."""
RECEIVED = (DOSE_SCREENS, IMAGES)
"""Of these, what is sent on as it was received."""
PLACEHOLDERS = ("sop_instance_uid", "study_instance_uid", "digest", "kind")
"""What `file_name` may hold, in braces; nothing that says who a patient is."""
UNIQUE = frozenset({"sop_instance_uid", "digest"})
"""Of these, what no two objects share; a pattern has one of them."""
PRESETS = ("none", "in-house", "registry", "screening")
"""Names of what is taken out of an object before it leaves."""
RAD_63 = "rad-63"
DESTINATION_PRESETS = ("", RAD_63)
"""Names of what a destination is by a profile of IHE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """``[[destination]]``: where reports and what is received go."""

    name: str = setting("Name in logs and status.", required=True, form=NAME)
    kind: str = setting("How it is reached.", "c-store", choices=(*NETWORK_KINDS, *LOCAL_KINDS))
    preset: str = setting(
        "`rad-63`: a Dose Registry by IHE RAD-63. Sets `kind`, `port`, `send` and `deidentify`, "
        "and is refused with anything weaker. Unverified.",
        "",
        choices=DESTINATION_PRESETS,
    )
    send: tuple[str, ...] = setting(
        "What it is sent: `reports` made here, the CT's own (`native-reports`), `dose-screens`, "
        "and all other `images`.",
        (REPORTS, NATIVE_REPORTS),
        choices=SENT,
    )
    deidentify: str = setting(
        "What is taken out of each object before it leaves.", "none", choices=PRESETS
    )
    file_name: str = setting(
        "Name of each file, at destinations that keep files; may have folders. Placeholders: "
        "`{sop_instance_uid}`, `{study_instance_uid}`, `{digest}`, `{kind}`.",
        "{sop_instance_uid}.dcm",
        form=FILE_NAME,
    )
    most_per_session: int = setting(
        "Objects sent in one session, at most; 0: no limit.", 0, minimum=0, maximum=1000000
    )
    session_mib: float = setting(
        "MiB sent in one session, at most, but at least one object; 0: no limit.",
        0.0,
        minimum=0,
        maximum=1048576,
    )
    session_every_min: float = setting(
        "Minutes from the beginning of a session to that of the next, where a session has a limit.",
        0.0,
        minimum=0,
        maximum=10080,
    )
    hours: str = setting(
        "Hours of the day in which it is sent anything, local time; empty: all.", "", form=HOURS
    )
    vpn: bool = setting(
        "Send only through the site's VPN; what is due waits until that is up.", default=False
    )
    test_object: bool = setting(
        "Let commissioning store a marked object there that is no patient's, to see whether it is "
        "taken; removed again where that can be.",
        default=True,
    )
    ae_title: str = setting("Its AE title.", "ARCHIVE", form=AE_TITLE)
    host: str = setting(
        "Its host name or address; every kind but `folder` has one.", "", form=OPTIONAL_HOST
    )
    port: int = setting("Its TCP port.", 104, minimum=1, maximum=PORT_MAXIMUM)
    calling_ae_title: str = setting(
        "AE title the box calls with; empty: the receiver's.", "", form=OPTIONAL_AE_TITLE
    )
    connection_timeout_s: float = setting(
        "Seconds to wait for the connection.", 10.0, minimum=1, maximum=300
    )
    timeout_s: float = setting("Seconds to wait for an answer.", 60.0, minimum=1, maximum=3600)
    retry_first_s: float = setting(
        "Seconds before the first retry; doubles each time.", 10.0, minimum=0.1, maximum=86400
    )
    retry_max_s: float = setting(
        "Longest time between retries, in seconds.", 900.0, minimum=0.1, maximum=86400
    )
    give_up_after_h: float = setting(
        "Hours after which an unreachable destination's delivery is left to the operator.",
        240.0,
        minimum=0.01,
        maximum=8760,
    )
    tls: Tls = setting(
        "How one by `c-store`, `stow` or `fhir` is called by TLS; one by `ftps` always is.",
        factory=Tls,
    )
    commitment: DestinationCommitment = setting(
        "Whether it is asked to keep what it was sent.", factory=DestinationCommitment
    )
    ftps: Ftps = setting("The server, where `kind` is `ftps`.", factory=Ftps)
    sftp: Sftp = setting("The server, where `kind` is `sftp`.", factory=Sftp)
    stow: Stow = setting("The server, where `kind` is `stow`.", factory=Stow)
    fhir: Fhir = setting("The server, where `kind` is `fhir`.", factory=Fhir)
    folder: Folder = setting("The folder, where `kind` is `folder`.", factory=Folder)
    medium: Medium = setting("What waits for a stick, where `kind` is `medium`.", factory=Medium)
