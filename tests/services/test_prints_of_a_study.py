"""What a study's screens add up to on the box: pages, prints sent again, and strangers' screens."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from pydicom import Dataset, dcmread

from appliance.config import Configuration, Recogniser
from appliance.dosescreen.fonts import load_font
from appliance.rdsr import read_record
from appliance.services.understanding import understand_files
from appliance.simulators.consoles import ge, toshiba
from appliance.simulators.consoles.examination import Examination, Identity
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.consoles.toshiba_examination import toshiba_examination
from appliance.simulators.secondary_capture import GE, TOSHIBA, secondary_capture
from tests.pipeline.studies import (
    FONT,
    ROOT,
    a_copy,
    a_siemens_study,
    ge_screens,
    print_before,
    who,
    write_files,
)
from tests.services.desk import STUDY, Desk

Draw = Callable[[Examination], list[Dataset]]
NO_PERSON = Configuration(recogniser=Recogniser(confirm_first=0))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, NO_PERSON)


def of_ge(examination: Examination) -> list[Dataset]:
    return ge_screens(who(1), examination)


def of_siemens(examination: Examination) -> list[Dataset]:
    return a_siemens_study(1, examination=examination)


def of_toshiba(examination: Examination) -> list[Dataset]:
    """The totals on one screen, a table on each of the others, no page numbers."""
    style = toshiba.ToshibaStyle(rows=220, identity=False)
    pages = toshiba.draw(examination, who(1), load_font(FONT), style)
    return secondary_capture(pages, TOSHIBA, who(1))


CONSOLES: dict[str, tuple[Draw, Examination]] = {
    "pages that count": (of_ge, ge_examination(Random(3), 12)),
    "one growing page": (of_siemens, siemens_examination(Random(4), 3)),
    "pages without numbers": (of_toshiba, toshiba_examination(Random(3), 3)),
}
CASES = pytest.mark.parametrize(("draw", "examination"), CONSOLES.values(), ids=list(CONSOLES))


def under_new_uids(objects: Sequence[Dataset]) -> list[Dataset]:
    return [a_copy(each, SOPInstanceUID=f"{each.SOPInstanceUID[:60]}.9") for each in objects]


def earlier(examination: Examination) -> Examination:
    """What the console printed before the last scan that gave a dose."""
    before = print_before(examination, 1)
    assert any(scan.dlp_mgy_cm for scan in before.scans)
    assert before.total_dlp_mgy_cm != examination.total_dlp_mgy_cm
    return replace(before, total_mas=examination.total_mas and "1234")


def reported(desk: Desk, study: str = STUDY) -> tuple[str, list[str]]:
    """Total and DLPs of the study's newest report."""
    record = read_record(dcmread(desk.reports(study)[-1].path))
    assert record.total_dlp_mgy_cm is not None
    dlps = [str(event.dlp_mgy_cm.value) for event in record.events if event.dlp_mgy_cm]
    return str(record.total_dlp_mgy_cm.value), dlps


def drawn(examination: Examination) -> tuple[str, list[str]]:
    assert examination.total_dlp_mgy_cm
    dlps = [scan.dlp_mgy_cm for scan in examination.scans if scan.dlp_mgy_cm]
    return examination.total_dlp_mgy_cm, dlps


@CASES
def test_an_examination_that_went_on_replaces_its_report(
    desk: Desk, draw: Draw, examination: Examination
) -> None:
    before = earlier(examination)
    desk.settle(*draw(before))
    assert reported(desk) == drawn(before)
    desk.settle(*under_new_uids(draw(examination)))
    assert desk.reason() == "reported"
    assert reported(desk) == drawn(examination)
    first, second = desk.reports()
    assert second.predecessor_uid == first.sop_instance_uid


@CASES
def test_prints_that_arrive_together_or_out_of_order_count_once(
    desk: Desk, draw: Draw, examination: Examination
) -> None:
    late = under_new_uids(draw(examination))
    desk.settle(*late, *draw(earlier(examination)))
    assert desk.reason() == "reported"
    assert reported(desk) == drawn(examination)


def test_pages_sent_again_say_nothing_new(desk: Desk) -> None:
    draw, examination = CONSOLES["pages that count"]
    desk.settle(*draw(examination))
    desk.settle(*under_new_uids(draw(examination)))
    assert desk.reason() == "reported"
    assert reported(desk) == drawn(examination)


@pytest.mark.parametrize("console", ["pages that count", "pages without numbers"])
def test_a_page_that_does_not_come_is_waited_for_and_missed(desk: Desk, console: str) -> None:
    draw, examination = CONSOLES[console]
    *pages, last = draw(examination)
    desk.get(*pages)
    desk.work()
    assert desk.reason() == "waits"
    desk.settle()
    assert desk.reason() == "page-missing"
    assert desk.reports() == []
    desk.settle(last)
    assert reported(desk) == drawn(examination)


# Several examinations


def two_studies_in_one_series() -> list[Dataset]:
    """A console that puts the dose screens of every study into the same series."""
    one, other = (ge_screens(who(at), ge_examination(Random(at), 2)) for at in (1, 2))
    return [*one, *(a_copy(each, SeriesInstanceUID=one[0].SeriesInstanceUID) for each in other)]


def test_the_screens_of_two_studies_in_one_series_are_kept_apart(
    desk: Desk, tmp_path: Path
) -> None:
    objects = two_studies_in_one_series()
    desk.settle(*objects)
    for number in (1, 2):
        assert reported(desk, f"{ROOT}.{number}") == drawn(ge_examination(Random(number), 2))
    readings = list(understand_files(write_files(objects, tmp_path / "series"), NO_PERSON))
    totals = [reading.record.total_dlp_mgy_cm for reading in readings if reading.record]
    assert [total.text for total in totals if total] == [
        ge_examination(Random(number), 2).total_dlp_mgy_cm for number in (1, 2)
    ]


def halves(printed: Sequence[Identity], headers: Sequence[Identity]) -> list[Dataset]:
    """Two examinations' screens in one study, as if they were pages 1/2 and 2/2 of one.

    Even their rows add up to the total, so that only who they are tells them apart.
    """
    examination = ge_examination(Random(3), 12)
    pages = [ge.draw(examination, who, load_font(FONT))[at] for at, who in enumerate(printed)]
    captured = [secondary_capture(pages, GE, header)[at] for at, header in enumerate(headers)]
    assert len({each.StudyInstanceUID for each in captured}) == 1
    return captured


ONE = who(1, accession_number="7350111", study_id="1744")
NEXT = replace(ONE, accession_number="7350222", study_id="1755")
BLANK = replace(ONE, accession_number="", study_id="")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ((ONE, ONE), "identity-mismatch"),
        ((ONE, NEXT), "pages-conflict"),
        ((BLANK, BLANK), "pages-conflict"),
        ((ONE, BLANK), "pages-conflict"),
    ],
    ids=["of the first", "each its own", "blank", "of the first or blank"],
)
def test_two_examinations_in_one_study_are_no_sum(
    desk: Desk, headers: Sequence[Identity], reason: str
) -> None:
    desk.settle(*halves((ONE, NEXT), headers))
    assert desk.reason() == reason
    assert desk.reports() == []


def test_the_same_examination_is_one(desk: Desk) -> None:
    desk.settle(*halves((ONE, ONE), (ONE, BLANK)))
    assert desk.reason() == "reported"


def test_two_examinations_that_print_no_number_are_told_apart_by_their_headers(
    desk: Desk,
) -> None:
    examination = siemens_examination(Random(3), 4)
    before, after = of_siemens(earlier(examination)), under_new_uids(of_siemens(examination))
    desk.settle(*before, *(a_copy(each, AccessionNumber="A000099") for each in after))
    assert desk.reason() == "pages-conflict"
