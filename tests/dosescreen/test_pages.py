"""Several screens of a study become one report, and nothing is added up twice."""

import pytest

from appliance.dosescreen import Outcome
from appliance.simulators.consoles import ge
from appliance.simulators.consoles.canvas import Picture
from appliance.simulators.secondary_capture import GE, SIEMENS
from tests.dosescreen.world import (
    SCOUT,
    TOPOGRAM,
    abdomen,
    again,
    captured,
    dlps,
    dose_report,
    helical,
    patient_protocol,
    read,
    reasons,
    values,
)

THREE_A_PAGE = ge.GEStyle(rows_a_page=3)
SCANS = [SCOUT, *(helical(str(at), f"{at}73.20") for at in range(2, 8))]
EVERY_DLP = [f"{at}73.20" for at in range(2, 8)]
THREE_PAGES = captured(dose_report(SCANS, style=THREE_A_PAGE))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_pages_are_put_together_in_any_order(order: tuple[int, ...]) -> None:
    recognition = read(THREE_PAGES[at] for at in order)
    assert recognition.outcome is Outcome.RECOGNISED
    assert recognition.pages_complete
    assert dlps(recognition) == EVERY_DLP
    assert values(recognition)["total_dlp_mgy_cm"] == "3139.20"


@pytest.mark.parametrize("missing", range(3))
def test_a_missing_page_is_said(missing: int) -> None:
    recognition = read(page for at, page in enumerate(THREE_PAGES) if at != missing)
    assert recognition.outcome is Outcome.QUARANTINED
    assert "page-missing" in reasons(recognition)
    assert not recognition.pages_complete


def test_one_page_knows_that_it_is_all(a_dose_report: list[Picture]) -> None:
    recognition = read(captured(a_dose_report))
    assert recognition.outcome is Outcome.RECOGNISED
    assert recognition.pages_complete


def test_a_screen_without_page_numbers_does_not_know(a_patient_protocol: list[Picture]) -> None:
    recognition = read(captured(a_patient_protocol, SIEMENS))
    assert recognition.outcome is Outcome.RECOGNISED
    assert not recognition.pages_complete


def test_pages_sent_again_under_new_uids_count_once() -> None:
    recognition = read([*THREE_PAGES, *again(THREE_PAGES)])
    assert recognition.outcome is Outcome.RECOGNISED
    assert dlps(recognition) == EVERY_DLP


def test_an_examination_that_went_on_replaces_what_was_printed_before() -> None:
    """1/1 after the first scans, then 1/2 and 2/2 after the last."""
    early = captured(dose_report(SCANS[:3], style=THREE_A_PAGE))
    late = again(captured(dose_report(SCANS[:5], style=THREE_A_PAGE)))
    for objects in ([*early, *late], [*late, *early]):
        recognition = read(objects)
        assert recognition.outcome is Outcome.RECOGNISED
        assert dlps(recognition) == EVERY_DLP[:4]
        assert values(recognition)["total_dlp_mgy_cm"] == "1692.80"


def test_cumulative_screens_without_page_numbers_count_once() -> None:
    scans = [TOPOGRAM, *(abdomen(str(at), dlp=f"{at}87") for at in range(2, 5))]
    screens = [
        again(captured(patient_protocol(scans[:end]), SIEMENS), f".{end}")[0] for end in (2, 3, 4)
    ]
    for order in (screens, screens[::-1]):
        recognition = read(order)
        assert recognition.outcome is Outcome.RECOGNISED
        assert dlps(recognition) == ["287", "387", "487"]
        assert values(recognition)["total_dlp_mgy_cm"] == "1161"


def test_two_screens_that_say_different_things_are_for_a_person() -> None:
    one = captured(dose_report([SCOUT, helical("2", "373.20")]))
    other = again(captured(dose_report([SCOUT, helical("2", "573.20")])))
    recognition = read([*one, *other])
    assert recognition.outcome is Outcome.QUARANTINED
    assert reasons(recognition) == {"pages-conflict"}
    assert recognition.record is not None


def test_an_earlier_screen_that_says_something_else_is_for_a_person() -> None:
    early = captured(dose_report([SCOUT, helical("2", "573.20")], style=THREE_A_PAGE))
    late = again(captured(dose_report(SCANS[:5], style=THREE_A_PAGE)))
    assert reasons(read([*early, *late])) == {"pages-conflict"}


def test_two_totals_for_the_same_rows_are_for_a_person() -> None:
    one = captured(patient_protocol([TOPOGRAM, abdomen()], "187"), SIEMENS)
    other = again(captured(patient_protocol([TOPOGRAM, abdomen()], "188"), SIEMENS))
    recognition = read([*one, *other])
    assert recognition.outcome is Outcome.QUARANTINED


def test_two_layouts_in_one_study_are_for_a_person(
    a_dose_report: list[Picture], a_patient_protocol: list[Picture]
) -> None:
    report = captured(a_dose_report, GE)
    protocol = captured(a_patient_protocol, SIEMENS)
    recognition = read([*report, *protocol])
    assert recognition.outcome is Outcome.QUARANTINED
    assert reasons(recognition) == {"pages-conflict"}


def test_a_total_belongs_to_the_last_page() -> None:
    pages = dose_report(SCANS, total=None, style=THREE_A_PAGE)
    recognition = read(captured(pages))
    assert recognition.outcome is Outcome.QUARANTINED
    assert reasons(recognition) == {"total-missing"}
