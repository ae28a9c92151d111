"""The state of the box as one document: what was counted and measured, never a patient.

``appliance status --format json`` prints the same document, there with all of each alarm.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from appliance import __version__
from appliance.alarms import Severity
from appliance.backup.register import Made
from appliance.clock import ClockState, iso8601
from appliance.commitment import Tally
from appliance.machine import Machine
from appliance.status.alarm_notice import AlarmNotice
from appliance.status.snapshot import Snapshot
from appliance.status.stamp import Device

SCHEMA = "state/1"
MOST_ALARMS = 50
"""So many are listed, the oldest; ``figures`` counts all."""
TRUE_CLOCKS = (ClockState.NTP, ClockState.RTC)


def state_document(
    snapshot: Snapshot, device: Device, notices: Iterable[AlarmNotice]
) -> dict[str, Any]:
    """The keys of docs/mqtt.md; times are ISO 8601 in UTC, absent is null."""
    return (
        device.head(SCHEMA)
        | device.validity(snapshot.taken_at)
        | {"version": __version__}
        | _machine(snapshot.machine)
        | {"update": snapshot.update}
        | _work(snapshot)
        | {"displays": asdict(snapshot.displays)}
        | {"alarms": [each.as_json() for _, each in zip(range(MOST_ALARMS), notices, strict=False)]}
        | {"figures": figures(snapshot)}
    )


def _machine(machine: Machine) -> dict[str, Any]:
    """Every fact of the machine, by the names that they have there."""
    facts = asdict(machine)
    facts["clock"]["lower_bound"] = _time(facts["clock"].pop("lower_bound_s") or None)
    return facts


def _work(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "ever_ran": snapshot.ever_ran,
        "disk_free_mib": snapshot.disk_free_mib,
        "disk_total_mib": snapshot.disk_total_mib,
        "objects_received": snapshot.objects_received,
        "objects_in_conflict": snapshot.objects_in_conflict,
        "last_received_at": _time(snapshot.last_received_at),
        "last_received": [
            {
                "scanner": each.scanner,
                "modality": each.modality,
                "received_at": iso8601(each.received_at),
            }
            for each in snapshot.last_received
        ],
        "studies_open": snapshot.studies_open,
        "studies_by_outcome": snapshot.studies_by_outcome,
        "quarantine_by_reason": snapshot.quarantine_by_reason,
        "destinations": [
            {
                "name": each.destination,
                "deliveries_by_state": each.by_state,
                "oldest_unsent_at": _time(each.oldest_unsent_at),
                "commitments_by_state": commitments_by_state(each.commitments),
            }
            for each in snapshot.destinations
        ],
        "commitment_requests_by_state": snapshot.commitment_requests,
        "certificates": [
            {"setting": each.setting, "ends_at": _time(each.ends_at), "state": each.worn}
            for each in snapshot.certificates
        ],
        "vpn": _tunnel(snapshot),
        "backup": _backup(snapshot.backup),
    }


def figures(snapshot: Snapshot) -> dict[str, float | None]:
    """What a graph is drawn of and a limit is set to: numbers alone, null where nobody knows."""
    return {key: _rounded(value) for key, value in _figures(snapshot)}


def _figures(snapshot: Snapshot) -> Iterator[tuple[str, float | None]]:
    now, machine = snapshot.taken_at, snapshot.machine
    for severity in Severity:
        yield (
            f"alarms_{severity}",
            sum(each.code.severity is severity for each in snapshot.alarms),
        )
    queues = snapshot.destinations
    for state in ("waiting", "leased", "refused", "delivered"):
        yield f"deliveries_{state}", sum(each.by_state.get(state, 0) for each in queues)
    oldest = [each.oldest_unsent_at for each in queues if each.oldest_unsent_at is not None]
    yield "unsent_for_s", max(0.0, now - min(oldest)) if oldest else 0
    yield "objects_received", snapshot.objects_received
    received_at = snapshot.last_received_at
    yield "received_ago_s", None if received_at is None else max(0.0, now - received_at)
    yield "studies_open", snapshot.studies_open
    yield "quarantined", sum(snapshot.quarantine_by_reason.values())
    yield "disk_free_mib", snapshot.disk_free_mib
    yield "disk_free_percent", 100 * snapshot.disk_free_mib / max(1, snapshot.disk_total_mib)
    yield "media_life_used_percent", _most(each.life_used_percent for each in machine.media)
    yield "file_system_errors", sum(each.errors for each in machine.file_systems)
    yield "temperature_celsius", machine.hottest_celsius
    yield "under_voltage", _flag(machine.supply.under_voltage_since_boot)
    yield "clock_is_true", int(machine.clock.state in TRUE_CLOCKS)
    yield "uptime_s", machine.boot.uptime_s
    ends = [each.ends_at for each in snapshot.certificates if each.ends_at is not None]
    yield "certificate_ends_in_s", min(ends) - now if ends else None
    tunnel = snapshot.tunnel
    yield "vpn_handshake_age_s", None if tunnel is None else tunnel.handshake_age_s(now)
    yield "displays_due", len(snapshot.displays.due)
    yield "displays_failed", len(snapshot.displays.failed)


def commitments_by_state(tally: Tally | None) -> dict[str, int]:
    """Empty where nobody is asked to commit."""
    if tally is None:
        return {}
    return {"committed": tally.committed, "uncommitted": tally.open, "failed": tally.failed}


def _tunnel(snapshot: Snapshot) -> dict[str, Any] | None:
    tunnel = snapshot.tunnel
    if tunnel is None:
        return None
    return {
        "interface": tunnel.interface,
        "seen_at": iso8601(tunnel.seen_at),
        "is_up": tunnel.is_up,
        "handshake_age_s": tunnel.handshake_age_s(snapshot.taken_at),
    }


def _backup(made: Made | None) -> dict[str, Any] | None:
    if made is None:
        return None
    return {"number": made.number, "medium": made.medium, "made_at": iso8601(made.made_at)}


def _most(values: Iterable[int | None]) -> int | None:
    return max((each for each in values if each is not None), default=None)


def _flag(value: bool | None) -> int | None:  # noqa: FBT001 - what is told of the supply
    return None if value is None else int(value)


def _rounded(value: float | None) -> float | None:
    return round(value, 1) if isinstance(value, float) else value


def _time(wall_s: float | None) -> str | None:
    return None if wall_s is None else iso8601(wall_s)
