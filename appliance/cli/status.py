"""``appliance status``: counts and conditions, never a patient."""

import json
from collections.abc import Iterator
from typing import Any

from appliance import __version__
from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.texts import Texts
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.commitment import Tally
from appliance.errors import EXIT_OK
from appliance.status import Snapshot, take_snapshot
from appliance.tunnel import Sighting


def run(context: Context) -> int:
    """Print the state as text or as one JSON object. Raises StateError."""
    snapshot = take_snapshot(context.configuration, SYSTEM_CLOCK)
    if context.arguments.format == "json":
        print(json.dumps(as_json(snapshot), ensure_ascii=False))  # noqa: T201 - what was asked for
    else:
        print(columns(list(_lines(snapshot, context.texts))))  # noqa: T201 - what was asked for
    return EXIT_OK


def as_json(snapshot: Snapshot) -> dict[str, Any]:
    """The keys of docs/commands.md; times are ISO 8601 in UTC."""
    return {
        "version": __version__,
        "taken_at": iso8601(snapshot.taken_at),
        "ever_ran": snapshot.ever_ran,
        "disk_free_mib": snapshot.disk_free_mib,
        "objects_received": snapshot.objects_received,
        "objects_in_conflict": snapshot.objects_in_conflict,
        "last_received_at": _time(snapshot.last_received_at),
        "studies_open": snapshot.studies_open,
        "studies_by_outcome": snapshot.studies_by_outcome,
        "quarantine_by_reason": snapshot.quarantine_by_reason,
        "destinations": [
            {
                "name": each.destination,
                "deliveries_by_state": each.by_state,
                "oldest_unsent_at": _time(each.oldest_unsent_at),
                "commitments_by_state": _commitments(each.commitments),
            }
            for each in snapshot.destinations
        ],
        "commitment_requests_by_state": snapshot.commitment_requests,
        "certificates": [
            {"setting": each.setting, "ends_at": _time(each.ends_at), "state": each.worn}
            for each in snapshot.certificates
        ],
        "vpn": _tunnel(snapshot),
        "alarms": [
            {
                "code": each.code,
                "severity": each.code.severity,
                "subject": each.subject,
                "raised_at": iso8601(each.raised_at),
            }
            for each in snapshot.alarms
        ],
    }


def _lines(snapshot: Snapshot, texts: Texts) -> Iterator[tuple[str, str]]:
    def line(label: str, text: str, **values: object) -> tuple[str, str]:
        return texts.say(f"status.{label}", **values), text

    disk = texts.say("status.disk", data_dir=snapshot.data_dir, free=snapshot.disk_free_mib)
    yield line("version", __version__)
    yield line("data_dir", disk)
    yield line("received", _received(snapshot, texts))
    if not snapshot.ever_ran:
        return
    studies = {"open": snapshot.studies_open} | snapshot.studies_by_outcome
    yield line("studies", _counted({texts.say(f"status.{key}"): n for key, n in studies.items()}))
    yield line("quarantine", _counted(snapshot.quarantine_by_reason) or texts.say("status.none"))
    for each in snapshot.destinations:
        states = {texts.say(f"status.{state}"): n for state, n in each.by_state.items()}
        parts = [_counted(states) or texts.say("status.none")]
        if each.oldest_unsent_at is not None:
            parts.append(texts.say("status.oldest", when=iso8601(each.oldest_unsent_at)))
        if each.commitments is not None:
            kept = _commitments(each.commitments)
            parts.append(_counted({texts.say(f"status.{key}"): n for key, n in kept.items()}))
        yield line("destination", "; ".join(parts), name=each.destination)
    for certificate in snapshot.certificates:
        ends = texts.say("status.ends", when=(_time(certificate.ends_at) or "-")[:10])
        state = texts.say(f"status.{certificate.worn}")
        yield line("certificate", f"{state}; {ends}", setting=certificate.setting)
    if snapshot.tunnel is not None:
        yield line("vpn", _tunnel_told(snapshot.tunnel, snapshot.taken_at, texts))
    for alarm in snapshot.alarms:
        text = texts.say(
            "status.since",
            meaning=texts.pick(alarm.code.meaning),
            subject=alarm.subject,
            when=iso8601(alarm.raised_at),
        )
        yield line("alarm", text, code=alarm.code)


def _commitments(tally: Tally | None) -> dict[str, int]:
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


def _tunnel_told(tunnel: Sighting, now: float, texts: Texts) -> str:
    age_s = tunnel.handshake_age_s(now)
    told = texts.say("status.up" if tunnel.is_up else "status.down", interface=tunnel.interface)
    age = texts.say(f"status.{'no_' if age_s is None else ''}handshake", age=f"{age_s or 0:.0f}")
    return f"{told}; {age}; {texts.say('status.seen', when=iso8601(tunnel.seen_at))}"


def _received(snapshot: Snapshot, texts: Texts) -> str:
    if not snapshot.ever_ran:
        return texts.say("status.nothing")
    return texts.say(
        "status.objects",
        count=snapshot.objects_received,
        conflicts=snapshot.objects_in_conflict,
        last=_time(snapshot.last_received_at) or "-",
    )


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {word}" for word, count in counts.items())


def _time(wall_s: float | None) -> str | None:
    return None if wall_s is None else iso8601(wall_s)
