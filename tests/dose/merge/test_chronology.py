"""Rows and the order of time: numbers that it contradicts, twins that it tells apart."""

from decimal import Decimal

import pytest

from appliance.dose.merge import Particulars, merge
from appliance.dose.merge.likeness import Facet
from tests.dose.merge.scans import both, images, screen
from tests.dose.merge.test_merging import IMAGES, TWINS, text


@pytest.mark.parametrize("series", [("5", "4"), ("4", "7"), ("7", "3")])
def test_numbers_that_the_order_of_time_contradicts_are_not_believed(
    series: tuple[str, str],
) -> None:
    seen = screen(
        {"series": "3", "label": "Abdomen", "ctdi": "8.03"},
        {"series": "4", "label": "Abdomen", "ctdi": "8.03"},
    )
    found = images(
        *(
            {"series": each, "label": "Abdomen", "ctdi": "8.03", "ma": f"{at}00"}
            | {"started": f"2026010110{at:02}00.000000"}
            for at, each in enumerate(series, 1)
        )
    )
    merged = merge(both(seen, found))
    assert text(merged, "tube_current_ma") in ([None, None], ["100", "200"])
    assert merged.doubts == ()


def test_what_began_in_one_moment_is_not_two_rows() -> None:
    found = images(
        {"series": "2", "ctdi": "8.03", "ma": "200", "started": "20260101100000.000000"},
        {"series": "3", "ctdi": "8.03", "ma": "200", "started": "20260101100000.000000"},
    )
    assert text(merge(both(screen(*TWINS), found)), "tube_current_ma") == [None, None]


def test_what_several_scans_are_said_to_have_begun_in_is_the_start_of_none() -> None:
    seen = screen({"series": "2", "ctdi": "8.03"}, {"series": "3", "ctdi": "9.55"})
    at = {"started": "20260101100000.000000", "kvp": "120"}
    found = images({"series": "2", "ctdi": "8.03"} | at, {"series": "3", "ctdi": "9.55"} | at)
    merged = merge(both(seen, found))
    assert (text(merged, "kvp"), text(merged, "started")) == (["120", "120"], [None, None])


def test_scans_that_may_all_be_moved_by_a_row_are_no_rows_for_certain() -> None:
    """The screen counts from 2 and the images' numbers are those of the row after."""
    rows = ({"series": at, "ctdi": "15.83", "dlp": dlp} for at, dlp in (("4", "583"), ("5", "868")))
    scan = {"ctdi": "15.83", "label": "Abdomen"}
    found = images(
        scan | {"series": "3", "acquisition": "5", "started": "20260101100000.0", "uid": "1.1"},
        scan | {"series": "6", "acquisition": "6", "started": "20260101100100.0", "uid": "1.2"},
    )
    spans = {IMAGES: [Particulars(span_mm=(Decimal(-14), Decimal(each))) for each in (316, 498)]}
    merged = merge(both(screen(*rows), found), spans)
    assert text(merged, "irradiation_event_uid")[1] != "1.1"


def test_twins_without_numbers_follow_their_order_in_time() -> None:
    seen = screen({"label": "Abdomen", "ctdi": "8.03"}, {"label": "Abdomen", "ctdi": "8.03"})
    found = images(
        {"ctdi": "8.03", "ma": "200", "started": "20260101100000.000000"},
        {"ctdi": "8.03", "ma": "300", "started": "20260101100100.000000"},
    )
    merged = merge(both(seen, found))
    assert text(merged, "tube_current_ma") == ["200", "300"]
    assert all(Facet.ORDER in match.reasons for match in merged.matches)


@pytest.mark.parametrize("begun", ["1200", "0900"])
def test_twins_are_in_no_order_on_a_screen_that_is_not_in_that_of_time(begun: str) -> None:
    twin = {"label": "Abdomen", "ctdi": "8.03"}
    seen = screen({"label": "Chest", "ctdi": "9.55"}, twin, twin)
    found = images(
        {"ctdi": "8.03", "ma": "200", "started": "20260101100000.000000"},
        {"ctdi": "8.03", "ma": "300", "started": "20260101100100.000000"},
        {"ctdi": "9.55", "ma": "100", "started": f"20260101{begun}00.000000"},
    )
    twins = [None, None] if begun == "1200" else ["200", "300"]
    assert text(merge(both(seen, found)), "tube_current_ma") == ["100", *twins]
