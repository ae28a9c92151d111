"""A site's medians beside the figures: each study once, and nothing compared that does not fit."""

from dataclasses import replace
from decimal import Decimal

import pytest

from appliance.config import DoseAlert
from appliance.dose.coded import Phantom
from appliance.dose.examination import Examination, Scan
from appliance.drl.alert import exceedances
from appliance.drl.comparison import Comparison, compared
from appliance.drl.exam import exams
from appliance.drl.matching import Refusal
from appliance.drl.procedure import NO_PROCEDURES
from appliance.drl.table import Quantity, Table, parse

A_TABLE = """\
edition = "ours"
version = 1
title = ["Ours", "当院"]
published = ""
[source]
us = "made up for a test"
[[level]]
exam = "CHEST"
phantom = "BODY32"
standard_weight_kg = ["50", "70"]
ctdi_vol_mgy = { value = "10", source = "us", verified = true }
dlp_mgy_cm = { value = "400", source = "us", verified = false }
[[level]]
exam = "CORONARY"
phantom = "BODY32"
ctdi_vol_mgy = { value = "50", source = "us", verified = true }
dlp_mgy_cm = { value = "900", source = "us", verified = true }
[[level]]
exam = "TRAUMA"
dlp_mgy_cm = { value = "5000", source = "us", verified = true }
[[level]]
exam = "CHEST_CHILD"
phantom = "HEAD16"
age_years = ["0", "1"]
ctdi_vol_mgy = { value = "6", source = "us", verified = true }
[[level]]
exam = "CHEST_CHILD"
phantom = "BODY32"
age_years = ["1", "5"]
ctdi_vol_mgy = { value = "4", source = "us", verified = true }
"""
TABLE = parse(A_TABLE, "ours.toml")


def scan(ctdi: str | None, dlp: str | None, region: str = "CHEST", label: str = "Chest") -> Scan:
    return Scan(
        region=region,
        label=label,
        phantom=Phantom.BODY32,
        ctdi_vol_mgy=None if ctdi is None else Decimal(ctdi),
        dlp_mgy_cm=None if dlp is None else Decimal(dlp),
    )


def a_study(*scans: Scan, age: str = "60", weight: str | None = None) -> Examination:
    return Examination(
        study_instance_uid="1.2",
        report_uid="1.2.3",
        scanner="abc",
        age_years=Decimal(age),
        weight_kg=None if weight is None else Decimal(weight),
        scans=scans,
    )


def compare(*studies: Examination, by: str = "exam", table: Table = TABLE) -> Comparison:
    return compared(studies, [table], exams(), NO_PROCEDURES, by)


def values(found: Comparison) -> dict[tuple[str, str], list[str]]:
    return {
        (row.exam.identifier, row.quantity): [str(value) for value in row.values]
        for row in found.rows
    }


def test_medians_and_quartiles_stand_beside_their_figures() -> None:
    studies = [a_study(scan(str(ctdi), str(40 * ctdi))) for ctdi in (12, 8, 9, 10)]
    ctdi, dlp = compare(*studies).rows
    assert (ctdi.median, ctdi.upper_quartile, ctdi.ratio) == (
        Decimal("9.5"),
        Decimal("10.5"),
        Decimal("0.95"),
    )
    assert not ctdi.is_above
    assert (dlp.median, dlp.figure.value) == (Decimal(380), Decimal(400))
    assert not dlp.figure.verified
    assert dlp.identifier == "ours/CHEST/BODY32/dlp_mgy_cm"


def test_a_median_that_is_the_figure_is_not_above() -> None:
    assert not compare(a_study(scan("10", "1"))).rows[0].is_above
    assert compare(a_study(scan("10.01", "1"))).rows[0].is_above


def test_a_study_of_two_phases_counts_once_with_their_mean() -> None:
    assert values(compare(a_study(scan("8", "300"), scan("11", "500")))) == {
        ("CHEST", "ctdi_vol_mgy"): ["9.5"],
        ("CHEST", "dlp_mgy_cm"): ["400"],
    }


def test_of_the_heart_the_main_scan_counts_and_the_dlp_of_everything() -> None:
    study = a_study(
        scan("3", "40", label="Ca score"),
        scan("1", "2", label="Test bolus"),
        scan("45", "700", label="Coronary CTA"),
    )
    assert values(compare(study)) == {
        ("CORONARY", "ctdi_vol_mgy"): ["45"],
        ("CORONARY", "dlp_mgy_cm"): ["742"],
    }


def test_where_no_single_scan_is_the_main_one_only_the_dlp_is_compared() -> None:
    study = a_study(scan("30", "400", label="Coronary A"), scan("45", "700", label="Coronary B"))
    assert list(values(compare(study))) == [("CORONARY", "dlp_mgy_cm")]


def test_a_dose_that_a_scan_does_not_state_is_never_left_out_of_a_sum() -> None:
    study = a_study(scan("30", None, label="Ca"), scan("45", "700", label="Coronary CTA"))
    assert list(values(compare(study))) == [("CORONARY", "ctdi_vol_mgy")]
    assert list(values(compare(a_study(scan("9", None))))) == [("CHEST", "ctdi_vol_mgy")]


def test_where_the_phantom_is_not_stated_the_printed_sum_is_compared() -> None:
    head = replace(scan("60", "1000", "HEAD", "Polytrauma"), phantom=Phantom.HEAD16)
    study = a_study(head, scan("14", "1200", "CHEST_ABDOMEN_AND_PELVIS"))
    assert values(compare(study)) == {("TRAUMA", "dlp_mgy_cm"): ["2200"]}


@pytest.mark.parametrize(
    ("study", "refusal"),
    [
        (a_study(scan("9", "300"), weight="49.9"), Refusal.WEIGHT_OUTSIDE),
        (a_study(scan("9", "300"), weight="70.1"), Refusal.WEIGHT_OUTSIDE),
        (a_study(replace(scan("9", "300"), phantom=Phantom.HEAD16)), Refusal.PHANTOM_DIFFERS),
        (a_study(replace(scan("9", "300"), phantom=None)), Refusal.PHANTOM_DIFFERS),
        (a_study(scan("9", "300"), age="0.5"), Refusal.PHANTOM_DIFFERS),
        (a_study(scan("9", "300"), age="5"), Refusal.NO_LEVEL),
        (a_study(scan("9", "300", "ABDOMEN_AND_PELVIS")), Refusal.NO_LEVEL),
        (a_study(scan("9", "300", "KNEE")), Refusal.NO_EXAMINATION),
    ],
)
def test_what_does_not_fit_is_counted_by_reason(study: Examination, refusal: Refusal) -> None:
    found = compare(study, study)
    assert found.rows == ()
    assert found.refused == {(refusal, "Chest"): 2}
    assert found.studies == 2


@pytest.mark.parametrize("weight", ["50", "70", "61.5", None])
def test_the_standard_weight_is_compared_and_an_unknown_one_counted(weight: str | None) -> None:
    row = compare(a_study(scan("9", "300"), weight=weight)).rows[0]
    assert row.weight_unknown == (weight is None)


def test_a_child_is_compared_with_its_own_band() -> None:
    (row,) = compare(a_study(scan("3", "50"), age="1")).rows
    assert row.figure.value == Decimal(4)
    assert row.identifier == "ours/CHEST_CHILD/1-5y/BODY32/ctdi_vol_mgy"


def test_scanners_and_protocols_are_told_apart() -> None:
    here, there = a_study(scan("9", "300", label="A")), a_study(scan("11", "400", label="B"))
    other = replace(there, scanner="xyz")
    groups = {
        by: [(row.group, len(row.values)) for row in compare(here, there, other, by=by).rows][:2]
        for by in ("scanner", "protocol")
    }
    assert groups == {"scanner": [("abc", 2), ("xyz", 1)], "protocol": [("A", 1), ("B", 2)]}


def test_the_order_of_studies_changes_nothing() -> None:
    studies = [a_study(scan(str(ctdi), "300")) for ctdi in (3, 1, 2)]
    assert compare(*studies).rows == compare(*studies[::-1]).rows


def above(study: Examination, **settings: object) -> list[str]:
    alert = DoseAlert(name="site", **settings)  # type: ignore[arg-type] # any setting
    return [str(each) for each in exceedances(study, [alert])]


STUDY = a_study(
    scan("100", "500"), replace(scan("20", "700", "HEAD", "Head"), phantom=Phantom.HEAD16)
)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"ctdi_vol_mgy": 99.9}, ["scan 1: CTDIvol 100 above 99.9 mGy (site)"]),
        ({"ctdi_vol_mgy": 100.0}, []),
        ({"dlp_mgy_cm": 600.0}, ["scan 2: DLP 700 above 600 mGy.cm (site)"]),
        ({"study_dlp_mgy_cm": 1100.0}, ["study: DLP 1200 above 1100 mGy.cm (site)"]),
        ({"study_dlp_mgy_cm": 600.0, "region": "CHEST"}, []),
        ({"ctdi_vol_mgy": 1.0, "region": "KNEE"}, []),
        ({"ctdi_vol_mgy": 1.0, "phantom": "HEAD16"}, ["scan 2: CTDIvol 20 above 1 mGy (site)"]),
        ({"ctdi_vol_mgy": 1.0, "label": "head"}, ["scan 2: CTDIvol 20 above 1 mGy (site)"]),
        ({"ctdi_vol_mgy": 1.0, "label": "hea"}, []),
        ({"ctdi_vol_mgy": 1.0, "below_age_years": 60.0}, []),
        (
            {"ctdi_vol_mgy": 99.0, "from_age_years": 60.0},
            ["scan 1: CTDIvol 100 above 99 mGy (site)"],
        ),
    ],
)
def test_alert_values(settings: dict[str, object], expected: list[str]) -> None:
    assert above(STUDY, **settings) == expected


def test_somebody_of_unknown_age_may_be_meant() -> None:
    study = replace(STUDY, age_years=None)
    assert len(above(study, ctdi_vol_mgy=99.0, below_age_years=1.0)) == 1


def test_every_quantity_has_a_unit() -> None:
    assert [(each.symbol, each.unit) for each in Quantity] == [
        ("CTDIvol", "mGy"),
        ("DLP", "mGy.cm"),
        ("SSDE", "mGy"),
    ]
