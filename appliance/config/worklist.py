"""Whom to ask for the order of a study, as settings."""

from dataclasses import dataclass

from appliance.config.setting import (
    AE_TITLE,
    CHARACTER_SETS,
    OPTIONAL_AE_TITLE,
    OPTIONAL_HOST,
    PORT_MAXIMUM,
    setting,
)
from appliance.config.tls import Tls


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """``[worklist]``: the RIS that is asked for the order of a study."""

    host: str = setting(
        "Host name or address of the worklist SCP; empty: there is none to ask.",
        "",
        form=OPTIONAL_HOST,
    )
    port: int = setting("Its TCP port.", 104, minimum=1, maximum=PORT_MAXIMUM)
    ae_title: str = setting("Its AE title.", "WORKLIST", form=AE_TITLE)
    calling_ae_title: str = setting(
        "AE title the box calls with; empty: the receiver's.", "", form=OPTIONAL_AE_TITLE
    )
    connection_timeout_s: float = setting(
        "Seconds to wait for the connection.", 10.0, minimum=1, maximum=300
    )
    timeout_s: float = setting("Seconds to wait for an answer.", 30.0, minimum=1, maximum=600)
    character_set: str = setting(
        "Encoding of text in answers that declare none, or the wrong one.",
        "",
        choices=CHARACTER_SETS,
    )
    by_patient: bool = setting(
        "Where neither accession number nor Study Instance UID finds the order, ask by Patient ID "
        "and the study's date, and take the answer if it is the only one.",
        default=False,
    )
    wait_s: float = setting(
        "Seconds after its last object that a study waits for its order; then it is reported "
        "without, and again with the order when there is one.",
        600.0,
        minimum=0,
        maximum=86400,
    )
    max_age_days: int = setting(
        "Days back to which orders are asked for; the order of an older study is not.",
        7,
        minimum=1,
        maximum=36500,
    )
    most_answers: int = setting(
        "Answers to one question after which it is broken off.", 500, minimum=1, maximum=10000
    )
    retry_first_s: float = setting(
        "Seconds before the first retry after a failure; doubles each time.",
        10.0,
        minimum=0.1,
        maximum=86400,
    )
    retry_max_s: float = setting(
        "Longest time between retries, in seconds.", 900.0, minimum=0.1, maximum=86400
    )
    give_up_after_h: float = setting(
        "Hours after which the order of a study is not asked for any more.",
        72.0,
        minimum=0.01,
        maximum=8760,
    )
    tls: Tls = setting("How it is called by TLS.", factory=Tls)
