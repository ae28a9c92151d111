"""What becomes of the doses of a reported study: history, alarms, and no person in any of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydicom import Dataset

from appliance.alarms import AlarmCode
from appliance.config import Configuration, DoseAlert, Drl
from appliance.dose.coded import Phantom
from appliance.dose.examination import Examination, Scan
from appliance.doses import Doses
from appliance.journal import Journal
from appliance.services.perspective import REVIEW_EVERY_S, perspective
from tests.pipeline.studies import a_copy, a_ge_study, who
from tests.services.desk import STUDY, Desk

MakeDesk = Callable[..., Desk]
ALERT = DoseAlert(name="any", ctdi_vol_mgy=0.01)


@pytest.fixture
def make_desk(tmp_path: Path) -> MakeDesk:
    def make(**settings: object) -> Desk:
        recogniser = replace(Configuration().recogniser, confirm_first=0)
        return Desk(tmp_path, replace(Configuration(recogniser=recogniser), **settings))  # type: ignore[arg-type] # any setting

    return make


def history(desk: Desk) -> list[Examination]:
    return list(Doses(desk.ledger, desk.hands.clock).examinations())


def of_a_patient(objects: list[Dataset], **attributes: object) -> list[Dataset]:
    changed = [a_copy(each) for each in objects]
    for each in changed:
        for keyword, value in attributes.items():
            setattr(each, keyword, value)
    return changed


def test_a_report_enters_the_history(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.settle(
        *of_a_patient(a_ge_study(1), PatientWeight="61.5", StudyDescription="Liver Dynamic")
    )
    (found,) = history(desk)
    (report,) = desk.reports()
    assert (found.study_instance_uid, found.report_uid) == (STUDY, report.sop_instance_uid)
    assert found.scans
    assert all(scan.dlp_mgy_cm and scan.phantom for scan in found.scans)
    assert (found.weight_kg, found.words) == (Decimal("61.5"), ("dynamic", "liver dynamic"))
    assert len(found.scanner) == 16
    assert found.layout.startswith("dose-report")
    assert "japan-2025/1/" in found.tables
    assert "lung-screening/1/" in found.tables
    assert found.software


def test_the_history_holds_nobody(make_desk: MakeDesk) -> None:
    desk = make_desk()
    canaries = {
        "patient_name": "CANARIA^HANAKO",
        "patient_id": "CNRY4711",
        "birth_date": "19450815",
        "accession_number": "ACNRY0815",
        "study_date": "20200814",
    }
    screens = a_ge_study(1, identity=who(1, **canaries))
    desk.settle(*of_a_patient(screens, StudyDescription="CHEST SCREENING CANARIA"))
    assert desk.decision()
    rows = [
        tuple(row)
        for everything in ("SELECT * FROM dose_examination", "SELECT * FROM dose_scan")
        for row in desk.ledger.rows(everything)
    ]
    text = repr(rows).casefold()
    assert rows
    assert not [each for each in canaries.values() if each.casefold() in text]
    assert "canaria" not in text
    (found,) = history(desk)
    assert (found.age_years, found.performed_on) == (Decimal("74.99"), date(2020, 8, 14))


def test_a_later_report_takes_the_place_of_the_former(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.settle(*a_ge_study(1))
    again = of_a_patient(a_ge_study(1), SOPInstanceUID=f"{STUDY}.99", ContentTime="235900")
    for each in again:
        each.file_meta.MediaStorageSOPInstanceUID = each.SOPInstanceUID
    desk.settle(*again)
    reports = [each.sop_instance_uid for each in desk.reports()]
    assert len(reports) == 2
    assert [each.report_uid for each in history(desk)] == reports[1:]
    kept = Doses(desk.ledger, desk.hands.clock).reports(STUDY)
    assert [each.report_uid for each in kept] == reports


def test_a_dose_above_an_alert_value_raises_an_alarm_until_a_person_has_looked(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(dose_alert=(ALERT,))
    desk.settle(*a_ge_study(1))
    assert (AlarmCode.DOSE_ABOVE_ALERT_VALUE, STUDY) in desk.alarms()
    box = perspective(desk.configuration, desk.ledger, desk.hands.clock)
    assert not box.acknowledge("1.2.3", "A. Person")
    assert box.acknowledge(STUDY, "A. Person")
    assert desk.alarms() == []
    assert Journal(desk.ledger, desk.hands.clock).verify().entries == 1
    assert not box.acknowledge(STUDY, "A. Person")


def test_no_alert_value_is_set_without_the_site(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.settle(*a_ge_study(1))
    assert desk.alarms() == []


A_TABLE = """edition = "ours"
version = 1
title = ["Ours", "当院"]
published = ""
[source]
us = "made up for a test"
[[level]]
exam = "CHEST"
phantom = "BODY32"
ctdi_vol_mgy = {{ value = "10", source = "us", verified = {verified} }}
"""


def a_table(folder: Path, verified: str) -> None:
    (folder / "drl").mkdir()
    (folder / "drl" / "ours.toml").write_text(A_TABLE.format(verified=verified), "utf-8")


def several(desk: Desk, ctdi_vol_mgy: str, count: int, first: int = 0) -> None:
    scan = Scan(region="CHEST", phantom=Phantom.BODY32, ctdi_vol_mgy=Decimal(ctdi_vol_mgy))
    for at in range(first, first + count):
        Doses(desk.ledger, desk.hands.clock).enter(
            Examination(
                study_instance_uid=f"1.2.{at}",
                report_uid=f"1.2.{at}.1",
                performed_on=date(2001, 9, 1),
                age_years=Decimal(50),
                scans=(scan,),
            )
        )


@pytest.mark.parametrize(
    ("verified", "median", "count", "raised"),
    [
        ("true", "10.1", 20, True),
        ("true", "10.0", 20, False),  # not above
        ("true", "10.1", 19, False),  # too few
        ("false", "99", 200, False),  # nobody verified the figure
    ],
)
def test_a_median_above_a_verified_figure(  # noqa: PLR0913 - one a column
    make_desk: MakeDesk,
    tmp_path: Path,
    verified: str,
    median: str,
    count: int,
    *,
    raised: bool,
) -> None:
    a_table(tmp_path, verified)
    desk = make_desk(drl=Drl(edition="ours"))
    several(desk, median, count)
    perspective(desk.configuration, desk.ledger, desk.hands.clock).compare()
    subject = "ours/CHEST/BODY32/ctdi_vol_mgy"
    assert desk.alarms() == ([(AlarmCode.MEDIAN_ABOVE_DRL, subject)] if raised else [])


def test_it_clears_when_the_median_is_below_again(make_desk: MakeDesk, tmp_path: Path) -> None:
    a_table(tmp_path, "true")
    desk = make_desk(drl=Drl(edition="ours"))
    several(desk, "12", 20)
    box = perspective(desk.configuration, desk.ledger, desk.hands.clock)
    box.review()
    assert len(desk.alarms()) == 1
    several(desk, "8", 21, first=20)
    box.review()
    assert len(desk.alarms()) == 1  # the hour is not over
    desk.hands.wait(REVIEW_EVERY_S)
    box.review()
    assert desk.alarms() == []


@pytest.mark.parametrize(
    ("name", "content"),
    [("drl/ours.toml", b"edition = 1"), ("drl/ours.toml", b"\xff"), ("drl-procedures.csv", b"a,b")],
)
def test_a_table_that_is_not_sound_stops_no_report(
    make_desk: MakeDesk, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / "drl").mkdir()
    (tmp_path / name).write_bytes(content)
    desk = make_desk()
    desk.settle(*a_ge_study(1))
    assert desk.reports()
    assert desk.alarms() == [(AlarmCode.REFERENCE_TABLES_UNSOUND, "")]
    (found,) = history(desk)
    assert found.tables == ""
    (tmp_path / name).unlink()
    perspective(desk.configuration, desk.ledger, desk.hands.clock)
    assert desk.alarms() == []
