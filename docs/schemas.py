"""The parts of docs/mqtt.md that are made from the JSON Schemas and the tables of the status."""

from collections.abc import Callable, Iterator
from typing import Any

from appliance.status.alarm_notice import disclosure
from appliance.status.broker import Cause
from appliance.status.event import EventKind
from appliance.status.schemas import names, schema

INDENT = "&nbsp;&nbsp;"


def documents() -> str:
    """Every document, key by key."""
    return "\n".join(line for name in names() for line in _document(name))


def _document(name: str) -> Iterator[str]:
    found = schema(name)
    file = f"../appliance/status/schemas/{name.replace('/', '-')}.schema.json"
    yield from (f"### `{name}`", "", f"{found['description']} [Schema]({file})", "")
    yield from ("| key | type | meaning |", "|---|---|---|", *_rows(found, 0), "")


def _rows(found: dict[str, Any], depth: int) -> Iterator[str]:
    for key, about in found.get("properties", {}).items():
        yield f"| {INDENT * depth}`{key}` | {_type(about)} | {_meaning(about)} |"
        if key not in ("alarm", "alarms"):
            for inner in (about, about.get("items", {}), *about.get("oneOf", ())):
                yield from _rows(inner, depth + 1)


def _type(about: dict[str, Any]) -> str:
    if "const" in about:
        return f"`{about['const']}`"
    if "oneOf" in about:
        return "object or null"
    kinds = about["type"]
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _meaning(about: dict[str, Any]) -> str:
    words = [f"`{each}`" for each in about.get("enum", ()) if each]
    told = about["description"]
    missing = [each for each in words if each not in told]
    return f"{told} One of {', '.join(words)}." if missing else told


def leaves() -> str:
    """What of each alarm may leave the box."""
    rows = [
        f"| `{code}` | {rule['subject']} | {rule['detail']} | {rule['because']} |"
        for code, rule in sorted(disclosure().items())
    ]
    head = ["| alarm | subject | detail | because these are |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def kinds() -> str:
    """What events there are."""
    return ", ".join(f"`{each}`" for each in EventKind) + ".\n"


def causes() -> str:
    """Why there may be no connection."""
    return ", ".join(f"`{each}`" for each in Cause) + ".\n"


SCHEMAS: dict[str, Callable[[], str]] = {
    "mqtt-documents": documents,
    "mqtt-leaves": leaves,
    "mqtt-events": kinds,
    "mqtt-causes": causes,
}
