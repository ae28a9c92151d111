"""Pages without numbers: totals on one, tables on the others, put together by what they say."""

from dataclasses import replace
from functools import cache

import pytest
from pydicom import Dataset

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dosescreen import Outcome
from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles import toshiba
from appliance.simulators.consoles.examination import Examination, Scan, dlp_sum
from appliance.simulators.consoles.toshiba import Family, ToshibaStyle
from appliance.simulators.secondary_capture import TOSHIBA
from tests.dosescreen.world import WHO, again, captured, dlps, read, reasons, values

FONT = "helvR12-75dpi"
SPIRAL = CTAcquisitionType.SPIRAL
HEAD = Scan(
    "BRAIN", "1", SPIRAL, ctdi_vol_mgy="30.6", dlp_mgy_cm="624.2", phantom=Phantom.HEAD16,
    mas="1400", exposure_time_s="7.4", mode="Helical",
)  # fmt: skip
BODY = Scan(
    "CHEST", "2", SPIRAL, ctdi_vol_mgy="29.5", dlp_mgy_cm="1475.9", phantom=Phantom.BODY32,
    mas="630", exposure_time_s="6.0", mode="Helical",
)  # fmt: skip
MORE = Scan(
    "ABDOMEN", "3", SPIRAL, ctdi_vol_mgy="12.0", dlp_mgy_cm="420.0", phantom=Phantom.BODY32,
    mas="500", exposure_time_s="5.0", mode="Helical",
)  # fmt: skip
A_TABLE_A_PAGE = ToshibaStyle(rows=220, identity=False)


@cache
def sent(
    *scans: Scan, total: str | None = None, style: ToshibaStyle = A_TABLE_A_PAGE
) -> list[Dataset]:
    examination = Examination(scans, total or dlp_sum(scans))
    pages = toshiba.draw(examination, WHO, load_font(FONT), style)
    return captured(pages, TOSHIBA)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_pages_are_put_together_in_any_order(order: tuple[int, ...]) -> None:
    pages = sent(HEAD, BODY)
    recognition = read(pages[at] for at in order)
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    found = values(recognition)
    assert dlps(recognition) == ["624.2", "1475.9"]
    assert [event["label"] for event in found["events"]] == ["BRAIN", "CHEST"]
    assert found["total_dlp_mgy_cm"] == "2100.1"
    assert found["totals_by_phantom"] == {"HEAD16": "624.2", "BODY32": "1475.9"}
    assert not recognition.pages_complete


@pytest.mark.parametrize(
    ("missing", "reason"), [(0, "total-missing"), (1, "page-missing"), (2, "page-missing")]
)
def test_a_missing_page_is_said(missing: int, reason: str) -> None:
    recognition = read(page for at, page in enumerate(sent(HEAD, BODY)) if at != missing)
    assert recognition.outcome is Outcome.QUARANTINED
    assert reason in reasons(recognition)


def test_the_totals_alone_are_no_report() -> None:
    recognition = read(sent(HEAD, BODY)[:1])
    assert recognition.outcome is Outcome.QUARANTINED
    assert reasons(recognition) == {"page-missing"}


def test_pages_sent_again_under_new_uids_count_once() -> None:
    pages = sent(HEAD, BODY)
    recognition = read([*pages, *again(pages)])
    assert recognition.outcome is Outcome.RECOGNISED
    assert dlps(recognition) == ["624.2", "1475.9"]


@pytest.mark.parametrize("late_first", [False, True])
def test_an_examination_that_went_on_replaces_what_was_printed_before(*, late_first: bool) -> None:
    early, late = sent(HEAD, BODY), again(sent(HEAD, BODY, MORE))
    recognition = read([*late, *early] if late_first else [*early, *late])
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    assert dlps(recognition) == ["624.2", "1475.9", "420.0"]
    assert values(recognition)["total_dlp_mgy_cm"] == "2520.1"


def test_two_reports_that_contradict_are_not_mixed() -> None:
    recognition = read([*sent(HEAD, BODY), *again(sent(HEAD, MORE_AS_SECOND))])
    assert recognition.outcome is Outcome.QUARANTINED
    assert reasons(recognition) == {"pages-conflict"}


MORE_AS_SECOND = Scan(
    "ABDOMEN", "2", SPIRAL, ctdi_vol_mgy="12.0", dlp_mgy_cm="420.0", phantom=Phantom.BODY32,
    mas="500", exposure_time_s="5.0", mode="Helical",
)  # fmt: skip


def test_head_and_body_swapped_in_the_totals_is_doubted() -> None:
    """The plain sum is the same; the parts are not."""
    swapped = [
        Scan(
            scan.label, scan.series, SPIRAL, ctdi_vol_mgy=scan.ctdi_vol_mgy,
            dlp_mgy_cm=scan.dlp_mgy_cm, phantom=phantom, mas=scan.mas, mode=scan.mode,
            exposure_time_s=scan.exposure_time_s,
        )
        for scan, phantom in ((HEAD, Phantom.BODY32), (BODY, Phantom.HEAD16))
    ]  # fmt: skip
    recognition = read([sent(HEAD, BODY)[0], *sent(*swapped)[1:]])
    assert recognition.outcome is Outcome.QUARANTINED
    assert reasons(recognition) == {"total-mismatch"}


def test_rows_with_dose_under_a_dash_are_doubted() -> None:
    no_dose = Scan("BRAIN", "1", CTAcquisitionType.CONSTANT_ANGLE, mode="Scanoscope")
    recognition = read([sent(no_dose)[0], *sent(HEAD)[1:]])
    assert recognition.outcome is Outcome.QUARANTINED
    assert "total-mismatch" in reasons(recognition)


@pytest.mark.parametrize("family", Family)
def test_every_family_of_headers_is_read(family: Family) -> None:
    e = any(heading.endswith(".e(mGycm)") for tier in family.value for heading in tier)
    style = ToshibaStyle(
        columns=640, right=630, family=family, total="DLP.e(mGycm)" if e else "DLP(mGycm)"
    )
    recognition = read(sent(HEAD, BODY, style=style))
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    found = values(recognition)
    assert [event["ctdi_vol_mgy"] for event in found["events"]] == ["30.6", "29.5"]
    assert [event["phantom"] for event in found["events"]] == ["HEAD16", "BODY32"]
    assert dlps(recognition) == ["624.2", "1475.9"]
    mas = ["1400", "630"] if family.prints("Total mAs") else [None, None]
    assert [event["exposure_mas"] for event in found["events"]] == mas


# A table that a page was too short for

LONG = tuple(
    Scan(
        "CHEST", "2", SPIRAL, ctdi_vol_mgy=f"{at}.5", dlp_mgy_cm=f"{at}47.5",
        phantom=Phantom.BODY32, mas="630", exposure_time_s="6.0", mode="Helical",
    )
    for at in range(1, 10)
)  # fmt: skip
SHORT_PAGES = ToshibaStyle(rows=256, identity=False, broken=True)
DLPS = ["624.2", *(scan.dlp_mgy_cm for scan in LONG)]


def test_a_table_goes_on_on_the_next_page() -> None:
    pages = sent(HEAD, *LONG, style=SHORT_PAGES)
    assert len(pages) == 4
    recognition = read(pages)
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    assert dlps(recognition) == DLPS


def test_a_table_in_parts_that_is_sent_again_counts_once() -> None:
    pages = sent(HEAD, *LONG, style=SHORT_PAGES)
    recognition = read([*pages, *again(pages)])
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    assert dlps(recognition) == DLPS


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_part_that_is_missing_is_said(missing: int) -> None:
    pages = sent(HEAD, *LONG, style=SHORT_PAGES)
    recognition = read(page for at, page in enumerate(pages) if at != missing)
    assert recognition.outcome is Outcome.QUARANTINED
    assert "page-missing" in reasons(recognition)


def test_an_examination_that_went_on_beyond_a_page_replaces_what_was_printed_before() -> None:
    early = sent(HEAD, *LONG[:3], style=SHORT_PAGES)
    late = again(sent(HEAD, *LONG, style=SHORT_PAGES))
    for objects in ([*early, *late], [*late, *early]):
        recognition = read(objects)
        assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
        assert dlps(recognition) == DLPS


def test_parts_that_say_more_than_the_total_are_for_a_person() -> None:
    """Two rows of the same table, neither of which goes on where the other ends."""
    other = [replace(BODY, ctdi_vol_mgy="19.5", dlp_mgy_cm="975.9"), MORE]
    recognition = read([*sent(HEAD, BODY, MORE), *again(sent(HEAD, *other))])
    assert recognition.outcome is Outcome.QUARANTINED
    assert reasons(recognition) == {"total-mismatch"}


# Where a table prints the ends of its scan ranges

PLACED = replace(BODY, start_mm="+10.0", end_mm="-480.5")  # 1475.9 / 29.5 is 500 mm
IN_TWO_LINES = ToshibaStyle(columns=640, right=630, family=Family.H)


def test_positions_are_read_with_their_signs() -> None:
    recognition = read(sent(HEAD, PLACED, style=IN_TWO_LINES))
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    assert recognition.record is not None
    head, body = recognition.record.dose_events
    assert (head.scan_start_mm, head.scan_range_mm) == (None, None)
    assert str(body.scan_range_mm) == "490.5"
    assert body.scan_start_mm is not None
    assert body.scan_start_mm.text == "+10.0"


def test_a_dose_too_small_for_its_positions_is_doubted() -> None:
    recognition = read(sent(HEAD, replace(PLACED, end_mm="-680.5"), style=IN_TWO_LINES))
    assert recognition.outcome is Outcome.QUARANTINED
    assert reasons(recognition) == {"length-mismatch"}
