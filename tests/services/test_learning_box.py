"""A box that learns: what it keeps, and how it takes back what proves wrong."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread

from appliance.atlases import Atlases
from appliance.config import Configuration, Recogniser
from appliance.dose.coded import Phantom
from appliance.dosescreen.learning import LearntAtlas
from appliance.dosescreen.learning.codec import shape_to_text
from appliance.dosescreen.recognise import is_checked
from appliance.dosescreen.screen import render
from appliance.outbox import Outgoing
from appliance.rdsr import read_record
from appliance.services.curating import Curating
from appliance.services.shelf import LedgerShelf
from appliance.simulators.consoles import siemens
from appliance.simulators.consoles.examination import Examination, Scan, dlp_sum
from appliance.simulators.secondary_capture import SIEMENS, secondary_capture
from tests.dosescreen.schools import scanner, shapes, taught, unknown_font
from tests.dosescreen.world import TOPOGRAM, abdomen
from tests.pipeline.studies import ROOT, who
from tests.services.desk import Desk

HOUR_S = 3600.0
MARKED = siemens.PhantomMark.PARENTHESES
SUMMED = siemens.SiemensStyle().total_line
UNMARKED = siemens.PhantomMark.NONE
FIRST, SECOND, THIRD = (f"{ROOT}.{number}" for number in (1, 2, 3))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    settings = Recogniser(settle_s=HOUR_S, confirm_first=0)
    return Desk(tmp_path, Configuration(recogniser=settings))


def a_study(
    number: int,
    *dlps: str,
    with_total: bool = True,
    mark: siemens.PhantomMark = MARKED,
) -> list[Dataset]:
    """A Patient Protocol in a font that nobody has seen."""
    scans = (TOPOGRAM, *(head(str(at), dlp) for at, dlp in enumerate(dlps, 2)))
    total = dlp_sum(scans) if with_total else None
    line = SUMMED if with_total else siemens.TotalLine.NO_DLP
    style = siemens.SiemensStyle(pitch=unknown_font().height, total_line=line, phantom_mark=mark)
    examination = Examination(scans, total, total_mas="210")
    pages = siemens.draw(examination, who(number), unknown_font(), style)
    objects = secondary_capture(pages, SIEMENS, who(number))
    assert not any(is_checked(screen) for each in objects for screen in render(each))
    return objects


def head(series: str, dlp: str) -> Scan:
    return replace(abdomen(series, "5.20", dlp), label="Beck", phantom=Phantom.HEAD16)


def shelf(desk: Desk) -> LedgerShelf:
    return LedgerShelf(desk.ledger, Atlases(desk.ledger, desk.hands.clock))


def teach(desk: Desk, atlas: LearntAtlas) -> None:
    shelf(desk).update(atlas.scanner, lambda _: atlas)


def poison(desk: Desk) -> None:
    """The scanner's 3 is taught as an 8."""
    teach(desk, taught(SIEMENS, unknown_font(), {"3": "8"}))


def held(desk: Desk, character: str) -> str:
    """What the shape of a character is held to be."""
    atlas = shelf(desk)[scanner(SIEMENS).identifier]
    return atlas.held.get(shapes(unknown_font())[character], "")


def dlps(report: Outgoing) -> list[str]:
    record = read_record(dcmread(report.path))
    return [event.dlp_mgy_cm.text for event in record.dose_events if event.dlp_mgy_cm]


def predecessor(report: Outgoing) -> str:
    (study,) = dcmread(report.path).PredecessorDocumentsSequence
    (series,) = study.ReferencedSeriesSequence
    (instance,) = series.ReferencedSOPSequence
    return str(instance.ReferencedSOPInstanceUID)


def test_a_reported_study_teaches_its_scanner(desk: Desk) -> None:
    desk.settle(*a_study(1, "137", "265"))
    assert desk.reason() == "reported"
    assert [held(desk, digit) for digit in "123567"] == list("123567")
    known = shelf(desk)[scanner(SIEMENS).identifier]
    desk.settle(*a_study(2, "489", "280"))
    atlas = shelf(desk)[scanner(SIEMENS).identifier]
    assert held(desk, "4") == "4"
    decision = desk.decision(SECOND)
    assert decision is not None
    assert decision.atlas.endswith(f"+{known.version}")
    assert atlas.version != known.version


def test_a_study_that_waits_teaches_nothing(desk: Desk) -> None:
    desk.settle(*a_study(1, "137", mark=UNMARKED))
    assert desk.reason() == "phantom-unknown"
    assert list(shelf(desk)) == []


def test_a_wrong_digit_is_withdrawn_and_what_was_read_with_it_is_reported_anew(
    desk: Desk,
) -> None:
    poison(desk)
    desk.settle(*a_study(1, "137", with_total=False))
    (wrong,) = desk.reports(FIRST)
    assert dlps(wrong) == ["187"]  # nothing on the screen says otherwise
    assert desk.alarms() == []

    desk.settle(*a_study(2, "137", "30"))  # 187 + 80 by the atlas; the total says 167

    (second,) = desk.reports(SECOND)
    assert dlps(second) == ["137", "30"]
    before, after = desk.reports(FIRST)
    assert before.sop_instance_uid == wrong.sop_instance_uid == predecessor(after)
    assert dlps(after) == ["137"]
    assert desk.reason(FIRST) == "reported"
    assert desk.alarms() == [("digit-withdrawn", scanner(SIEMENS).identifier)]
    assert held(desk, "3") == "3"
    desk.settle(*a_study(3, "133", with_total=False))
    assert dlps(desk.reports(THIRD)[-1]) == ["133"]


def test_the_alarm_stands_until_a_person_has_acknowledged_it(desk: Desk) -> None:
    poison(desk)
    desk.settle(*a_study(2, "137", "30"))
    assert desk.alarms()
    desk.work()
    assert desk.alarms()
    Atlases(desk.ledger, desk.hands.clock).acknowledge(scanner(SIEMENS).identifier, "Dr A")
    desk.work()
    assert desk.alarms() == []


def test_a_study_that_others_cannot_read_waits_once_its_digit_is_withdrawn(desk: Desk) -> None:
    poison(desk)
    desk.settle(*a_study(1, "137", with_total=False))
    for instance in desk.spool.instances(FIRST):
        dataset = desk.spool.open_dataset(instance)
        dataset.PixelData = bytes(len(dataset.PixelData))  # it says nothing any more
        dataset.save_as(desk.spool.file(instance), enforce_file_format=True)
    desk.settle(*a_study(2, "137", "30"))
    assert desk.reason(FIRST) == "layout-unknown"
    assert Atlases(desk.ledger, desk.hands.clock).due() == []


def test_a_person_who_corrects_a_number_withdraws_what_it_was_read_with(desk: Desk) -> None:
    poison(desk)
    desk.settle(*a_study(1, "137", with_total=False))
    desk.settle(*a_study(2, "130", with_total=False, mark=UNMARKED))
    case = desk.case()
    desk.settling.settle(
        case.id,
        "Dr A",
        "compared with the picture",
        {"events[1].dlp_mgy_cm": "130", "events[1].phantom": "HEAD16"},
    )
    desk.work()
    assert held(desk, "3") != "8"
    assert dlps(desk.reports(FIRST)[-1]) == ["137"]
    assert dlps(desk.reports(SECOND)[-1]) == ["130"]
    assert [code for code, _ in desk.alarms()] == ["digit-withdrawn"]


def test_what_a_person_decided_is_not_read_again(desk: Desk) -> None:
    poison(desk)
    desk.settle(*a_study(1, "137", with_total=False, mark=UNMARKED))
    typed = {"events[1].phantom": "HEAD16"}
    desk.settling.settle(desk.case().id, "Dr A", "the picture says so", typed)
    desk.work()
    desk.settle(*a_study(2, "137", "30"))
    assert len(desk.reports(FIRST)) == 1
    assert desk.reason(FIRST) == "settled by a person"


def test_withdrawing_by_hand_has_the_reports_read_again(desk: Desk) -> None:
    poison(desk)
    desk.settle(*a_study(1, "137", with_total=False))
    three = shape_to_text(shapes(unknown_font())["3"])
    curating = Curating(desk.ledger, desk.hands.clock)
    curating.withdraw(scanner(SIEMENS).identifier, three, "Dr A", "it is a 3")
    desk.work()
    assert [dlps(each) for each in desk.reports(FIRST)] == [["187"], ["137"]]


def test_an_atlas_that_is_brought_in_is_read_with(desk: Desk) -> None:
    atlas = taught(SIEMENS, unknown_font())
    Curating(desk.ledger, desk.hands.clock).bring_in(atlas, "other-box.json", "Dr A")
    desk.settle(*a_study(1, "137"))
    decision = desk.decision(FIRST)
    assert decision is not None
    assert decision.atlas.endswith(f"+{atlas.version}")
