"""The CT's own dose report: it passes, ours steps back, and receivers end with one."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import EnhancedSRStorage, XRayRadiationDoseSRStorage

from appliance.alarms import AlarmCode
from appliance.config import Configuration, Recogniser, Sources
from appliance.dose.doubt import Reason
from appliance.dose.record import CTRadiationDose
from appliance.errors import NotFoundError
from appliance.journal import Journal
from appliance.rdsr import (
    Predecessor,
    RecordingDevice,
    build_report,
    is_recorded_by,
    read_native,
)
from appliance.rdsr.modules import predecessor_documents
from appliance.services.equipment import recording_device
from appliance.services.native_reports import acknowledge
from tests.pipeline.studies import a_copy, a_siemens_study, encoded, who
from tests.services.desk import STUDY, Desk
from tests.services.imaged import examination, screens, slices
from tests.services.test_complete_reports import predecessors
from tests.services.test_merging_scenarios import on_screen

CT = RecordingDevice("A MAKER", "A Scanner", "SN42", "VA10", "General Hospital")
ALARM = (AlarmCode.NATIVE_REPORT_DISAGREES, STUDY)


def native(**changed: Any) -> Dataset:  # noqa: ANN401 - a record's fields
    """What the CT's console says of the examination that its screen shows."""
    seen = examination()
    rows = tuple(map(on_screen, seen.scans))
    assert seen.total_dlp_mgy_cm
    (total,) = [rows[1].dlp_mgy_cm]
    assert total is not None
    record = replace(CTRadiationDose(rows, replace(total, text=total.text)), **changed)
    return build_report(record, [headers()], CT)


def headers() -> Dataset:
    header = Dataset()
    header.update({each.tag: each for each in screens()[0] if each.keyword != "PixelData"})
    return header


def another_dose() -> Dataset:
    rows = list(map(on_screen, examination().scans))
    dose = rows[1].dlp_mgy_cm
    assert dose is not None
    rows[1] = replace(rows[1], dlp_mgy_cm=replace(dose, value=Decimal("999.00"), text="999.00"))
    return native(events=tuple(rows), total_dlp_mgy_cm=rows[1].dlp_mgy_cm)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return a_desk(tmp_path)


def a_desk(folder: Path, **sources: Any) -> Desk:  # noqa: ANN401 - Sources's
    recogniser = Recogniser(settle_s=60, confirm_first=0)
    return Desk(folder, Configuration(recogniser=recogniser, sources=Sources(**sources)))


def sent(desk: Desk) -> list[Dataset]:
    return [dcmread(each.path) for each in desk.reports()]


def test_it_passes_byte_for_byte_and_the_screens_are_set_aside(desk: Desk) -> None:
    report = native()
    desk.settle(report, *screens(), *slices())
    (kept,) = desk.reports()
    assert kept.path.read_bytes().endswith(encoded(report))
    assert kept.sop_instance_uid == report.SOPInstanceUID
    assert (desk.reason(), desk.alarms()) == ("native report", [])
    rows = desk.ledger.rows("SELECT body FROM journal WHERE kind = 'native-report-passed'")
    assert len(rows) == 1
    assert str(screens()[0].SOPInstanceUID) in rows[0]["body"]
    assert Journal(desk.ledger, desk.hands.clock).verify().broken_seq is None


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_bytes(b"")])
def test_one_that_comes_after_a_damaged_one_of_ours_waits_for_its_file(
    desk: Desk, damage: Callable[[Path], None]
) -> None:
    desk.settle(*screens())
    (ours,) = desk.reports()
    whole = ours.path.read_bytes()
    damage(ours.path)
    desk.settle(native())
    assert len(desk.reports()) == 1
    assert desk.reason() == "waits"
    assert [code for code, _ in desk.alarms()] == [AlarmCode.RECOGNISER_HINDERED]
    ours.path.write_bytes(whole)
    desk.hands.wait(3600)
    desk.work()
    _, theirs = sent(desk)
    assert predecessors(theirs) == [ours.sop_instance_uid]
    assert desk.alarms() == []


def test_another_name_in_the_file_of_an_earlier_report_is_not_believed(desk: Desk) -> None:
    desk.settle(*screens())
    (ours,) = desk.reports()
    uid = ours.sop_instance_uid.encode()
    ours.path.write_bytes(
        ours.path.read_bytes().replace(uid, uid[:-1] + (b"1" if uid[-1:] == b"7" else b"7"))
    )
    desk.settle(native())
    assert len(desk.reports()) == 1


def test_a_damaged_native_report_is_read_where_it_was_received(desk: Desk) -> None:
    desk.settle(native())
    (kept,) = desk.reports()
    whole = kept.path.read_bytes()
    kept.path.unlink()
    desk.settle(another_dose())
    assert desk.reason() == "native report"
    assert len(desk.reports()) == 2
    assert kept.path.read_bytes() == whole


def test_a_screen_that_comes_later_changes_nothing(desk: Desk) -> None:
    desk.settle(native())
    desk.settle(*screens())
    assert len(desk.reports()) == 1
    assert desk.reason() == "native report"


def test_one_that_comes_after_ours_takes_its_place(desk: Desk) -> None:
    desk.settle(*screens())
    (ours,) = sent(desk)
    report = native()
    desk.settle(report)
    desk.settle(*slices())
    _, theirs = sent(desk)
    assert predecessors(theirs) == [ours.SOPInstanceUID]
    assert theirs.SOPInstanceUID != report.SOPInstanceUID
    assert theirs.ContentSequence == a_copy(report).ContentSequence
    assert is_recorded_by(ours, recording_device(desk.configuration))
    assert not is_recorded_by(theirs, recording_device(desk.configuration))


def test_a_screen_that_contradicts_it_raises_an_alarm(desk: Desk) -> None:
    desk.settle(another_dose(), *screens())
    assert desk.alarms() == [ALARM]
    assert desk.reason() == "native report"
    assert len(desk.reports()) == 1
    acknowledge(desk.ledger, desk.hands.clock, STUDY, "Tanaka^Jiro", "the screen is older")
    desk.settle(*slices())
    assert desk.alarms() == []
    with pytest.raises(NotFoundError):
        acknowledge(desk.ledger, desk.hands.clock, STUDY, "Tanaka^Jiro", "again")


def test_the_alarm_ends_when_a_later_report_agrees(desk: Desk) -> None:
    desk.settle(another_dose(), *screens())
    assert desk.alarms() == [ALARM]
    later = native()
    later.ContentTime = "235959"
    desk.settle(a_copy(later))
    assert desk.alarms() == []


def test_it_takes_the_place_of_what_a_person_settled(desk: Desk) -> None:
    wrong = replace(examination(), total_dlp_mgy_cm="240.00")
    desk.settle(*a_siemens_study(1, examination=wrong, identity=who(1)))
    assert desk.reason() == Reason.TOTAL_MISMATCH
    typed = {"total_dlp_mgy_cm": "234.00"}
    desk.settling.settle(desk.case().id, "Tanaka^Jiro", "compared", typed)
    desk.work()
    (ours,) = sent(desk)
    desk.settle(native())
    assert predecessors(sent(desk)[-1]) == [ours.SOPInstanceUID]
    assert desk.reason() == "native report"


def test_ours_that_comes_back_from_an_archive_is_none(desk: Desk) -> None:
    desk.settle(*screens())
    (ours,) = sent(desk)
    desk.settle(ours)
    assert len(desk.reports()) == 1
    assert desk.reason() == "reported"


def test_of_another_patient_it_is_held_back(desk: Desk) -> None:
    desk.settle(a_copy(native(), PatientID="0000099"), *screens())
    assert desk.reason() == Reason.IDENTITY_INCONSISTENT
    assert desk.reports() == []


def test_a_site_may_keep_it(tmp_path: Path) -> None:
    desk = a_desk(tmp_path, native_report="keep")
    desk.settle(native(), *screens())
    assert (desk.reports(), desk.reason()) == ([], "native report")


def test_with_nothing_to_complete_it_passes_unchanged(tmp_path: Path) -> None:
    desk = a_desk(tmp_path, native_report="complete")
    report = native()
    desk.settle(report)
    (kept,) = desk.reports()
    assert kept.path.read_bytes().endswith(encoded(report))
    assert read_native(dcmread(kept.path)) is not None


@pytest.mark.parametrize("order", [*permutations(("native", "screens", "images"))])
def test_receivers_end_with_one_report_whatever_came_first(
    order: tuple[str, ...], tmp_path: Path
) -> None:
    desk = a_desk(tmp_path, wait_for_screen_s=0)
    report = native()
    groups = {"native": [report], "screens": screens(), "images": slices()}
    for group in order:
        desk.settle(*groups[group])
    reports = sent(desk)
    replaced = {uid for each in reports for uid in predecessors(each)}
    (valid,) = [each for each in reports if each.SOPInstanceUID not in replaced]
    assert valid.ContentSequence == a_copy(report).ContentSequence
    assert desk.reason() == "native report"


def test_one_that_replaces_another_replaces_what_was_sent_of_it(desk: Desk) -> None:
    desk.settle(*screens())
    first = native()
    desk.settle(first)
    second = native()
    second.SOPInstanceUID = f"{first.SOPInstanceUID[:-1]}1"
    second.ContentTime = "235959"
    second.update(predecessor_documents(as_predecessor(first)))
    desk.settle(a_copy(second, SOPInstanceUID=second.SOPInstanceUID))
    reports = sent(desk)
    replaced = {uid for each in reports for uid in predecessors(each)}
    (valid,) = [each for each in reports if each.SOPInstanceUID not in replaced]
    assert valid.ContentTime == "235959"


def as_predecessor(report: Dataset) -> Predecessor:
    uids = (report.StudyInstanceUID, report.SeriesInstanceUID, report.SOPInstanceUID)
    return Predecessor(*map(str, uids))


def of_another_class(report: Dataset) -> Dataset:
    """The same as an Enhanced SR, as older consoles file their doses."""
    other = a_copy(report, SOPClassUID=EnhancedSRStorage)
    other.file_meta.MediaStorageSOPClassUID = EnhancedSRStorage
    return other


def test_a_report_of_another_class_is_a_source_of_ours(tmp_path: Path) -> None:
    desk = a_desk(tmp_path, wait_for_screen_s=0.0)
    desk.settle(of_another_class(native()))
    (ours,) = sent(desk)
    assert ours.SOPClassUID == XRayRadiationDoseSRStorage
    assert is_recorded_by(ours, recording_device(desk.configuration))
    found, stated = read_native(ours), read_native(native())
    assert found is not None and stated is not None  # noqa: PT018 - for mypy
    assert [e.dlp_mgy_cm and e.dlp_mgy_cm.value for e in found.events] == [
        e.dlp_mgy_cm and e.dlp_mgy_cm.value for e in stated.events
    ]
    assert found.total_dlp_mgy_cm
    assert stated.total_dlp_mgy_cm
    assert found.total_dlp_mgy_cm.value == stated.total_dlp_mgy_cm.value


def test_a_screen_that_says_otherwise_than_it_is_doubted(desk: Desk) -> None:
    desk.settle(of_another_class(another_dose()), *screens())
    assert desk.reports() == []
    assert desk.reason() == Reason.SOURCES_DISAGREE


def test_a_structured_report_about_something_else_is_nothing(desk: Desk) -> None:
    other = of_another_class(native())
    del other.ContentSequence
    desk.settle(other)
    assert desk.reports() == []
    assert desk.reason() == "set-aside"
