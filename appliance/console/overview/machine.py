"""The box itself in a few lines: clock, disk, processes, VPN, versions, certificates, monitors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from appliance import __version__
from appliance.alarms import AlarmCode
from appliance.clock import ClockState
from appliance.console.moments import ago, lasting, local
from appliance.console.overview.desk import Seen
from appliance.console.overview.standing import BAD, DOUBT, GOOD, IDLE, is_past, worst
from appliance.status import Snapshot
from appliance.texts import Texts
from appliance.tls import Worn

CLOCKS = {ClockState.NTP: GOOD, ClockState.RTC: GOOD}
WORN = {Worn.GOOD: GOOD, Worn.EXPIRING: DOUBT, Worn.EXPIRED: BAD, Worn.UNUSABLE: BAD}
DISK_ALARMS = {AlarmCode.DISK_LOW: BAD, AlarmCode.DISK_FILLING: DOUBT}
HEAT_ALARMS = {AlarmCode.TOO_HOT: DOUBT}
BACKUP_ALARMS = {AlarmCode.BACKUP_FAILED: DOUBT, AlarmCode.BACKUP_OVERDUE: DOUBT}
VPN_ALARMS = {AlarmCode.TUNNEL_DOWN: BAD}
MIB_IN_GIB = 1024


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: the key of its label (``overview.…``), whether it is good news, and what it is."""

    label: str
    state: str
    words: str


def facts(seen: Seen, texts: Texts) -> Iterator[Fact]:
    """Every line that there is something to say in."""
    yield from _processes(seen, texts)
    if seen.snapshot is None:
        return
    snapshot = seen.snapshot
    clock = snapshot.machine.clock.state
    yield Fact("clock", CLOCKS.get(clock, BAD), texts.say(f"overview.clock_{clock}"))
    yield _disk(snapshot, texts)
    yield from _heat(snapshot, texts)
    yield from _vpn(snapshot, texts)
    yield _version(snapshot, texts)
    yield from _update(snapshot, texts)
    yield from _certificates(snapshot, texts)
    yield _backup(snapshot, texts)
    yield from _displays(snapshot, texts)
    yield from _meters(seen, texts)


def _processes(seen: Seen, texts: Texts) -> Iterator[Fact]:
    """Those that fail by name; else that all run, where systemd was asked."""
    failing = [each.subject or each.name for each in seen.checks if not each.is_well]
    if failing:
        yield Fact("processes", BAD, texts.say("overview.failing", names=", ".join(failing)))
    elif len(seen.checks) > 1:
        yield Fact("processes", GOOD, texts.say("overview.all_run", count=len(seen.checks) - 1))


def _alarmed(snapshot: Snapshot, states: dict[AlarmCode, str], otherwise: str = GOOD) -> str:
    found = [states[each.code] for each in snapshot.alarms if each.code in states]
    return worst(found) if found else otherwise


def _disk(snapshot: Snapshot, texts: Texts) -> Fact:
    percent = 100 * snapshot.disk_free_mib // max(1, snapshot.disk_total_mib)
    gib = f"{snapshot.disk_free_mib / MIB_IN_GIB:.1f}"
    words = texts.say("overview.disk_free", percent=percent, gib=gib)
    return Fact("disk", _alarmed(snapshot, DISK_ALARMS), words)


def _heat(snapshot: Snapshot, texts: Texts) -> Iterator[Fact]:
    celsius = snapshot.machine.hottest_celsius
    if celsius is not None:
        words = texts.say("overview.celsius", celsius=round(celsius))
        yield Fact("heat", _alarmed(snapshot, HEAT_ALARMS), words)


def _vpn(snapshot: Snapshot, texts: Texts) -> Iterator[Fact]:
    """Good where the other end was ever heard and no alarm says otherwise."""
    tunnel = snapshot.tunnel
    if tunnel is None:
        return
    age_s = tunnel.handshake_age_s(snapshot.taken_at)
    if not tunnel.is_up:
        yield Fact("vpn", BAD, texts.say("overview.vpn_down"))
    elif age_s is None:
        yield Fact("vpn", DOUBT, texts.say("overview.vpn_unheard"))
    else:
        words = texts.say("overview.vpn_heard", ago=lasting(texts, age_s))
        yield Fact("vpn", _alarmed(snapshot, VPN_ALARMS), words)


def _version(snapshot: Snapshot, texts: Texts) -> Fact:
    boot = snapshot.machine.boot
    words = [boot.image_version or __version__]
    if boot.slot:
        words.append(texts.say("overview.slot", slot=boot.slot))
    if boot.uptime_s is not None:
        words.append(texts.say("overview.up_for", time=lasting(texts, boot.uptime_s)))
    return Fact("version", GOOD, " · ".join(words))


def _update(snapshot: Snapshot, texts: Texts) -> Iterator[Fact]:
    known = snapshot.update or {}
    if trial := known.get("trial"):
        yield Fact("update", DOUBT, texts.say("overview.trial", slot=trial))
    if offered := known.get("offered"):
        yield Fact("update", GOOD, texts.say("overview.offered", version=offered))


def _certificates(snapshot: Snapshot, texts: Texts) -> Iterator[Fact]:
    """The one that ends first, or each that is not good."""
    found = snapshot.certificates
    for each in found:
        if each.worn is not Worn.GOOD:
            words = texts.say(f"overview.certificate_{each.worn}", setting=each.setting)
            yield Fact("certificate", WORN[each.worn], words)
    ends = [each.ends_at for each in found if each.ends_at is not None]
    if ends and all(each.worn is Worn.GOOD for each in found):
        yield Fact("certificate", GOOD, texts.say("overview.until", day=local(min(ends))[:10]))


def _backup(snapshot: Snapshot, texts: Texts) -> Fact:
    made = snapshot.backup
    words = ago(texts, made.made_at if made else None, snapshot.taken_at)
    return Fact("backup", _alarmed(snapshot, BACKUP_ALARMS, GOOD if made else IDLE), words)


def _displays(snapshot: Snapshot, texts: Texts) -> Iterator[Fact]:
    known = snapshot.displays
    if not known.in_use:
        return
    failed, due = len(known.failed), len(known.due)
    state = BAD if failed else DOUBT if due else GOOD
    key = "overview.displays" if failed or due else "overview.displays_good"
    yield Fact("monitors", state, texts.say(key, count=known.in_use, due=due, failed=failed))


def _meters(seen: Seen, texts: Texts) -> Iterator[Fact]:
    """What is plugged in is not asked for its name, so it is counted apart."""
    today = datetime.fromtimestamp(seen.taken_at).astimezone().date()
    for each in seen.meters:
        is_out = is_past(each.calibrated_until, today)
        key = "out" if is_out else "until" if each.calibrated_until else "unknown"
        words = texts.say(f"overview.meter_{key}", name=each.name, day=each.calibrated_until)
        yield Fact("meter", DOUBT if is_out else GOOD, words)
    if seen.meters_plugged:
        words = texts.say("overview.plugged", count=seen.meters_plugged)
        yield Fact("meter", GOOD, words)
