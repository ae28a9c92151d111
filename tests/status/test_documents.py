"""Every document conforms to its schema, whatever the box has seen, and says what may be said."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from appliance.alarms import Alarm, AlarmCode
from appliance.clock import Clock, ClockState
from appliance.commitment import Tally
from appliance.config import Configuration
from appliance.machine import (
    Boot,
    ClockFacts,
    FileSystem,
    Machine,
    Medium,
    MediumKind,
    SpareBlocks,
    Supply,
    Temperature,
)
from appliance.status import (
    AlarmNotice,
    Check,
    Device,
    Snapshot,
    Topics,
    availability,
    event,
    health,
    health_document,
    state,
    state_document,
    take_snapshot,
)
from appliance.status import alarm_notice as notices
from appliance.status.availability import Connection
from appliance.status.event import Event, EventKind
from appliance.status.outgoing import encoded
from appliance.status.schemas import names, schema
from appliance.status.snapshot import (
    CertificateState,
    DestinationQueue,
    DisplayCondition,
    DisplayConditions,
    LastReceived,
)
from appliance.tls import Worn
from appliance.tunnel import Sighting

DEVICE = Device("north", "box1", 60.0)
NOW_S = 1_800_000_000.0
UID = "1.2.392.200036.9116.2.6.1.48.1215564802.1234567890.12345"
PUBLISHED = (availability.SCHEMA, state.SCHEMA, health.SCHEMA, notices.SCHEMA, event.SCHEMA)
CODES = st.sampled_from(AlarmCode)
ALARMS = st.builds(
    Alarm, st.integers(1, 10**6), CODES, st.text(max_size=40), st.text(max_size=300), st.just(1e9)
)
TIMES = st.none() | st.floats(0, 4e9)
COUNTS = st.dictionaries(st.text(max_size=8), st.integers(0, 10**7), max_size=3)
MACHINES = st.builds(
    Machine,
    clock=st.builds(ClockFacts, state=st.sampled_from(ClockState), rtc=st.none() | st.just("rtc0")),
    boot=st.builds(
        Boot, boot_id=st.none() | st.text(), slot=st.sampled_from([None, "a"]), uptime_s=TIMES
    ),
    temperatures=st.just(()) | st.just((Temperature(sensor="cpu", celsius=55.5),)),
    supply=st.builds(Supply, under_voltage_since_boot=st.none() | st.booleans()),
    media=st.just(())
    | st.just((Medium(device="mmcblk0", kind=MediumKind.EMMC, spare_blocks=SpareBlocks.URGENT),)),
    file_systems=st.just(()) | st.just((FileSystem(device="sda1", errors=2),)),
)
SIGHTINGS = st.builds(
    Sighting,
    interface=st.text(),
    seen_at=st.just(1e9),
    is_up=st.booleans(),
    handshake_at=TIMES,
)
SNAPSHOTS = st.builds(
    Snapshot,
    taken_at=st.floats(0, 4e9),
    data_dir=st.just(Path("/data")),
    disk_free_mib=st.integers(0, 10**7),
    disk_total_mib=st.integers(0, 10**7),
    machine=MACHINES,
    ever_ran=st.booleans(),
    objects_received=st.integers(0, 10**9),
    last_received_at=TIMES,
    studies_by_outcome=COUNTS,
    quarantine_by_reason=COUNTS,
    destinations=st.lists(
        st.builds(
            DestinationQueue,
            st.text(max_size=8),
            COUNTS,
            TIMES,
            st.none() | st.just(Tally("archive", 1, 2, 3)),
        ),
        max_size=2,
    ).map(tuple),
    alarms=st.lists(ALARMS, max_size=60).map(tuple),
    certificates=st.builds(CertificateState, st.text(), TIMES, st.sampled_from(Worn)).map(
        lambda each: (each,)
    ),
    tunnel=st.none() | SIGHTINGS,
    last_received=st.just((LastReceived(None, "CT", 1e9),)),
    displays=st.just(
        DisplayConditions(3, (DisplayCondition("left", "constancy test: overdue", "2026"),))
    ),
)


def checked(document: dict[str, Any]) -> dict[str, Any]:
    """As a watcher gets it; it conforms, and has no key that the schema does not name."""
    read: dict[str, Any] = json.loads(encoded(document))
    found = schema(read["schema"])
    Draft202012Validator(found).validate(read)
    assert set(unnamed(read, found)) == set()
    return read


def unnamed(value: Any, found: dict[str, Any], at: str = "") -> Iterator[str]:  # noqa: ANN401
    if isinstance(value, list):
        for each in value:
            yield from unnamed(each, found["items"], at)
    if not isinstance(value, dict) or not ("properties" in found or "oneOf" in found):
        return
    known = found.get("properties") or found["oneOf"][1]["properties"]
    for key, inner in value.items():
        if key not in known:
            yield f"{at}/{key}"
        else:
            yield from unnamed(inner, known[key], f"{at}/{key}")


@pytest.mark.parametrize("name", names())
def test_a_schema_is_one_and_explains_every_key(name: str) -> None:
    found = schema(name)
    Draft202012Validator.check_schema(found)
    assert found["properties"]["schema"]["const"] == name
    described = [found]
    for each in described:
        assert each.get("description"), each
        described += [*each.get("properties", {}).values()]
        described += [inner for inner in [each.get("items")] if inner]


def test_what_is_published_has_its_schema() -> None:
    assert set(PUBLISHED) <= set(names())


@settings(max_examples=25)
@given(SNAPSHOTS)
def test_a_state_conforms(snapshot: Snapshot) -> None:
    told = state_document(snapshot, DEVICE, map(AlarmNotice.of, snapshot.alarms))
    read = checked(told)
    assert len(read["alarms"]) <= state.MOST_ALARMS
    counted = [read["figures"][f"alarms_{each}"] for each in ("critical", "major", "minor")]
    assert sum(counted) == len(snapshot.alarms)


@settings(max_examples=25)
@given(SNAPSHOTS)
def test_a_state_is_told_at_the_box_too(snapshot: Snapshot) -> None:
    checked(state_document(snapshot, Device(), map(AlarmNotice.within, snapshot.alarms)))


def test_a_box_where_nothing_ran_has_a_state(tmp_path: Path) -> None:
    snapshot = take_snapshot(Configuration(data_dir=tmp_path), Clock(), root=tmp_path)
    read = checked(state_document(snapshot, DEVICE, ()))
    assert read["figures"]["received_ago_s"] is None
    assert read["boot"]["slot"] is None
    assert read["figures"]["unsent_for_s"] == 0


@given(st.lists(ALARMS, max_size=3), st.booleans())
def test_a_health_conforms(alarms: list[Alarm], is_well: bool) -> None:  # noqa: FBT001
    checks = [Check("service-lives", "receiver", is_well, "running")]
    read = checked(health_document(checks, alarms, DEVICE, NOW_S))
    critical = any(each.code.severity == "critical" for each in alarms)
    assert (read["verdict"] == "bad") is (critical or not is_well)
    assert (read["verdict"] == "good") is (is_well and not alarms)


@given(ALARMS)
def test_an_alarm_and_its_event_conform(alarm: Alarm) -> None:
    notice = AlarmNotice.of(alarm)
    checked(notice.document(DEVICE))
    checked(Event(7, EventKind.ALARM_RAISED, NOW_S, notice, {}).document(DEVICE))


@pytest.mark.parametrize("kind", EventKind)
def test_an_event_without_alarm_conforms(kind: EventKind) -> None:
    checked(Event(7, kind, NOW_S, None, {"step_s": 3.5}).document(DEVICE))


def test_availability_conforms() -> None:
    connection = Connection("1f", NOW_S)
    online = checked(connection.online(DEVICE, NOW_S))
    assert online["valid_until"] == "2027-01-15T08:03:00.000Z"
    assert checked(connection.stopped(DEVICE, NOW_S))["reason"] == "stopped"
    will = checked(connection.will(DEVICE))
    assert (will["state"], will["taken_at"]) == ("offline", None)


def test_documents_may_grow() -> None:
    grown = Connection("1f", NOW_S).online(DEVICE, NOW_S) | {"of_a_later_version": 1}
    Draft202012Validator(schema(availability.SCHEMA)).validate(json.loads(encoded(grown)))


@pytest.mark.parametrize("code", AlarmCode)
def test_what_may_leave_of_an_alarm_was_decided(code: AlarmCode) -> None:
    rule = notices.disclosure()[code]
    assert rule["subject"] in ("whole", "nothing")
    assert rule["detail"] in ("whole", "cause", "nothing")
    assert rule["because"]


SUBJECT_STAYS = [each for each, rule in notices.disclosure().items() if rule["subject"] != "whole"]


@pytest.mark.parametrize("code", SUBJECT_STAYS)
def test_a_uid_stays_in_the_box(code: str) -> None:
    notice = AlarmNotice.of(Alarm(12, AlarmCode(code), UID, "", NOW_S))
    topics = Topics("dose-appliance/v1/north/box1")
    assert UID not in json.dumps(notice.document(DEVICE)) + topics.alarm(notice)
    assert topics.alarm(notice).endswith(f"alarms/{code}/number-12")


def test_what_a_peer_said_stays_in_the_box() -> None:
    said = "processing-failed: no room for CANARIA^HANAKO"
    notice = AlarmNotice.of(Alarm(1, AlarmCode.DESTINATION_FAILING, "archive", said, NOW_S))
    assert notice.detail == "processing-failed"
    other = replace(notice, code=AlarmCode.DESTINATION_FAILING)
    assert "CANARIA" not in json.dumps(other.document(DEVICE))


def test_an_alarm_that_nobody_decided_about_leaves_bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "disclosure", dict)
    notice = AlarmNotice.of(Alarm(1, AlarmCode.DISK_LOW, "spool", "detail", NOW_S))
    assert (notice.subject, notice.detail) == (None, None)


@given(ALARMS)
def test_a_topic_can_be_published_to(alarm: Alarm) -> None:
    """MQTT 5 4.7: no wildcard, no zero; and no level that was not meant."""
    topic = Topics("dose-appliance/v1/north/box1").alarm(AlarmNotice.of(alarm))
    assert not set(topic) & set("+#\0 ")
    assert topic.count("/") - len(alarm.subject and "/") == 5
    assert topic.isascii()
