"""Settings of Storage Commitment, as the one who is asked and as the one who asks."""

from dataclasses import dataclass

from appliance.config.setting import NAME, OPTIONAL_HOST, PORT_MAXIMUM, Form, setting
from appliance.config.tls import Tls

KEPT = "kept"
WHEN = Form(f"|{NAME.pattern}", f"empty, or {NAME.words}")
WHEN_MEANING = (
    "When an object is committed to whoever asks: `kept`, once it is on the box's disk, or the "
    "name of a destination, once that has committed it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """``[commitment]``: what is answered to those who ask the box to keep objects."""

    when: str = setting(f"{WHEN_MEANING}.", KEPT, form=NAME)
    wait_h: float = setting(
        "Hours to wait for that destination before the objects are reported as not committed.",
        24.0,
        minimum=0,
        maximum=8760,
    )
    retry_first_s: float = setting(
        "Seconds before the first retry of a report that did not get through; doubles each time.",
        60.0,
        minimum=0.1,
        maximum=86400,
    )
    retry_max_s: float = setting(
        "Longest time between retries, in seconds.", 3600.0, minimum=0.1, maximum=86400
    )
    give_up_after_h: float = setting(
        "Hours after the request from which a report is not tried any more.",
        168.0,
        minimum=0.01,
        maximum=8760,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerCommitment:
    """``[scanner.commitment]``: where and how a scanner is told what is committed."""

    host: str = setting(
        "Where it is called to be told; empty: the address it asked from.", "", form=OPTIONAL_HOST
    )
    port: int = setting(
        "Its TCP port; 0: it is told on its own association only.",
        104,
        minimum=0,
        maximum=PORT_MAXIMUM,
    )
    answer: str = setting(
        "`new-association`, or `same-association`: on the one it asked on while that is open, "
        "else on a new one.",
        "new-association",
        choices=("new-association", "same-association"),
    )
    when: str = setting(f"{WHEN_MEANING}; empty: as in [commitment].", "", form=WHEN)
    connection_timeout_s: float = setting(
        "Seconds to wait for the connection.", 10.0, minimum=1, maximum=300
    )
    timeout_s: float = setting("Seconds to wait for an answer.", 30.0, minimum=1, maximum=600)
    tls: Tls = setting("How it is called by TLS.", factory=Tls)


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationCommitment:
    """``[destination.commitment]``: whether a Storage SCP is asked to keep what it was sent."""

    ask: bool = setting(
        "Ask it, by Storage Commitment, to keep each object that was delivered; `c-store` only.",
        default=False,
    )
    after_s: float = setting(
        "Seconds after a delivery before it is asked, so that one question names many objects.",
        10.0,
        minimum=0,
        maximum=86400,
    )
    most_objects: int = setting(
        "Objects that one question names, at most.", 500, minimum=1, maximum=10000
    )
    open_s: float = setting(
        "Seconds the association stays open for an answer on it; another one can come later.",
        2.0,
        minimum=0,
        maximum=60,
    )
    answer_within_min: float = setting(
        "Minutes without an answer after which it is asked again.",
        60.0,
        minimum=0.001,
        maximum=10080,
    )
    give_up_after_h: float = setting(
        "Hours after the delivery from which it is not asked again; a person has to look.",
        72.0,
        minimum=0.01,
        maximum=8760,
    )
    send_again: int = setting(
        "How many times an object that it does not have after all is sent again.",
        1,
        minimum=0,
        maximum=10,
    )
