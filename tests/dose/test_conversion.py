"""Effective doses: by the site's factors alone, and never a part for the whole."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.dose.coded import (
    EffectiveDoseMethod,
    Phantom,
    ReferenceAuthority,
    SourceOfDoseInformation,
)
from appliance.dose.conversion import (
    ConversionFactor,
    ConversionFactors,
    effective_dose,
    with_effective_doses,
)
from appliance.dose.correction import corrected, corrections
from appliance.dose.effective import EffectiveDose, Estimation, total
from appliance.dose.record import CTRadiationDose, IrradiationEvent, Number, Origin, Sourced
from appliance.dose.region import REGIONS, Region

READ = Origin(SourceOfDoseInformation.HUMAN_READABLE_REPORT, "coarse+fine")
WAY = Estimation(
    method=EffectiveDoseMethod.DLP_COMPUTED,
    reference_authority=ReferenceAuthority.ICRP103,
    patient_model="an adult",
)
CHEST, HEAD = REGIONS["CHEST"], REGIONS["HEAD"]
ADULT = Decimal(40)


def factor(
    region: str, k: str, low: str = "18", high: str | None = None, phantom: str = "BODY32"
) -> ConversionFactor:
    return ConversionFactor(
        region=region,
        phantom=Phantom[phantom],
        from_age_years=Decimal(low),
        below_age_years=None if high is None else Decimal(high),
        factor_msv_per_mgy_cm=Decimal(k),
    )


FACTORS = ConversionFactors(
    estimation=WAY,
    factors=(
        factor("CHEST", "0.5"),  # invented: the arithmetic is tested, not a table
        factor("CHEST", "0.7", "10", "18"),
        factor("HEAD", "0.25", phantom="HEAD16"),
    ),
)


def number(text: str) -> Number:
    return Sourced(Decimal(text), text, READ)


def scan(dlp: str | None = "123.456", phantom: str | None = "BODY32") -> IrradiationEvent:
    return IrradiationEvent(
        dlp_mgy_cm=None if dlp is None else number(dlp),
        phantom=None if phantom is None else Sourced(Phantom[phantom], phantom, READ),
    )


@pytest.mark.parametrize(
    ("region", "age", "event", "msv"),
    [
        (CHEST, "40", scan(), "61.728"),
        (CHEST, "18", scan(), "61.728"),
        (CHEST, "17.99", scan(), "86.419"),
        (CHEST, "10", scan("100"), "70.000"),
        (HEAD, "40", scan("10", "HEAD16"), "2.500"),
        (CHEST, "9", scan(), None),
        (HEAD, "40", scan(), None),  # stated for the other phantom
        (REGIONS["HEART"], "40", scan(), None),  # within the chest, but not the chest
        (None, "40", scan(), None),
        (CHEST, None, scan(), None),
        (CHEST, "40", scan(dlp=None), None),
        (CHEST, "40", scan(phantom=None), None),
    ],
)
def test_one_event(
    region: Region | None, age: str | None, event: IrradiationEvent, msv: str | None
) -> None:
    found = effective_dose(event, region, None if age is None else Decimal(age), FACTORS)
    assert (found and str(found.effective_dose_msv)) == msv
    assert found is None or found.estimation == WAY


def test_two_factors_that_fit_give_none() -> None:
    twice = replace(FACTORS, factors=(*FACTORS.factors, factor("CHEST", "0.4")))
    assert effective_dose(scan(), CHEST, ADULT, twice) is None


def test_a_study_is_the_sum_of_its_events() -> None:
    record = CTRadiationDose((IrradiationEvent(), scan("100"), scan("10", "HEAD16")))
    found = with_effective_doses(record, [None, CHEST, HEAD], ADULT, FACTORS)
    assert found.events[0].effective_dose is None
    assert found.effective_dose is not None
    assert str(found.effective_dose.effective_dose_msv) == "52.500"
    assert found.effective_dose.estimation == WAY


def test_a_study_with_one_event_unestimated_has_none() -> None:
    record = CTRadiationDose((scan("100"), scan("10", "HEAD16")))
    found = with_effective_doses(record, [CHEST, None], ADULT, FACTORS)
    assert found.events[0].effective_dose is not None
    assert found.effective_dose is None


def test_estimates_of_two_ways_are_not_added() -> None:
    dose = EffectiveDose(
        effective_dose_msv=Decimal(1), factor_msv_per_mgy_cm=Decimal(1), estimation=WAY
    )
    older = replace(WAY, reference_authority=ReferenceAuthority.ICRP60)
    assert total([dose, dose]) is not None
    assert total([dose, replace(dose, estimation=older)]) is None
    assert total([]) is None


def test_a_corrected_record_is_estimated_anew() -> None:
    record = with_effective_doses(CTRadiationDose((scan(),)), [CHEST], ADULT, FACTORS)
    again = corrected(record, corrections({"events[0].dlp_mgy_cm": "99.9"}), "A. Person")
    assert again.events[0].effective_dose is None


@given(
    dlps=st.lists(st.decimals("0.01", "50000", places=2), min_size=1, max_size=6),
    ages=st.tuples(st.decimals(0, 120, places=2), st.decimals(0, 120, places=2)),
)
def test_an_estimate_is_the_product_and_bounds_do_not_overlap(
    dlps: list[Decimal], ages: tuple[Decimal, Decimal]
) -> None:
    bands = ["0", "1", "5", "10", "15", None]
    factors = ConversionFactors(
        estimation=WAY,
        factors=tuple(
            factor("CHEST", f"0.0{at + 1}", low or "", high)
            for at, (low, high) in enumerate(pairwise(bands))
        ),
    )
    for age in ages:
        for dlp in dlps:
            found = effective_dose(scan(str(dlp)), CHEST, age, factors)
            assert found is not None
            difference = found.effective_dose_msv - dlp * found.factor_msv_per_mgy_cm
            assert abs(difference) <= Decimal("0.0005")
