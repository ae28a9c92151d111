"""Reports of displays' tests go to the archive once, when their test has ended."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest
from pydicom import dcmread

from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Language
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.happening import Repeated
from appliance.outbox import Outbox
from appliance.services.display_posting import DisplayReports, reports_posted
from tests.services.ward import Ward, ward

SETTINGS = """
[site]
language = "en"
[displayqa]
send_to = ["pacs"]
[[destination]]
name = "pacs"
host = "192.0.2.1"
[[destination]]
name = "dose"
host = "192.0.2.2"
"""


@pytest.fixture
def a_ward(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path, SETTINGS) as made:
        yield made


def reports(of: Ward) -> DisplayReports:
    return DisplayReports(of.tests, paper)


def paper(of: Subject, language: Language) -> bytes:
    return f"%PDF-1.7 {of.session.identifier} {language}\n".encode()


def queued(of: Ward, destination: str = "pacs") -> list[str]:
    outbox = Outbox(of.configuration.outbox_dir, of.ledger, of.clock)
    return [each.sop_instance_uid for each in outbox.queue(destination)]


def test_the_report_of_a_test_that_ended_goes_once(a_ward: Ward) -> None:
    begun = a_ward.begin()
    assert not reports(a_ward).due()
    session = a_ward.run(begun.identifier)
    (due,) = reports(a_ward).due()
    uid = reports(a_ward).post(due)
    assert not reports(a_ward).due()
    assert queued(a_ward) == [uid]
    assert not queued(a_ward, "dose")
    (file,) = (a_ward.folder / "outbox" / "made-here").iterdir()
    item = dcmread(file)
    assert item.EncapsulatedDocument.startswith(b"%PDF-")
    assert item.DocumentTitle == "Acceptance test of a display"
    assert item.ContentDate == f"{session.entries[-1].at:%Y%m%d}"


def test_a_test_that_ended_once_more_has_another_report(a_ward: Ward) -> None:
    session = a_ward.tested()
    first = reports(a_ward).post(session)
    a_ward.tests.submit(session.identifier, Repeated(pattern="jira-bn-03"))
    assert not reports(a_ward).due()
    again = a_ward.run(session.identifier)
    assert [each.identifier for each in reports(a_ward).due()] == [session.identifier]
    assert reports(a_ward).post(again) != first
    studies = {dcmread(each).StudyInstanceUID for each in (a_ward.folder / "outbox").rglob("*.dcm")}
    assert len(studies) == 1


def test_daily_checks_old_tests_and_those_given_up_stay_here(a_ward: Ward) -> None:
    a_ward.tested(occasion=Occasion.DAILY)
    given_up = a_ward.begin()
    a_ward.tests.give_up(given_up.identifier, "yamada")
    assert not reports(a_ward).due()
    a_ward.tested()
    a_ward.now += 32 * 86400
    assert not reports(a_ward).due()


def test_they_are_posted_as_long_as_the_pages_are_served(a_ward: Ward) -> None:
    a_ward.tested()
    with reports_posted(a_ward.configuration, a_ward.clock, paper):
        for _ in range(1200):
            if queued(a_ward):
                break
            sleep(0.1)
    assert len(queued(a_ward)) == 1


@pytest.mark.slow
def test_the_report_is_the_one_that_is_printed(a_ward: Ward) -> None:
    DisplayReports(a_ward.tests).post(a_ward.tested())
    (file,) = (a_ward.folder / "outbox" / "made-here").iterdir()
    assert b"%%EOF" in dcmread(file).EncapsulatedDocument
