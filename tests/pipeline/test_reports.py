"""Dose screens in, reports out: every way a study can end, on one running box."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from pydicom import Dataset, dcmread

from appliance.rdsr import nonconformities, read_record
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.secondary_capture import GE
from tests.destinations.archives import orthanc, stored, storescp, wait_until
from tests.pipeline.plant import Plant
from tests.pipeline.studies import (
    ROOT,
    PhantomMark,
    a_copy,
    a_ge_study,
    a_native_report,
    a_siemens_study,
    a_wrong_sum,
    an_image,
    an_unreadable_study,
    ge_screens,
    images_of,
    sha256,
    who,
    with_meta,
    write_files,
)

EXAMINATION = siemens_examination(Random(5), 2)
RULE = """
[[scanner]]
name = "old"
manufacturer = "SIEMENS"
device_serial_number = "SN43"
[[scanner.rule]]
phantom = "BODY32"
"""


def of_the_scanner_with_a_rule(objects: list[Dataset]) -> list[Dataset]:
    return [a_copy(each, DeviceSerialNumber="SN43") for each in objects]


def with_images_that_know() -> list[Dataset]:
    images = images_of(EXAMINATION.scans, who(6))
    return [*a_siemens_study(6, PhantomMark.NONE, EXAMINATION), *images]


def of_two_patients() -> list[Dataset]:
    return [*a_ge_study(7), a_copy(an_image(who(7), 1, console=GE), PatientID="0000008")]


def with_changed_bytes() -> list[Dataset]:
    (screen,) = a_ge_study(8)
    return [screen, a_copy(screen, SeriesDescription="Dose Report again")]


def a_broken_object() -> Dataset:
    """An object that does not say which study it is of."""
    (screen,) = a_ge_study(11)
    del screen.StudyInstanceUID
    return screen


STUDIES: dict[int, tuple[str, list[Dataset]]] = {
    1: ("reported", a_ge_study(1)),
    2: ("reported", a_siemens_study(2)),
    3: ("cell-unreadable", an_unreadable_study(3)),
    4: ("phantom-unknown", a_siemens_study(4, PhantomMark.NONE)),
    5: ("reported", of_the_scanner_with_a_rule(a_siemens_study(5, PhantomMark.NONE))),
    6: ("reported", with_images_that_know()),
    7: ("identity-inconsistent", of_two_patients()),
    8: ("instance-conflict", with_changed_bytes()),
    9: ("set-aside", [an_image(who(9), at) for at in range(40)]),
    10: ("set-aside", [with_meta(a_native_report(who(10)))]),
}
TO_SETTLE, TO_DISCARD = a_wrong_sum(12), a_wrong_sum(13)
BROKEN = "unreadable:"


@dataclass(frozen=True)
class Outcome:
    """A box that has worked on all of STUDIES, and what its archive got."""

    plant: Plant
    archive: Path

    def reports(self, number: int) -> list[Dataset]:
        found = stored(self.archive).values()
        return [each for each in found if each.StudyInstanceUID == f"{ROOT}.{number}"]

    def report(self, number: int) -> Dataset:
        (report,) = self.reports(number)
        return report


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("reports")
    archive = folder / "archive"
    with storescp(archive) as port:
        plant = Plant(folder / "plant", archive_port=port, settings=RULE)
        plant.start("run")
        try:
            plant.send(*(objects for _, objects in STUDIES.values()), [a_broken_object()])
            plant.storescu(write_files([*TO_SETTLE, *TO_DISCARD], folder / "ct"))
            plant.wait_for_outcomes(f"{ROOT}.{number}" for number in (*STUDIES, 12, 13))
            reported = sum(ending == "reported" for ending, _ in STUDIES.values())
            plant.wait_until_delivered(reported)
            yield Outcome(plant, archive)
        finally:
            plant.end()


@pytest.mark.parametrize("number", STUDIES)
def test_every_study_ends_as_it_should(outcome: Outcome, number: int) -> None:
    ending, _ = STUDIES[number]
    assert outcome.plant.outcome(f"{ROOT}.{number}") == ending
    assert len(outcome.reports(number)) == (ending == "reported")


def test_an_object_of_no_study_waits_as_one(outcome: Outcome) -> None:
    sql = "SELECT study_instance_uid, reason FROM quarantined WHERE study_instance_uid LIKE ?"
    (row,) = outcome.plant.rows(sql, f"{BROKEN}%")
    assert row["reason"] == "unreadable-object"
    assert outcome.plant.outcome(row["study_instance_uid"]) == "unreadable-object"


@pytest.mark.parametrize("number", [1, 2, 5, 6])
def test_reports_arrive_whole_and_conform(outcome: Outcome, number: int, tmp_path: Path) -> None:
    report = outcome.report(number)
    assert nonconformities(report) == ()
    (row,) = outcome.plant.rows(
        "SELECT path FROM outgoing WHERE sop_instance_uid = ?", report.SOPInstanceUID
    )
    sent = dcmread(outcome.plant.data_dir / "outbox" / row["path"])
    assert report == sent
    file = tmp_path / "report.dcm"
    report.save_as(file)
    verdict = subprocess.run(["dciodvfy", file], check=False, capture_output=True, text=True)
    assert "Error" not in verdict.stderr


def sources_of_dose(report: Dataset) -> list[str]:
    """The codes of Source of Dose Information (113854, DCM) at the root (TID 10011 row 10)."""
    return [
        item.ConceptCodeSequence[0].CodeValue
        for item in report.ContentSequence
        if item.ConceptNameCodeSequence[0].CodeValue == "113854"
    ]


def phantom_origins(outcome: Outcome, number: int) -> set[tuple[str, str]]:
    """(source, detail) of every phantom in the record that the decision kept."""
    (row,) = outcome.plant.rows(
        "SELECT record FROM decision WHERE study_instance_uid = ?", f"{ROOT}.{number}"
    )
    events = json.loads(row["record"])["events"]
    origins = [event["phantom"]["origin"] for event in events if "phantom" in event]
    return {(origin["source"], origin["detail"]) for origin in origins}


def test_a_phantom_by_rule_says_so(outcome: Outcome) -> None:
    assert phantom_origins(outcome, 5) == {("MANUAL_ENTRY", "site rule")}
    assert "113857" in sources_of_dose(outcome.report(5))


def test_a_phantom_by_image_header_says_so(outcome: Outcome) -> None:
    attribute = "CTDI Phantom Type Code Sequence (0018,9346)"
    assert phantom_origins(outcome, 6) == {("COPIED_FROM_IMAGE", attribute)}
    assert "113866" in sources_of_dose(outcome.report(6))
    drawn = [scan.phantom for scan in EXAMINATION.scans if scan.ctdi_vol_mgy]
    events = [event for event in read_record(outcome.report(6)).events if event.has_dose]
    assert [event.phantom and event.phantom.value for event in events] == drawn


def test_a_conflict_keeps_both_and_raises_an_alarm(outcome: Outcome) -> None:
    uid = STUDIES[8][1][0].SOPInstanceUID
    rows = outcome.plant.rows("SELECT sha256 FROM instance WHERE sop_instance_uid = ?", uid)
    assert {row["sha256"] for row in rows} == {sha256(each) for each in STUDIES[8][1]}
    assert ("instance-conflict", uid) in outcome.plant.alarms()


def test_a_quarantined_study_is_listed_and_shown_with_its_pictures(outcome: Outcome) -> None:
    case = outcome.plant.case(f"{ROOT}.3")
    listed = outcome.plant.command("quarantine", "list").stdout
    assert re.search(rf"{case} .* cell-unreadable +{ROOT}\.3\n", listed)
    shown = outcome.plant.command("quarantine", "show", str(case)).stdout
    assert "cell-unreadable" in shown
    pictures = re.findall(r"\S+\.png", shown)
    assert {"page-1", "doubt-1"} <= {Path(each).stem for each in pictures}
    assert all(Path(each).read_bytes().startswith(b"\x89PNG") for each in pictures)


def test_the_status_counts_what_became_of_everything(outcome: Outcome) -> None:
    status = outcome.plant.status()
    sent = sum(len(objects) for _, objects in STUDIES.values()) + 3
    assert status["objects_received"] == sent
    assert status["studies_by_outcome"]["reported"] >= 4
    assert status["quarantine_by_reason"]["unreadable-object"] == 1
    assert ("study-quarantined", "") in outcome.plant.alarms()


def test_a_person_settles_what_the_sum_does_not_allow(outcome: Outcome) -> None:
    plant, study = outcome.plant, f"{ROOT}.12"
    assert plant.outcome(study) == "total-mismatch"
    case = str(plant.case(study))
    signature = ("--by", "Tanaka^Jiro", "--reason", "added up by hand")
    refused = plant.command("quarantine", "settle", case, *signature)
    assert (refused.returncode, outcome.reports(12)) == (5, [])
    total = ge_examination(Random(12), 2).total_dlp_mgy_cm
    typed = ("--set", f"total_dlp_mgy_cm={total}")
    settled = plant.command("quarantine", "settle", case, *signature, *typed)
    assert settled.returncode == 0, settled.stderr
    wait_until(lambda: len(outcome.reports(12)) == 1)
    report = outcome.report(12)
    assert nonconformities(report) == ()
    assert str(read_record(report).total_dlp_mgy_cm.value) == total  # type: ignore[union-attr]
    persons = [
        item.PersonName
        for item in report.ContentSequence
        if item.ConceptNameCodeSequence[0].CodeValue == "121008"  # Person Observer Name
    ]
    assert persons == ["Tanaka^Jiro"]
    assert plant.outcome(study) == "reported"


def test_a_person_discards_a_study(outcome: Outcome) -> None:
    plant, study = outcome.plant, f"{ROOT}.13"
    signature = ("--by", "Tanaka^Jiro", "--reason", "a phantom, not a patient")
    discarded = plant.command("quarantine", "discard", str(plant.case(study)), *signature)
    assert discarded.returncode == 0, discarded.stderr
    wait_until(lambda: plant.outcome(study) == "set-aside")
    assert outcome.reports(13) == []
    verified = plant.command("journal", "verify")
    assert verified.returncode == 0, verified.stderr


def test_complete_pages_arrive_in_orthanc_without_waiting(tmp_path: Path) -> None:
    pages = ge_screens(who(1), ge_examination(Random(1), 18))
    assert len(pages) == 2
    with orthanc(tmp_path / "orthanc") as server:
        plant = Plant(tmp_path / "plant", archive_port=server.port, settle_s=3600)
        try:
            plant.start()
            plant.send(pages[1:], a_ge_study(2))
            plant.storescu(write_files(pages[:1], tmp_path / "ct"))
            wait_until(lambda: len(server.stored()) == 2)
        finally:
            plant.end()
        reports = server.stored().values()
        assert {report.StudyInstanceUID for report in reports} == {f"{ROOT}.1", f"{ROOT}.2"}
        assert [nonconformities(report) for report in reports] == [(), ()]
