"""The state of the box in lines for people."""

from collections.abc import Iterator

from appliance import __version__
from appliance.cli.texts import Texts
from appliance.clock import iso8601
from appliance.machine import Machine
from appliance.status import Snapshot, Verdict
from appliance.status.state import commitments_by_state
from appliance.tunnel import Sighting

DAY = 10
"""Characters of a day in ISO 8601."""


def lines(snapshot: Snapshot, verdict: Verdict, texts: Texts) -> Iterator[tuple[str, str]]:
    """A label and its text a line."""

    def line(label: str, text: str, **values: object) -> tuple[str, str]:
        return texts.say(f"status.{label}", **values), text

    disk = texts.say("status.disk", data_dir=snapshot.data_dir, free=snapshot.disk_free_mib)
    yield line("health", texts.say(f"status.{verdict}"))
    yield line("version", __version__)
    yield from _machine(snapshot.machine, texts)
    yield line("data_dir", disk)
    yield line("received", _received(snapshot, texts))
    if not snapshot.ever_ran:
        return
    for arrival in snapshot.last_received:
        scanner = arrival.scanner or texts.say("status.unlisted")
        yield line("last", iso8601(arrival.received_at), modality=arrival.modality, scanner=scanner)
    studies = {"open": snapshot.studies_open} | snapshot.studies_by_outcome
    yield line("studies", _counted({texts.say(f"status.{key}"): n for key, n in studies.items()}))
    yield line("quarantine", _counted(snapshot.quarantine_by_reason) or texts.say("status.none"))
    for each in snapshot.destinations:
        states = {texts.say(f"status.{state}"): n for state, n in each.by_state.items()}
        parts = [_counted(states) or texts.say("status.none")]
        if each.oldest_unsent_at is not None:
            parts.append(texts.say("status.oldest", when=iso8601(each.oldest_unsent_at)))
        if each.commitments is not None:
            kept = commitments_by_state(each.commitments)
            parts.append(_counted({texts.say(f"status.{key}"): n for key, n in kept.items()}))
        yield line("destination", "; ".join(parts), name=each.destination)
    for certificate in snapshot.certificates:
        ends = texts.say("status.ends", when=(_time(certificate.ends_at) or "-")[:DAY])
        state = texts.say(f"status.{certificate.worn}")
        yield line("certificate", f"{state}; {ends}", setting=certificate.setting)
    if snapshot.tunnel is not None:
        yield line("vpn", _tunnel_told(snapshot.tunnel, snapshot.taken_at, texts))
    yield from _backup(snapshot, texts)
    for alarm in snapshot.alarms:
        text = texts.say(
            "status.since",
            meaning=texts.pick(alarm.code.meaning),
            subject=alarm.subject,
            when=iso8601(alarm.raised_at),
        )
        label = texts.say("status.alarm", code=alarm.code)
        yield label, f"{text} ({alarm.number})"


def _backup(snapshot: Snapshot, texts: Texts) -> Iterator[tuple[str, str]]:
    made = snapshot.backup
    if made is not None:
        told = texts.say("status.backup_made", when=iso8601(made.made_at), medium=made.medium)
        yield texts.say("status.backup"), told


def _tunnel_told(tunnel: Sighting, now: float, texts: Texts) -> str:
    age_s = tunnel.handshake_age_s(now)
    told = texts.say("status.up" if tunnel.is_up else "status.down", interface=tunnel.interface)
    age = texts.say(f"status.{'no_' if age_s is None else ''}handshake", age=f"{age_s or 0:.0f}")
    return f"{told}; {age}; {texts.say('status.seen', when=iso8601(tunnel.seen_at))}"


def _machine(machine: Machine, texts: Texts) -> Iterator[tuple[str, str]]:
    """Only what the machine tells."""
    boot, supply = machine.boot, machine.supply
    clock = texts.say(f"status.clock_{machine.clock.state}")
    yield texts.say("status.clock"), clock
    if boot.slot is not None:
        slot = texts.say("status.booted", slot=boot.slot, image=boot.image_version or "-")
        yield texts.say("status.slot"), slot
    if machine.hottest_celsius is not None:
        yield texts.say("status.temperature"), f"{machine.hottest_celsius:.0f} C"
    if supply.under_voltage_since_boot:
        yield texts.say("status.supply"), texts.say("status.under_voltage")
    for medium in machine.media:
        if medium.life_used_percent is not None:
            used = texts.say("status.life_used", percent=medium.life_used_percent)
            yield texts.say("status.medium", device=medium.device), used


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
