"""docs/rdsr.md against the reports that are written of four makers' studies."""

import pytest
from pydicom import Dataset

from appliance.rdsr import nonconformities
from tests.rdsr.table import PAGE, column_of
from tests.services.written import UNKNOWN, WARDS, report, states

QUICK = "GE"
SLOW = pytest.mark.slow
MAKERS = [maker if maker == QUICK else pytest.param(maker, marks=SLOW) for maker in WARDS]


def request_of(found: Dataset) -> str:
    (request,) = found.ReferencedRequestSequence
    return str(request.RequestedProcedureID)


@pytest.mark.parametrize("maker", MAKERS)
def test_the_page_says_which_rows_hold_a_value(maker: str) -> None:
    page, measured = column_of(maker, PAGE.read_text("utf-8")), states(maker)
    assert page == {place: measured[place] for place in page}
    assert {template for template, _ in page} == {"10011", "10012", "10013", "10014"}


@pytest.mark.parametrize("maker", MAKERS)
def test_what_is_measured_is_a_whole_report_with_its_order(maker: str) -> None:
    found = report(maker)
    assert nonconformities(found) == ()
    assert request_of(found) == "R1"
    assert any(UNKNOWN in state for state in states(maker).values())


@pytest.mark.parametrize("maker", MAKERS)
def test_no_dose_is_unknown(maker: str) -> None:
    measured = states(maker)
    doses = [("10012", "3"), ("10012", "3a"), ("10013", "22"), ("10013", "23"), ("10013", "26")]
    assert all(UNKNOWN not in measured[place] for place in doses)
