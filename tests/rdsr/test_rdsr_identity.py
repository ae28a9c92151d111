"""What makes two reports the same object, and what makes them different ones."""

from dataclasses import replace
from decimal import Decimal

import pytest

from appliance.dose.coded import Phantom
from appliance.dose.record import Box, CTRadiationDose, IrradiationEvent, Origin, Sourced
from appliance.rdsr import PersonObserver, Predecessor, RecordingDevice, build_report
from appliance.rdsr.concepts import Concept
from appliance.rdsr.readback import child, children
from tests.rdsr.cases import BOX, PERSON, SCREEN, Case, case, number

TWO = case("two_phantoms")


def sop_instance_uid(one: Case) -> str:
    report = one.report
    assert report.file_meta.MediaStorageSOPInstanceUID == report.SOPInstanceUID
    return str(report.SOPInstanceUID)


def with_event(record: CTRadiationDose, index: int, **changes: object) -> CTRadiationDose:
    events: list[IrradiationEvent] = list(record.events)
    events[index] = replace(events[index], **changes)  # type: ignore[arg-type]
    return replace(record, events=tuple(events))


def test_who_read_a_value_and_where_it_stood_make_no_difference() -> None:
    moved = Origin(PERSON.source.HUMAN_READABLE_REPORT, "another reader", "9.9", 3, Box(1, 2, 3, 4))
    record = with_event(TWO.record, 1, dlp_mgy_cm=Sourced(Decimal("335.68"), "335.68 ", moved))
    again = replace(TWO, record=replace(record, layout="another layout"))
    assert sop_instance_uid(again) == sop_instance_uid(TWO)


def test_another_box_makes_no_difference_to_the_uid() -> None:
    other = RecordingDevice("dose-appliance", "dose-appliance", "BOX-0002", "0.2.0")
    report = build_report(TWO.record, TWO.evidence, other)
    assert report.SOPInstanceUID == sop_instance_uid(TWO)
    assert report.DeviceSerialNumber == "BOX-0002"


def test_the_evidence_twice_is_the_evidence() -> None:
    twice = replace(TWO, evidence=[*TWO.evidence, *TWO.evidence])
    assert sop_instance_uid(twice) == sop_instance_uid(TWO)


DIFFERENT = {
    "a dose": replace(TWO, record=with_event(TWO.record, 1, dlp_mgy_cm=number("335.69"))),
    "a dose's decimals": replace(TWO, record=with_event(TWO.record, 1, ctdi_vol_mgy=number("48"))),
    "a phantom": replace(
        TWO,
        record=with_event(
            TWO.record,
            1,
            phantom=Sourced(Phantom.BODY32, "Body 32", SCREEN),
        ),
    ),
    "a total": replace(TWO, record=replace(TWO.record, total_dlp_mgy_cm=number("913.54"))),
    "an event less": replace(TWO, record=replace(TWO.record, events=TWO.record.events[1:])),
    "a value entered by a person": replace(
        TWO, record=with_event(TWO.record, 1, dlp_mgy_cm=number("335.68", PERSON))
    ),
    "a person": replace(TWO, person=PersonObserver("Smith^Anna")),
    "a person's reason": replace(TWO, person=PersonObserver("Smith^Anna", "Seen.")),
    "a second person": replace(TWO, person=PersonObserver("Smith^Anna", "Seen.", "Doe^Jo")),
    "a predecessor": replace(TWO, predecessor=Predecessor("1.2", "1.2.3", "1.2.3.4")),
    "other evidence": replace(TWO, evidence=case("several_pages").evidence),
    "a rule for the region": replace(TWO, region="CHEST"),
}


def test_whatever_changes_the_report_changes_its_uid() -> None:
    uids = {name: sop_instance_uid(one) for name, one in DIFFERENT.items()}
    assert len({*uids.values(), sop_instance_uid(TWO)}) == len(DIFFERENT) + 1


def event_uids(one: Case) -> list[str]:
    acquisitions = children(one.report, Concept.CT_ACQUISITION)
    items = [child(each, Concept.IRRADIATION_EVENT_UID) for each in acquisitions]
    return [str(item.UID) for item in items if item is not None]


@pytest.mark.parametrize("name", sorted(set(DIFFERENT) - {"an event less"}))
def test_an_event_stays_the_event_it_was(name: str) -> None:
    assert event_uids(DIFFERENT[name]) == event_uids(TWO)


def test_an_event_is_not_known_by_the_rows_before_it() -> None:
    assert event_uids(DIFFERENT["an event less"]) == event_uids(TWO)[1:]


def test_a_box_is_known_by_its_serial_number() -> None:
    assert replace(BOX, software_versions="9").uid == BOX.uid
    assert replace(BOX, device_serial_number="9").uid != BOX.uid


@pytest.mark.parametrize(
    "name", ["manufacturer", "model_name", "device_serial_number", "software_versions"]
)
def test_a_box_without_a_name_is_none(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        replace(BOX, **{name: " "})  # type: ignore[arg-type]


def test_a_person_has_a_name() -> None:
    with pytest.raises(ValueError, match="name"):
        PersonObserver(" ")
