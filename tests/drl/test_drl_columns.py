"""Doses in columns tell what the comparison of single studies tells."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import quantiles

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.dose.coded import Phantom
from appliance.dose.examination import Examination, Scan
from appliance.drl.columns import Columns
from appliance.drl.comparison import compared
from appliance.drl.exam import exams
from appliance.drl.export import cell
from appliance.drl.procedure import NO_PROCEDURES
from appliance.drl.ranked import Ranked, by_key, ranked
from appliance.drl.reference import Reference
from appliance.drl.selection import AGES, WEIGHTS, Selection
from appliance.drl.table import Quantity, shipped

BY = Reference((shipped()["japan-2020"], shipped()["lung-screening"]), exams(), NO_PROCEDURES)
doses = st.decimals("0.01", "99.99", places=2)
ages = st.none() | st.decimals(0, 99, places=1)
weights = st.none() | st.decimals(3, 140, places=1)
PHANTOMS = {"HEAD": Phantom.HEAD16, "CHEST": Phantom.BODY32, "KNEE": Phantom.BODY32}


@st.composite
def examinations(draw: st.DrawFn) -> list[Examination]:
    found = []
    for number in range(draw(st.integers(1, 12))):
        region = draw(st.sampled_from(sorted(PHANTOMS)))
        ctdi = draw(doses)
        scan = Scan(
            label=draw(st.sampled_from(["Routine", "", "=1+1"])),
            region=region,
            phantom=draw(st.sampled_from([PHANTOMS[region], None])),
            ctdi_vol_mgy=ctdi,
            dlp_mgy_cm=draw(st.none() | st.just(ctdi * 20)),
            ssde_mgy=draw(st.none() | doses),
        )
        found.append(
            Examination(
                study_instance_uid=f"1.{number}",
                report_uid=f"1.{number}.1",
                performed_on=draw(st.none() | st.dates(date(2026, 1, 1), date(2026, 3, 31))),
                scanner=draw(st.sampled_from(["a", "b", ""])),
                age_years=draw(ages),
                weight_kg=draw(weights),
                scans=(scan,) * draw(st.integers(1, 2)),
            )
        )
    return found


def columns(studies: Sequence[Examination]) -> Columns:
    made = Columns(BY)
    made.add(enumerate(studies, 1))
    return made


@given(examinations())
@settings(max_examples=60, deadline=None)
def test_every_row_is_that_of_the_comparison(studies: list[Examination]) -> None:
    found = compared(studies, BY.tables, BY.exams, BY.procedures)
    rows = list(columns(studies).rows(Selection()))
    meant = {row.identifier + row.level.name[0]: row for row in found.rows}
    assert len(rows) == len(meant)
    for row in rows:
        other = meant[row.identifier + row.level.name[0]]
        assert list(row.values) == list(other.values)
        assert row.median == other.median
        assert row.is_above == other.is_above
        assert row.weight_unknown == other.weight_unknown
    assert columns(studies).refused(Selection()) == found.refused


@given(examinations(), st.sampled_from(["", *AGES]), st.sampled_from(["", *WEIGHTS]))
@settings(max_examples=60, deadline=None)
def test_a_selection_leaves_out_what_it_says(
    studies: list[Examination], band: str, weight: str
) -> None:
    first = date(2026, 2, 1)
    selection = Selection(first=first, scanner="a", ages=band, weights=weight)

    def is_meant(each: Examination) -> bool:
        if each.performed_on is None or each.performed_on < first or each.scanner != "a":
            return False
        if band and (each.age_years is None or not AGES[band].hold(each.age_years)):
            return False
        bounds = WEIGHTS.get(weight)
        known = each.weight_kg
        return bounds is None or (known is not None and bounds.least <= float(known) <= bounds.most)

    assert columns(studies).studies(selection) == sum(map(is_meant, studies))


@given(st.lists(doses, min_size=2, max_size=40), st.integers(1, 3))
def test_quartiles_are_those_of_the_standard_library(values: list[Decimal], quarter: int) -> None:
    found = ranked(np.array([float(each) for each in values]))
    meant = quantiles(values, n=4, method="inclusive")[quarter - 1]
    assert found.percentile(Fraction(quarter, 4)) == meant


@given(st.lists(doses, min_size=1, max_size=60))
def test_every_dose_is_in_a_bar_or_beyond(values: list[Decimal]) -> None:
    bars, beyond = ranked(np.array([float(each) for each in values])).bars([Decimal(40)])
    assert sum(bar.number for bar in bars) + beyond == len(values)
    assert bars[0].least == 0
    assert bars[-1].below >= 40


@given(
    st.lists(st.tuples(st.integers(-40_000, 40_000) | st.integers(0, 3), st.none() | doses)),
)
def test_each_key_has_its_doses_in_their_order(pairs: list[tuple[int, Decimal | None]]) -> None:
    meant: dict[int, list[Decimal]] = {}
    for key, dose in sorted((key, dose) for key, dose in pairs if dose is not None):
        meant.setdefault(key, []).append(dose)
    keys = np.array([key for key, _ in pairs], "i4")
    values = np.array([float("nan") if dose is None else float(dose) for _, dose in pairs])
    found = by_key(keys, values)
    assert list(found) == list(meant)
    assert {key: list(of) for key, of in found.items()} == meant


def test_nothing_has_no_median_and_no_bar() -> None:
    empty = Ranked(np.empty(0))
    assert empty.bars() == ((), 0)
    with pytest.raises(ValueError, match="nothing"):
        _ = empty.median


STUDY = Examination(
    study_instance_uid="1",
    report_uid="1.1",
    performed_on=date(2026, 1, 31),
    scanner="a",
    age_years=Decimal(60),
    scans=(
        Scan(
            label="Routine",
            region="CHEST",
            phantom=Phantom.BODY32,
            ctdi_vol_mgy=Decimal("10.20"),
            dlp_mgy_cm=Decimal(400),
            ssde_mgy=Decimal(13),
        ),
    ),
)


def test_a_printed_dose_stays_what_was_printed() -> None:
    found = columns([STUDY]).doses(Selection(), "CHEST")
    assert list(found[Quantity.CTDI_VOL]) == [Decimal("10.2")]


def test_what_another_report_took_the_place_of_is_gone() -> None:
    made = columns([STUDY, replace(STUDY, scanner="b")])
    made.remove(np.array([1]))
    assert list(made.by_scanner(Selection(), "CHEST")) == ["b"]
    assert made.studies(Selection()) == 1


def test_months_are_told_apart_and_unknown_days_left_out() -> None:
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2025, 12, 1), None]
    made = columns([replace(STUDY, performed_on=day) for day in days])
    months = made.months(Selection(), "CHEST", Quantity.SSDE)
    assert [f"{each.first:%Y-%m}" for each in months] == ["2025-12", "2026-01", "2026-02"]


def test_by_protocol_each_scan_counts_and_by_examination_each_study() -> None:
    made = columns([replace(STUDY, scans=STUDY.scans * 2)])
    assert len(made.by_label(Selection(), "")["Routine"][Quantity.DLP]) == 2
    assert len(made.doses(Selection(), "CHEST")[Quantity.DLP]) == 1


def test_a_weight_is_in_one_band() -> None:
    weights_kg = [Decimal("49.9"), Decimal(50), Decimal(70), Decimal("70.1")]
    made = columns([replace(STUDY, weight_kg=each) for each in weights_kg])
    assert [made.studies(Selection(weights=band)) for band in WEIGHTS] == [1, 2, 1]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\tx"])
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"
