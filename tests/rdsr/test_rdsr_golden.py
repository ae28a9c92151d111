"""Every golden report: what it says, that it says it again, and that it reads back."""

from dataclasses import fields, replace

import pytest
from highdicom.sr import ContentSequence
from pydicom.sr.coding import Code

from appliance.dose.record import (
    CTRadiationDose,
    IrradiationEvent,
    SizeSpecificDose,
    Sourced,
    XRaySource,
)
from appliance.rdsr import nonconformities, read_record
from appliance.rdsr.concepts import Concept
from appliance.rdsr.readback import children
from appliance.rdsr.waiting import states_dose
from tests.rdsr.cases import GOLDEN, Case, all_cases, case, encoded, reread
from tests.rdsr.golden import described

NOT_REPORTED = {"exposure_mas", "scan_start_mm", "scan_end_mm"}
ADDED = {"irradiation_event_uid", "target_region", "tube_current_ma"}
"""What a report may state of an event though its record does not."""
each_case = pytest.mark.parametrize("one", all_cases(), ids=lambda one: one.name)


def values(record: CTRadiationDose) -> list[dict[str, object]]:
    """What a report can hold of a record's events; it has one label for the two numbers."""
    return [
        {
            each.name: stated.value
            for each in fields(IrradiationEvent)
            if each.name not in NOT_REPORTED
            and not (each.name == "acquisition" and event.series is not None)
            and isinstance(stated := getattr(event, each.name), Sourced)
        }
        for event in record.events
    ]


def reads_back_as(record: CTRadiationDose, again: CTRadiationDose) -> bool:
    """Whether ``again`` has every value of ``record`` and no other but what a report adds."""
    pairs = list(zip(values(record), values(again), strict=True))
    added = all(other.keys() - one.keys() <= ADDED for one, other in pairs)
    kept = all(one.items() <= other.items() for one, other in pairs)
    return kept and added and parts(record) == parts(again)


def several(event: IrradiationEvent) -> tuple[XRaySource | SizeSpecificDose, ...]:
    return (*event.further_sources, *event.size_specific_doses)


def parts(record: CTRadiationDose) -> list[list[dict[str, object]]]:
    """The same of further sources and of size specific doses, event by event."""
    return [
        [
            {
                each.name: stated.value
                for each in fields(part)
                if (stated := getattr(part, each.name)) is not None
            }
            for part in several(event)
        ]
        for event in record.events
    ]


def test_there_are_at_least_thirty() -> None:
    assert len(all_cases()) >= 30
    assert {file.stem for file in GOLDEN.glob("*.txt")} == {one.name for one in all_cases()}


@each_case
def test_the_report_is_the_golden_one(one: Case) -> None:
    assert described(reread(one.report)) == (GOLDEN / f"{one.name}.txt").read_text("utf-8")


@each_case
def test_it_conforms_before_and_after_writing(one: Case) -> None:
    report = one.report
    assert nonconformities(report) == ()
    assert nonconformities(reread(report)) == ()


@each_case
def test_the_same_input_is_the_same_bytes_in_whatever_order_it_came(one: Case) -> None:
    backwards = replace(one, evidence=one.evidence[::-1])
    assert encoded(one.report) == encoded(one.report) == encoded(backwards.report)


@each_case
def test_it_reads_back_as_the_record(one: Case) -> None:
    again = read_record(reread(one.report))
    assert reads_back_as(one.record, again)
    if one.record.total_dlp_mgy_cm is not None:
        assert again.total_dlp_mgy_cm is not None
        assert again.total_dlp_mgy_cm.text == one.record.total_dlp_mgy_cm.text


@each_case
def test_the_evidence_is_not_changed(one: Case) -> None:
    before = [encoded(page) for page in one.evidence]
    assert one.report.SOPInstanceUID
    assert [encoded(page) for page in one.evidence] == before


def test_a_total_that_no_screen_prints_is_the_sum() -> None:
    report = case("no_total_printed").report
    total = read_record(report).total_dlp_mgy_cm
    assert total is not None
    assert total.text == "438"
    assert "prints no total" in described(report)


@each_case
def test_highdicom_reads_the_doses(one: Case) -> None:
    acquisitions = children(reread(one.report), Concept.CT_ACQUISITION)
    doses = [dose for each in acquisitions for dose in children(each, Concept.CT_DOSE)]
    events = [event for event in one.record.events if states_dose(event)]
    for dose, event in zip(doses, events, strict=True):
        stated = [each for each in dose.ContentSequence if each.get("MeasuredValueSequence") != []]
        content = ContentSequence.from_sequence(stated)
        assert [each.value for each in content.find(Code(*Concept.CTDIW_PHANTOM_TYPE.value))] == [
            Code(*(event.phantom.value.value if event.phantom else ()))
        ]
        assert [each.value for each in content.find(Code(*Concept.DLP.value))] == [
            float(dlp.value) for dlp in [event.dlp_mgy_cm] if dlp
        ]
