"""Settings of the status that the box tells a broker by MQTT."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.config.contradiction import Contradiction
from appliance.config.setting import (
    FILE,
    OPTIONAL_HOST,
    OPTIONAL_NAME,
    PORT_MAXIMUM,
    Form,
    setting,
)
from appliance.config.tls import Tls
from appliance.config.vpn import ON_DEMAND, Vpn

LEVELS = Form(
    r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}(/[A-Za-z0-9][A-Za-z0-9._-]{0,31}){0,3}",
    "one to four levels of a topic, each a name, with slashes between",
)
AUTO, FIVE, THREE = "auto", "5", "3.1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeAssistant:
    """``[mqtt.home_assistant]``: so that a Home Assistant finds the box by itself."""

    enabled: bool = setting("Publish one discovery message for the box.", default=False)
    prefix: str = setting(
        "Its discovery prefix; the broker has to let the box write below it.",
        "homeassistant",
        form=LEVELS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mqtt:
    """``[mqtt]``: the broker that is told how the box is."""

    enabled: bool = setting(
        "Tell a broker; `appliance run` starts the process `status` then.", default=False
    )
    host: str = setting("Host name or address of the broker.", "", form=OPTIONAL_HOST)
    port: int = setting("Its TCP port.", 8883, minimum=1, maximum=PORT_MAXIMUM)
    site: str = setting("The site's level in every topic.", "", form=OPTIONAL_NAME)
    device: str = setting(
        "The box's level in every topic, another one for each box of a site.",
        "",
        form=OPTIONAL_NAME,
    )
    prefix: str = setting("What every topic begins with.", "dose-appliance", form=LEVELS)
    protocol: str = setting(
        "Version of MQTT; `auto`: 5, and 3.1.1 with a broker that does not know it.",
        AUTO,
        choices=(AUTO, FIVE, THREE),
    )
    username: str = setting("Whom the box logs in as; empty: by its certificate, or not.", "")
    password_file: str = setting(
        "File that holds the password on its first line; read again at each connection.",
        "",
        form=FILE,
    )
    every_s: float = setting(
        "Seconds between states; a change is told at once.", 60.0, minimum=5, maximum=3600
    )
    keepalive_s: int = setting(
        "Seconds of silence after which the broker is asked whether it is there; the broker misses "
        "the box after one and a half times as long.",
        60,
        minimum=10,
        maximum=3600,
    )
    offline_after_s: int = setting(
        "Seconds that the box may be missing before the broker says so (MQTT 5 only), so that a "
        "short break of the line is none.",
        30,
        minimum=0,
        maximum=3600,
    )
    keep_h: float = setting(
        "Hours that the broker keeps what a box said that is gone (MQTT 5 only).",
        168.0,
        minimum=1,
        maximum=8760,
    )
    connection_timeout_s: float = setting(
        "Seconds to wait for the connection, and for the broker's answer to it.",
        10.0,
        minimum=1,
        maximum=60,
    )
    answer_timeout_s: float = setting(
        "Seconds a message may stay without its receipt before the connection is made anew.",
        60.0,
        minimum=1,
        maximum=3600,
    )
    retry_first_s: float = setting(
        "Longest time before the first new connection; it doubles each time, and the box waits a "
        "random part of it, so that many boxes do not come back at once.",
        5.0,
        minimum=0.1,
        maximum=3600,
    )
    retry_max_s: float = setting(
        "Longest time between connections, in seconds.", 300.0, minimum=0.1, maximum=86400
    )
    alarm_after_s: float = setting(
        "Seconds without the broker before that is an alarm.", 600.0, minimum=0, maximum=86400
    )
    vpn: bool = setting("Reach the broker through the tunnel of [vpn] only.", default=False)
    tls: Tls = setting("How it is called by TLS.", factory=Tls)
    home_assistant: HomeAssistant = setting(
        "So that a Home Assistant finds the box by itself.", factory=HomeAssistant
    )


def mqtt_contradictions(mqtt: Mqtt, vpn: Vpn) -> Iterator[Contradiction]:
    """What cannot be meant of the broker; nothing of one that is not told anything."""
    if not mqtt.enabled:
        return
    for key in ("host", "site", "device"):
        if not getattr(mqtt, key):
            yield ("mqtt", key), "is required where [mqtt] is enabled", "topics are made of it"
    if mqtt.password_file and not mqtt.username:
        yield ("mqtt", "password_file"), "is of nobody", "name the username"
    if mqtt.username and not mqtt.tls.enabled and not _is_loopback(mqtt.host):
        what = "a password would go in the clear"
        yield ("mqtt", "username"), what, "enable [mqtt.tls]"
    if mqtt.retry_first_s > mqtt.retry_max_s:
        what = f"must not be longer than retry_max_s, {mqtt.retry_max_s:g}"
        yield ("mqtt", "retry_first_s"), what, ""
    yield from _tunnel(mqtt, vpn)


def _tunnel(mqtt: Mqtt, vpn: Vpn) -> Iterator[Contradiction]:
    if mqtt.vpn and not vpn.interface:
        yield ("mqtt", "vpn"), "there is no tunnel", "name the interface in [vpn]"
    if mqtt.vpn and vpn.mode == ON_DEMAND:
        what = "the tunnel is up during transfers only"
        yield ("mqtt", "vpn"), what, 'write mode = "permanent" in [vpn]'


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
