"""What a protocol says, gathered: the box, its peers, and every step with what came of it.

**Knows:** what belongs on a protocol.
**Does not know:** how it looks (``console.commissioning``).
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.commissioning import Commissioning, Result, Step, newest, plain
from appliance.config import Configuration
from appliance.journal import canonical_json
from appliance.machine import look_at
from appliance.machine.network import links
from appliance.services.equipment import recording_device

SCHEMA = "commissioning/1"


@dataclass(frozen=True, slots=True)
class Made:
    """When, in seconds since the epoch, and by whom it is made."""

    at: float
    by: str


def record(
    configuration: Configuration,
    commissioning: Commissioning,
    results: Sequence[Result],
    made: Made,
    root: Path = Path("/"),
) -> str:
    """As canonical JSON; it names no patient."""
    return canonical_json(
        {
            "schema": SCHEMA,
            "commissioning": commissioning.number,
            "title": commissioning.title,
            "begun_at": commissioning.begun_at,
            "begun_by": commissioning.begun_by,
            "made_at": made.at,
            "made_by": made.by,
            "box": _box(configuration, made.at, root),
            "scanners": [
                {"name": each.name, "ae_title": each.ae_title, "address": each.address}
                for each in configuration.scanner
            ],
            "destinations": [
                {"name": each.name, "kind": each.kind, "host": each.host, "port": each.port}
                for each in configuration.destination
            ],
            "steps": [_step(step, results, configuration) for step in Step],
        }
    )


def own_addresses(root: Path = Path("/")) -> tuple[str, ...]:
    """The box's addresses, without their prefixes."""
    return tuple(each.partition("/")[0] for link in links(root) for each in link.addresses)


def _box(configuration: Configuration, now: float, root: Path) -> dict[str, Any]:
    device, receiver = recording_device(configuration), configuration.receiver
    boot = look_at(root, now).boot
    return {
        "host_name": plain(socket.gethostname()),
        "institution": device.institution_name,
        "serial_number": device.device_serial_number,
        "software": device.software_versions,
        "image": boot.image_version or "",
        "ae_title": receiver.ae_title,
        "ports": [receiver.port] + ([receiver.tls.port] if receiver.tls.port else []),
        "addresses": list(own_addresses(root)),
    }


def _step(step: Step, results: Sequence[Result], by: Configuration) -> dict[str, Any]:
    """The newest result of each part; destinations in the order of the settings."""
    mine = [each for each in results if each.step is step]
    places = {each.name: at for at, each in enumerate(by.destination)}
    last = sorted(newest(results, step).values(), key=lambda each: places.get(each.subject, -1))
    return {"step": step, "tries": len(mine), "results": [_result(each) for each in last]}


def _result(result: Result) -> dict[str, Any]:
    return {
        "number": result.number,
        "subject": result.subject,
        "outcome": result.outcome,
        "by": result.by,
        "began_at": result.began_at,
        "ended_at": result.ended_at,
        "note": result.note,
        "findings": [each.as_json() for each in result.findings],
    }
