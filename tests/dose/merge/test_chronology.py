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
            {"series": each, "label": "Abdomen", "ctdi": "8.03", "exposure_time_s": f"{at}"}
            | {"started": f"2026010110{at:02}00.000000"}
            for at, each in enumerate(series, 1)
        )
    )
    merged = merge(both(seen, found))
    assert text(merged, "exposure_time_s") in ([None, None], ["1", "2"])
    assert merged.doubts == ()


@pytest.mark.parametrize("arrived", [("3",), ("2",), ("3", "2"), ("3", "4")])
def test_numbers_alone_tell_no_twin_when_one_lacks_or_time_is_against_them(
    arrived: tuple[str, ...],
) -> None:
    """An archive numbered the series anew; which is which is known of all together or of none."""
    rows = ({"series": each, "label": "Abdomen", "kvp": "120"} for each in ("2", "3"))
    found = images(
        *(
            {
                "series": each,
                "label": "Abdomen",
                "kvp": "120",
                "exposure_time_s": f"{at}",
                "uid": f"1.{at}",
            }
            | {"started": f"2026010110{at:02}00.000000"}
            for at, each in enumerate(arrived, 1)
        )
    )
    merged = merge(both(screen(*rows), found))
    by_order = [f"{at}" for at in range(1, len(arrived) + 1)]
    assert text(merged, "exposure_time_s") in ([None, None], by_order)
    assert text(merged, "irradiation_event_uid") in ([None, None], ["1.1", "1.2"])


def test_a_number_tells_no_rotations_of_which_some_lack() -> None:
    """Nothing is on the screen but numbers; the images are those of the first row, renumbered."""
    rows = ({"series": each, "kind": "STATIONARY", "kvp": "120"} for each in ("2", "3"))
    found = images({"acquisition": "3", "kind": "STATIONARY", "kvp": "120", "rotation_time_s": "1"})
    assert text(merge(both(screen(*rows), found)), "rotation_time_s") == [None, None]


def test_a_scan_that_no_row_has_makes_numbers_of_scans_like_it_uncertain() -> None:
    rows = ({"series": each, "label": each, "ctdi": "8.0"} for each in ("2", "3"))
    found = images(
        *(
            {"series": each, "ctdi": "8.00", "exposure_time_s": f"{at}"}
            | {"started": f"2026010110{at:02}00.000000"}
            for at, each in enumerate(("2", "9", "3"), 1)
        )
    )
    assert text(merge(both(screen(*rows), found)), "exposure_time_s") == [None, None]


def test_what_began_in_one_moment_is_not_two_rows() -> None:
    found = images(
        {"series": "2", "ctdi": "8.03", "exposure_time_s": "2", "started": "20260101100000.000000"},
        {"series": "3", "ctdi": "8.03", "exposure_time_s": "2", "started": "20260101100000.000000"},
    )
    assert text(merge(both(screen(*TWINS), found)), "exposure_time_s") == [None, None]


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
        {"ctdi": "8.03", "exposure_time_s": "2", "started": "20260101100000.000000"},
        {"ctdi": "8.03", "exposure_time_s": "3", "started": "20260101100100.000000"},
    )
    merged = merge(both(seen, found))
    assert text(merged, "exposure_time_s") == ["2", "3"]
    assert all(Facet.ORDER in match.reasons for match in merged.matches)


@pytest.mark.parametrize("begun", ["1200", "0900"])
def test_twins_are_in_no_order_on_a_screen_that_is_not_in_that_of_time(begun: str) -> None:
    twin = {"label": "Abdomen", "ctdi": "8.03"}
    seen = screen({"label": "Chest", "ctdi": "9.55"}, twin, twin)
    found = images(
        {"ctdi": "8.03", "exposure_time_s": "2", "started": "20260101100000.000000"},
        {"ctdi": "8.03", "exposure_time_s": "3", "started": "20260101100100.000000"},
        {"ctdi": "9.55", "exposure_time_s": "1", "started": f"20260101{begun}00.000000"},
    )
    twins = [None, None] if begun == "1200" else ["2", "3"]
    assert text(merge(both(seen, found)), "exposure_time_s") == ["1", *twins]
