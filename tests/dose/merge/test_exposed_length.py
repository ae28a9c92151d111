"""What was imaged beside what was exposed: images of another scan, and of a part of one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from appliance.dose.coded import SourceOfDoseInformation
from appliance.dose.merge import Particulars, SourceKind, merge
from appliance.dose.record import CTRadiationDose, Origin, XRaySource
from tests.dose.merge.scans import both, event, images, screen
from tests.dose.merge.test_merging import IMAGES, pairs, text


def spans(*ends: tuple[str, str]) -> dict[SourceKind, list[Particulars]]:
    found = [Particulars(span_mm=(Decimal(low), Decimal(high))) for low, high in ends]
    return {IMAGES: found}


def test_images_longer_than_a_row_was_exposed_are_of_another_scan() -> None:
    seen = screen(
        {"series": "3", "label": "Abdomen", "ctdi": "20", "dlp": "863.5"},
        {"series": "4", "label": "Abdomen", "ctdi": "20", "dlp": "420.0"},
    )
    found = images(
        {"series": "4", "label": "Abdomen", "ctdi": "20.09", "ma": "146"},
        {"series": "6", "label": "Abdomen", "ctdi": "20.09", "ma": "191"},
    )
    merged = merge(both(seen, found), spans(("-486", "-82"), ("170", "353")))
    assert text(merged, "tube_current_ma") in (["146", "191"], [None, None])
    assert pairs(merged).get(1) != (0,)


@pytest.mark.parametrize(("imaged", "mean"), [("320", "200"), ("150", None)])
def test_the_current_of_a_part_is_not_that_of_the_scan(imaged: str, mean: str | None) -> None:
    seen = screen({"series": "2", "label": "Chest", "ctdi": "8.03", "dlp": "281"})
    technique = {"kvp": "120", "pitch": "0.8", "total_collimation_mm": "38.4"}
    found = images({"series": "2", "ctdi": "8.03", "ma": "200", **technique})
    merged = merge(both(seen, found), spans(("0", imaged)))
    assert text(merged, "tube_current_ma") == [mean]
    assert text(merged, "kvp") == ["120"]


COMPUTED = Origin(SourceOfDoseInformation.COMPUTED_FROM_IMAGE, "a mean", "1.2.2")
SPIRAL = {"pitch": "0.8", "total_collimation_mm": "38.4"}
ROW = {"series": "2", "label": "Chest", "ctdi": "8.03"}


def mean_of(row: dict[str, str], bottom: str, top: str, **technique: str) -> tuple[object, object]:
    """Mean current of both tubes that a row takes from images from ``bottom`` to ``top``."""
    scan = event(COMPUTED, series="2", ctdi="8.03", ma="200", **SPIRAL | technique)
    tube = XRaySource(tube_current_ma=scan.tube_current_ma)
    found = CTRadiationDose((replace(scan, further_sources=(tube,)),))
    (taken,) = merge(both(screen(ROW | row), found), spans((bottom, top))).record.events
    (further,) = taken.further_sources
    return taken.tube_current_ma, further.tube_current_ma


@pytest.mark.parametrize(
    ("row", "bottom", "top", "is_taken"),
    [
        ({"dlp": "281"}, "0", "320", True),
        ({"dlp": "281"}, "0", "250", False),
        ({"dlp": "120"}, "0", "60", False),
        ({"dlp": "281", "start": "0", "end": "-300"}, "-300", "0", True),
        ({"dlp": "281", "start": "0", "end": "-300"}, "-290", "0", False),
        ({"dlp": "281", "start": "0", "end": "-300"}, "-300", "-20", False),
        ({}, "0", "60", False),
    ],
)
def test_a_mean_is_taken_of_images_of_the_whole_scan(
    row: dict[str, str], bottom: str, top: str, *, is_taken: bool
) -> None:
    mean, further = mean_of(row, bottom, top)
    assert (mean is not None, further is not None) == (is_taken, is_taken)


def test_rotations_side_by_side_leave_nothing_out() -> None:
    kind = {"kind": "SEQUENCED", "pitch": "1"}
    assert mean_of({"dlp": "120"}, "0", "140", **kind)[0] is not None
    assert mean_of({"dlp": "120"}, "0", "70", **kind)[0] is None
