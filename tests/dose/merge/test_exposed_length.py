"""What was imaged beside what was exposed: images of another scan, and of a part of one."""

from decimal import Decimal

import pytest

from appliance.dose.merge import Particulars, SourceKind, merge
from tests.dose.merge.scans import both, images, screen
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
