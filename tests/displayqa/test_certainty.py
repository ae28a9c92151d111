"""How sure a verdict is, by the meter and by repeated reads."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from appliance.displayqa.certainty import Certainty, certainty, uncertainty
from appliance.displayqa.evaluation import Verdict, evaluate, judged
from appliance.displayqa.measurement import Measurements, Reading
from appliance.displayqa.response import contrast_response
from tests.displayqa.monitors import (
    field,
    gamma_monitor,
    good_display,
    grey_scale,
    gsdf_monitor,
    ruleset_named,
)

LIMITS = {each.identifier: each for each in ruleset_named("jesra-x0093-1a").limits}
BRIGHT = LIMITS["max-luminance"]


def display(bright: str, **meter: Fraction) -> Measurements:
    scale = grey_scale([*gsdf_monitor(1, 350)[:-1], bright])
    return Measurements(scale=scale, **meter)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bright", "verdict", "sure"),
    [
        ("340", Verdict.FAIL, Certainty.WITHIN_UNCERTAINTY),
        ("336", Verdict.FAIL, Certainty.CERTAIN),
        ("350", Verdict.PASS, Certainty.WITHIN_UNCERTAINTY),
        ("364", Verdict.PASS, Certainty.WITHIN_UNCERTAINTY),
        ("365", Verdict.PASS, Certainty.CERTAIN),
    ],
)
def test_a_verdict_near_its_limit_says_so(bright: str, verdict: Verdict, sure: Certainty) -> None:
    one = judged(display(bright, accuracy_percent=Fraction(4)), BRIGHT)
    assert (one.verdict, one.certainty) == (verdict, sure)


def test_an_unknown_uncertainty_is_said_to_be_unknown() -> None:
    for limit in LIMITS.values():
        one = judged(good_display(), limit)
        assert (one.uncertainty, one.certainty) == (None, Certainty.UNKNOWN)


def test_the_evaluation_names_what_another_measurement_may_change() -> None:
    found = evaluate(display("351", accuracy_percent=Fraction(4)), ruleset_named("jesra-x0093-1a"))
    assert found.verdict is Verdict.PASS
    assert [each.limit.identifier for each in found.uncertain] == ["max-luminance"]


def test_a_shared_error_cancels_out_of_a_ratio_and_one_of_each_reading_does_not() -> None:
    ratio = LIMITS["luminance-ratio"]
    shared = display("350", accuracy_percent=Fraction(4))
    assert uncertainty(shared, ratio) is None, "accuracy alone tells nothing of a ratio"
    each = display("350", repeatability_percent=Fraction(1))
    assert float(uncertainty(each, ratio) or 0) == pytest.approx(350 * 0.01 * 2**0.5, rel=0.02)
    both = replace(each, accuracy_percent=Fraction(4))
    assert uncertainty(both, ratio) == uncertainty(each, ratio)


def test_two_percent_of_a_reading_is_seven_points_of_contrast_response() -> None:
    within = uncertainty(
        Measurements(scale=grey_scale(gsdf_monitor(1, 350)), repeatability_percent=Fraction(2)),
        LIMITS["contrast-response"],
    )
    assert 7 < float(within or 0) < 20


def test_the_uncertainty_of_a_contrast_response_is_what_random_errors_do_to_it() -> None:
    limit = LIMITS["contrast-response"]
    for luminances in (gsdf_monitor(1, 350), gamma_monitor(1, 350, 2.2)):
        display = Measurements(scale=grey_scale(luminances), repeatability_percent=Fraction(1))
        within = float(uncertainty(display, limit) or 0)
        nominal = contrast_response(luminances).k_delta_percent
        at_random = random.Random(1)
        off = [
            abs(
                contrast_response(
                    [e * at_random.gauss(1, 0.005) for e in luminances]
                ).k_delta_percent
                - nominal
            )
            for _ in range(400)
        ]
        assert sum(each <= within for each in off) / len(off) > 0.93
        assert max(off) > within / 3


def test_repeated_reads_tell_their_spread_and_more_of_them_say_more() -> None:
    few = Reading(tuple(map(Decimal, ("99", "101"))))
    many = Reading(tuple(map(Decimal, ("99", "101") * 8)))
    assert few.mean_cd_m2 == many.mean_cd_m2 == 100
    assert few.spread_cd_m2 == pytest.approx(2**0.5)
    assert few.uncertainty_cd_m2(Fraction(0)) > 3 * many.uncertainty_cd_m2(Fraction(0)) > 0
    assert Reading((Decimal(1),)).spread_cd_m2 is None
    stated = Fraction(10)
    assert few.uncertainty_cd_m2(stated) > few.uncertainty_cd_m2(Fraction(0))


def test_the_spread_of_a_screen_counts_for_its_uniformity() -> None:
    places = {
        **field(["115", "100", "100"], None),
        "low": Reading((Decimal(84), Decimal(86), Decimal(85))),
        "last": Reading((Decimal(100),)),
    }
    one = judged(Measurements(screen={204: places}), LIMITS["uniformity-204"])
    assert one.value == 30
    assert one.verdict is Verdict.PASS
    assert one.certainty is Certainty.WITHIN_UNCERTAINTY


def test_chromaticities_have_the_uncertainty_that_is_stated() -> None:
    limit = LIMITS["screen-chromaticity-204"]
    one = judged(good_display(chromaticity_uncertainty=Fraction("0.004")), limit)
    assert (one.uncertainty, one.certainty) == (Fraction("0.004"), Certainty.CERTAIN)


def test_at_the_edge_of_the_uncertainty_it_is_within() -> None:
    assert certainty(Fraction(1), Fraction(2), Fraction(1)) is Certainty.WITHIN_UNCERTAINTY
    assert certainty(Fraction(1), Fraction(3), Fraction(1)) is Certainty.CERTAIN
    assert certainty(Fraction(1), Fraction(1), None) is Certainty.UNKNOWN
