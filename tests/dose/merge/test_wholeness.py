"""What a part of a scan's images does not tell of the scan, with a screen and without one."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.merge import Merged, Particulars, SourceKind, merge
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Origin
from tests.dose.merge.scans import both, event, screen
from tests.dose.merge.test_merging import IMAGES, Row, text

COMPUTED = Origin(SourceOfDoseInformation.COMPUTED_FROM_IMAGE, "of images", "1.2.2")
COPIED = Origin(SourceOfDoseInformation.COPIED_FROM_IMAGE, "an attribute", "1.2.2")
ROTATIONS: Row = {
    "kind": "SEQUENCED",
    "ctdi": "50.00",
    "total_collimation_mm": "20",
    "scanning_length_mm": "80",
    "reconstructable_length_mm": "80",
    "top": "40",
    "bottom": "-40",
}
"""Four rotations of 20 mm side by side came."""
PLACES = ("ctdi_vol_mgy", "scanning_length_mm", "reconstructable_length_mm", "top_z_mm")


def scan(changing: Row, **constant: str) -> IrradiationEvent:
    """An event of images: what was worked out of several, and what each states."""
    worked_out: dict[str, Any] = dict(event(COMPUTED, **changing).sourced())
    return replace(event(COPIED, **constant), **worked_out)


def alone(
    changing: Row, low: str = "", high: str = "", begins: str = "yes", **constant: str
) -> Merged:
    """What is reported of a study without a screen."""
    span = (Decimal(low), Decimal(high)) if low else None
    names = {IMAGES: [Particulars(span_mm=span, begins=begins == "yes")]}
    return merge({IMAGES: CTRadiationDose((scan(changing, **constant),))}, names)


def beside(row: Row, changing: Row, low: str, high: str, **constant: str) -> Merged:
    names = {IMAGES: [Particulars(span_mm=(Decimal(low), Decimal(high)), begins=False)]}
    found = CTRadiationDose((scan(changing, **{"series": "2", "label": "Chest"} | constant),))
    return merge(both(screen({"series": "2", "label": "Chest"} | row), found), names)


def test_without_a_screen_nothing_says_that_all_images_came() -> None:
    """The currents of seeds 3147 and 3185: the first half of each scan, and no dose screen."""
    merged = alone({"ma": "242.7", "tube_current_max_ma": "342"}, "362.5", "373.3", ctdi="70.58")
    assert text(merged, "tube_current_ma") == text(merged, "tube_current_max_ma") == [None]
    assert text(merged, "ctdi_vol_mgy") == ["70.58"]


def test_a_current_that_is_the_same_in_the_images_that_came_may_not_be_in_the_others() -> None:
    assert text(alone({}, "0", "300", ma="200"), "tube_current_ma") == [None]


@pytest.mark.parametrize("kind", ["CONSTANT_ANGLE", "STATIONARY"])
def test_a_tube_that_stays_at_one_place_is_not_modulated_along_the_patient(kind: str) -> None:
    assert text(alone({}, ma="35", kind=kind), "tube_current_ma") == ["35"]
    assert text(alone({"ma": "35.1"}, kind=kind), "tube_current_ma") == [None]


SPIRAL: Row = {"kind": "SPIRAL", "pitch": "0.8", "total_collimation_mm": "38.4"}


@pytest.mark.parametrize(
    ("stated", "high", "is_taken"),
    [
        ({"scanning_length_mm": "350"}, "300", True),
        ({"scanning_length_mm": "350"}, "270", False),
        ({"ctdi": "8.00", "dlp": "280.0"}, "300", True),
        ({"ctdi": "8.00", "dlp": "280.0"}, "150", False),
    ],
)
def test_a_travel_or_a_dlp_of_the_images_says_how_long_it_was(
    stated: Row, high: str, *, is_taken: bool
) -> None:
    merged = alone({"ma": "242.7"}, "0", high, **SPIRAL | stated)
    assert (text(merged, "tube_current_ma") == ["242.7"]) is is_taken


@pytest.mark.parametrize("begins", ["yes", "no"])
def test_a_start_is_that_of_the_first_image(begins: str) -> None:
    at = {"started": "20260101100007.000000"}
    merged = alone(at, "0", "300", begins=begins, ctdi="8.00", dlp="500", **SPIRAL)
    assert text(merged, "started") == ([at["started"]] if begins == "yes" else [None])


def test_a_start_is_taken_where_the_images_are_of_the_whole_scan() -> None:
    at = {"started": "20260101100007.000000"}
    merged = beside({"ctdi": "8.00", "dlp": "280.0"}, at, "0", "300", ctdi="8.00", **SPIRAL)
    assert text(merged, "started") == [at["started"]]


@pytest.mark.parametrize(
    ("row", "is_taken"),
    [
        ({"ctdi": "50.0", "dlp": "400.0"}, True),
        ({"ctdi": "50.0", "dlp": "500.0"}, False),
        ({"start": "40", "end": "-40"}, True),
        ({"start": "40", "end": "-60"}, False),
        ({}, False),
    ],
)
def test_places_of_rotations_are_those_of_all_of_them(row: Row, *, is_taken: bool) -> None:
    merged = beside(row, ROTATIONS, "-37.5", "37.5")
    taken = [text(merged, name) != [None] for name in PLACES[1:]]
    assert taken == [is_taken] * 3


def test_without_a_screen_rotations_that_came_are_not_all_for_certain() -> None:
    merged = alone(ROTATIONS, "-37.5", "37.5", kvp="120")
    assert [text(merged, name) for name in PLACES] == [[None]] * 4
    assert text(merged, "kvp") == ["120"]


@pytest.mark.parametrize(("repeats", "kind"), [(True, "STATIONARY"), (False, None)])
def test_one_rotation_may_be_one_of_several_places(*, repeats: bool, kind: str | None) -> None:
    found = CTRadiationDose((scan({"kind": "STATIONARY"}, kvp="120"),))
    names = {SourceKind.IMAGE_HEADERS: [Particulars(repeats=repeats)]}
    assert text(merge({IMAGES: found}, names), "acquisition_type") == [kind]


def test_one_rotation_is_the_scan_where_no_more_was_exposed() -> None:
    one = {"kind": "STATIONARY"}
    more = {"total_collimation_mm": "20", "scanning_length_mm": "20", "ctdi": "50.00"}
    for dlp, kind in (("100.0", "STATIONARY"), ("200.0", None)):
        merged = beside({"ctdi": "50.0", "dlp": dlp}, one, "0", "15", **more)
        assert text(merged, "acquisition_type") == [kind]


def test_what_a_step_says_is_of_the_whole_scan() -> None:
    seen = screen({"series": "2", "label": "Chest", "ctdi": "8.03"})
    step = screen({"series": "2", "label": "Chest", "ctdi": "8.03", "ma": "200"})
    merged = merge({SourceKind.DOSE_SCREEN: seen, SourceKind.PERFORMED_STEP: step})
    assert text(merged, "tube_current_ma") == ["200"]


def test_what_is_not_taken_of_a_part_is_told() -> None:
    merged = alone({"ma": "242.7"}, "0", "100", begins="no", ctdi="8.00", kvp="120")
    assert [(each.field, each.said) for each in merged.omissions] == [
        ("events[0].tube_current_ma", "242.7")
    ]
    step = CTRadiationDose((event(COPIED, series="2", label="Chest", ctdi="8.00", ma="240"),))
    named = {IMAGES: [Particulars(series=("2",), labels=("Chest",))]}
    images = CTRadiationDose((scan({"ma": "242.7"}, ctdi="8.00"),))
    both_say = merge({SourceKind.PERFORMED_STEP: step, IMAGES: images}, named)
    assert (text(both_say, "tube_current_ma"), both_say.omissions) == (["240"], ())
