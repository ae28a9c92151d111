"""One message by which a Home Assistant finds the box and its figures.

Keys and topic are those of its device discovery (2024.11 and later), as its documentation gave them
in 2026; not tried with one.
"""

import re
from typing import Any

from appliance import __version__
from appliance.config import Mqtt
from appliance.status.availability import Presence
from appliance.status.health import Verdict
from appliance.status.stamp import MISSED
from appliance.status.topics import Topics

ENTITIES: dict[str, tuple[str, str | None, str | None]] = {
    "deliveries_waiting": ("Waiting deliveries", None, None),
    "deliveries_refused": ("Refused deliveries", None, None),
    "unsent_for_s": ("Oldest unsent", "s", "duration"),
    "received_ago_s": ("Last received", "s", "duration"),
    "quarantined": ("Studies in quarantine", None, None),
    "disk_free_percent": ("Free disk", "%", None),
    "media_life_used_percent": ("Disk life used", "%", None),
    "temperature_celsius": ("Temperature", "°C", "temperature"),
    "certificate_ends_in_s": ("First certificate ends in", "s", "duration"),
    "vpn_handshake_age_s": ("VPN handshake age", "s", "duration"),
    "displays_due": ("Displays to be tested", None, None),
    "alarms_critical": ("Critical alarms", None, None),
    "alarms_major": ("Major alarms", None, None),
    "alarms_minor": ("Minor alarms", None, None),
}
"""By the key in ``figures``: name, unit and device class."""


def discovery(settings: Mqtt, topics: Topics) -> tuple[str, dict[str, Any]]:
    """Topic and document."""
    node = re.sub(r"[^A-Za-z0-9_-]", "_", f"{settings.site}-{settings.device}")
    health = {
        "p": "sensor",
        "unique_id": f"{node}-health",
        "name": "Health",
        "device_class": "enum",
        "options": list(Verdict),
        "state_topic": topics.health,
        "value_template": "{{ value_json.verdict }}",
    }
    figures = {key: _sensor(node, key, *about) for key, about in ENTITIES.items()}
    return f"{settings.home_assistant.prefix}/device/{node}/config", {
        "dev": {"ids": [node], "name": f"{settings.site} {settings.device}", "sw": __version__},
        "o": {"name": "dose-appliance", "sw": __version__},
        "cmps": {"health": health} | figures,
        "state_topic": topics.state,
        "availability": [
            {
                "topic": topics.availability,
                "value_template": "{{ value_json.state }}",
                "payload_available": Presence.ONLINE,
                "payload_not_available": Presence.OFFLINE,
            }
        ],
        "expire_after": int(MISSED * settings.every_s),
        "qos": 1,
    }


def _sensor(
    node: str, key: str, name: str, unit: str | None, device_class: str | None
) -> dict[str, Any]:
    more = {"unit_of_measurement": unit, "device_class": device_class}
    return {
        "p": "sensor",
        "unique_id": f"{node}-{key}",
        "name": name,
        "value_template": "{{ value_json.figures.%s }}" % key,  # noqa: UP031 - braces are Jinja's
    } | {word: value for word, value in more.items() if value}
