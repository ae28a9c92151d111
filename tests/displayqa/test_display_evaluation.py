"""What a ruleset makes of a display: items, verdicts, and what is missing."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.displayqa.evaluation import Evaluation, Item, Verdict, evaluate, judged
from appliance.displayqa.finding import Absence
from appliance.displayqa.measurement import Measurements, Method, Reading, reflected_cd_m2
from appliance.displayqa.ruleset import Limit, Occasion, Operator
from appliance.displayqa.ruleset_file import shipped, usable
from tests.displayqa.exact_displays import WITH_VALUE
from tests.displayqa.monitors import (
    EIGHTEEN,
    field,
    gamma_monitor,
    good_display,
    grey_scale,
    gsdf_monitor,
    random_monitor,
    read,
    ruleset_named,
)

JUST = Fraction(1, 10**6)
ONE_A = "jesra-x0093-1a"


def item(found: Evaluation, name: str) -> Item:
    (one,) = [each for each in found.items if each.limit.identifier == name]
    return one


def of(measured: Measurements, name: str = ONE_A, test: Occasion | None = None) -> Evaluation:
    return evaluate(measured, ruleset_named(name), test)


def seen_all(name: str) -> dict[str, bool]:
    return {each.identifier: True for each in ruleset_named(name).checks}


@pytest.mark.parametrize("name", usable(shipped()))
def test_a_good_display_passes_and_a_gamma_fails(name: str) -> None:
    assert of(good_display(), name).verdict is Verdict.PASS
    gamma = gamma_monitor(1, 500, 2.2)
    assert of(good_display(scale=grey_scale(gamma)), name).verdict is Verdict.FAIL


@pytest.mark.parametrize("name", usable(shipped()))
@pytest.mark.parametrize("test", Occasion)
def test_a_whole_test_passes_only_when_all_of_it_was_measured(name: str, test: Occasion) -> None:
    display = good_display(baseline=good_display(), seen=seen_all(name))
    asks = test in ruleset_named(name).tests
    assert of(display, name, test).verdict is (Verdict.PASS if asks else Verdict.INCOMPLETE)
    nothing = Measurements()
    assert of(nothing, name, test).verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize("name", usable(shipped()))
def test_nothing_measured_never_passes(name: str) -> None:
    found = of(Measurements(), name)
    assert found.verdict is Verdict.INCOMPLETE
    assert {each.verdict for each in found.items} == {Verdict.INCOMPLETE}
    assert all(each.missing for each in found.items)


@pytest.mark.parametrize(
    ("part", "items"),
    [
        ({"screen": {}}, {"uniformity-204", "screen-chromaticity-204"}),
        ({"scale": {}}, {"max-luminance", "luminance-ratio", "contrast-response"}),
        ({"screen": {204: field(["100"] * 4)}}, {"uniformity-204", "screen-chromaticity-204"}),
        (
            {"screen": {204: field(["100"] * 9, None)}, "scale": {}},
            {"max-luminance", "luminance-ratio", "contrast-response", "screen-chromaticity-204"},
        ),
    ],
)
def test_what_was_not_measured_is_incomplete(part: dict[str, object], items: set[str]) -> None:
    display = good_display(**part, seen=seen_all(ONE_A))
    found = of(display, test=Occasion.ACCEPTANCE)
    lacking = {each.limit.identifier for each in found.items if each.verdict is not Verdict.PASS}
    assert (found.verdict, lacking) == (Verdict.INCOMPLETE, items)


@pytest.mark.parametrize("level", EIGHTEEN)
def test_every_level_is_needed(level: int) -> None:
    scale = dict(good_display().scale)
    del scale[level]
    found = of(good_display(scale=scale))
    response = item(found, "contrast-response")
    assert (found.verdict, found.response) == (Verdict.INCOMPLETE, None)
    assert response.missing
    assert response.missing.absence is Absence.LEVELS_MISSING
    assert response.missing.about == (str(level),)


def test_without_an_occasion_what_was_left_out_is_named() -> None:
    found = of(Measurements(scale=good_display().scale))
    assert found.verdict is Verdict.PASS
    left = {each.identifier for each in found.not_judged}
    left |= {each.identifier for each in found.not_seen}
    assert {"uniformity-204", "max-luminance-drift", "displays-luminance", "flicker"} <= left
    assert "contrast-response" not in left


def test_levels_of_other_depths() -> None:
    luminances = gsdf_monitor(1.21, 451)
    series = {
        10: [[round(1023 * at / 17) for at in range(18)], [60 * at for at in range(18)]],
        12: [[4095 * at // 17 for at in range(18)], [240 * at for at in range(18)]],
    }
    for bits, scales in series.items():
        for levels in scales:
            scale = dict(zip(levels, map(read, luminances), strict=True))
            found = of(Measurements(bits=bits, scale=scale))
            assert found.verdict is Verdict.PASS, levels
    screen = {818: field(["115", "100", "100", "100", "85"])}
    uniformity = item(of(Measurements(bits=10, screen=screen)), "uniformity-204")
    assert uniformity.value == 30


EVERY_LIMIT = {
    f"{by.name} {limit.identifier}": limit
    for by in usable(shipped()).values()
    for limit in by.limits
    if limit.quantity != "contrast-response"
}


@pytest.mark.parametrize("limit", EVERY_LIMIT.values(), ids=EVERY_LIMIT)
def test_a_display_at_a_limit_and_beside_it(limit: Limit) -> None:
    """By readings whose value is exact: at the limit only equality decides."""
    made = WITH_VALUE[limit.quantity]
    verdicts = []
    for value in (limit.value - JUST, limit.value, limit.value + JUST):
        one = judged(made(value), limit)
        assert one.value == value
        verdicts.append(one.verdict is Verdict.PASS)
    assert (
        verdicts
        == {
            Operator.AT_LEAST: [False, True, True],
            Operator.AT_MOST: [True, True, False],
            Operator.ABOVE: [False, False, True],
            Operator.BELOW: [True, False, False],
        }[limit.operator]
    )


@pytest.mark.parametrize("name", usable(shipped()))
def test_a_contrast_response_on_either_side_of_its_limit(name: str) -> None:
    """The ninth level is made brighter until the response is just at the limit."""
    (limit,) = [e for e in ruleset_named(name).limits if e.quantity == "contrast-response"]
    most, least = Fraction("1.2"), Fraction(1)

    def with_gain(gain: Fraction) -> Item:
        scale = dict(good_display().scale)
        scale[120] = replace(scale[120], gain=gain)
        return judged(good_display(scale=scale), limit)

    assert with_gain(least).verdict is Verdict.PASS
    assert with_gain(most).verdict is Verdict.FAIL
    for _ in range(30):
        middle = (most + least) / 2
        passes = with_gain(middle).verdict is Verdict.PASS
        most, least = (most, middle) if passes else (middle, least)
    above, below = with_gain(most), with_gain(least)
    assert (below.verdict, above.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert float(below.value or 0) == pytest.approx(float(limit.value), abs=1e-6)
    assert float(above.value or 0) == pytest.approx(float(limit.value), abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.randoms())
def test_the_order_of_readings_does_not_matter(seed: int, order: object) -> None:
    monitor = random_monitor(seed)
    scale = grey_scale(monitor.luminances_cd_m2)
    shuffled = dict(order.sample(sorted(scale.items()), len(scale)))  # type: ignore[attr-defined]
    assert of(good_display(scale=shuffled)) == of(good_display(scale=scale))


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10**6), st.integers(1, 17))
def test_a_display_that_is_not_monotone_fails(seed: int, at: int) -> None:
    luminances = list(random_monitor(seed).luminances_cd_m2)
    luminances[at] = luminances[at - 1] / 2
    for name in usable(shipped()):
        found = of(good_display(scale=grey_scale(luminances)), name)
        assert found.verdict is not Verdict.PASS
        assert item(found, "contrast-response").verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("luminances", "verdict", "absence"),
    [
        (gsdf_monitor(1.2, 451)[::-1], Verdict.FAIL, Absence.NO_CONTRAST),
        ([200] * 18, Verdict.FAIL, Absence.NO_CONTRAST),
        ([0, *gsdf_monitor(1.2, 451)[1:]], Verdict.INCOMPLETE, Absence.OUTSIDE_GSDF),
        ([0.04, *gsdf_monitor(1.2, 451)[1:]], Verdict.INCOMPLETE, Absence.OUTSIDE_GSDF),
        ([*gsdf_monitor(1.2, 451)[:-1], 4001], Verdict.INCOMPLETE, Absence.OUTSIDE_GSDF),
        ([0] * 18, Verdict.INCOMPLETE, Absence.OUTSIDE_GSDF),
    ],
    ids=["inverted", "flat", "black is 0", "too dark", "too bright", "switched off"],
)
def test_grey_scales_without_a_contrast_response(
    luminances: list[float], verdict: Verdict, absence: Absence
) -> None:
    found = of(Measurements(scale=grey_scale(luminances)))
    response = item(found, "contrast-response")
    assert response.missing
    assert (response.verdict, response.missing.absence) == (verdict, absence)
    assert found.verdict is not Verdict.PASS


def test_a_ratio_is_not_divided_by_darkness() -> None:
    scale = grey_scale([0, *gsdf_monitor(1.2, 451)[1:]])
    ratio = item(of(Measurements(scale=scale)), "luminance-ratio")
    assert ratio.missing
    assert ratio.missing.absence is Absence.ZERO_LUMINANCE
    lit = item(of(Measurements(scale=scale, ambient_cd_m2=Fraction(1))), "luminance-ratio")
    assert lit.value == scale[255].mean_cd_m2 + 1


def test_ambient_light_counts_by_the_method() -> None:
    scale = good_display().scale
    ambient = Fraction("0.3")
    limits = {each.identifier: each for each in ruleset_named("tg18-primary").limits}
    contact = Measurements(scale=scale, ambient_cd_m2=ambient)
    seen = {at: replace(each, gain=1 + ambient / each.mean_cd_m2) for at, each in scale.items()}
    telescopic = Measurements(scale=seen, ambient_cd_m2=ambient, method=Method.TELESCOPIC)
    for name in ("max-luminance", "luminance-ratio", "contrast-response", "ambient-ratio"):
        assert judged(contact, limits[name]).value == judged(telescopic, limits[name]).value
    front = replace(contact, method=Method.FRONT_SENSOR)
    assert judged(front, limits["luminance-ratio"]) == judged(contact, limits["luminance-ratio"])
    (alone,) = [e for e in ruleset_named(ONE_A).limits if e.quantity == "max-luminance"]
    assert judged(telescopic, alone).value == judged(contact, alone).value == scale[255].mean_cd_m2
    dark = replace(telescopic, ambient_cd_m2=Fraction(5))
    missing = judged(dark, limits["ambient-ratio"]).missing
    assert missing
    assert missing.absence is Absence.AMBIENT_TOO_HIGH


def test_ambient_light_is_illuminance_times_reflection() -> None:
    assert reflected_cd_m2(Decimal(50), Decimal("0.006")) == Fraction("0.3")
    with pytest.raises(ValueError, match="below 0"):
        reflected_cd_m2(Decimal(-1), Decimal(1))


def test_an_unknown_ambient_light_makes_its_ratio_incomplete() -> None:
    found = of(Measurements(scale=good_display().scale), "tg18-primary")
    assert found.verdict is Verdict.INCOMPLETE
    assert item(found, "contrast-response").verdict is Verdict.PASS


def test_a_recommendation_does_not_count() -> None:
    found = of(good_display(ambient_cd_m2=Fraction("0.4")), "tg18-primary")
    assert item(found, "ambient-ratio-recommended").verdict is Verdict.FAIL
    assert found.verdict is Verdict.PASS


def test_reads_that_are_not_of_the_same_thing_are_not_averaged() -> None:
    scale = dict(good_display().scale)
    scale[120] = Reading((Decimal(50), Decimal(60)))
    found = of(good_display(scale=scale))
    missing = item(found, "contrast-response").missing
    assert missing
    assert (missing.absence, missing.about) == (Absence.READS_DISAGREE, ("120",))
    assert found.verdict is Verdict.INCOMPLETE
    places = {**field(["100"] * 8), "9": Reading((Decimal(100), Decimal(50)))}
    uneven = item(of(good_display(screen={204: places})), "uniformity-204")
    assert uneven.missing
    assert uneven.missing.about == ("204 9",)


def test_a_monochrome_display_is_not_asked_for_its_colour() -> None:
    plain = [f"{each:.6f}" for each in gsdf_monitor(1.21, 451)]
    display = good_display(
        scale=grey_scale(plain, None), screen={204: field(["100"] * 9, None)}, is_monochrome=True
    )
    found = of(replace(display, seen=seen_all(ONE_A)), test=Occasion.ACCEPTANCE)
    assert found.verdict is Verdict.PASS
    assert "screen-chromaticity-204" in [each.identifier for each in found.not_judged]


def test_every_display_of_a_workstation_is_needed() -> None:
    seen = seen_all(ONE_A)
    two = good_display(displays=2, seen=seen)
    found = of(two, test=Occasion.ACCEPTANCE)
    assert found.verdict is Verdict.INCOMPLETE
    whole = of(replace(two, beside=(good_display(),)), test=Occasion.ACCEPTANCE)
    assert whole.verdict is Verdict.PASS
    assert item(whole, "displays-luminance").value == 0


def test_what_a_person_saw_counts() -> None:
    daily = {**seen_all(ONE_A)}
    assert of(good_display(seen=daily), test=Occasion.DAILY).verdict is Verdict.PASS
    daily["patches"] = False
    assert of(good_display(seen=daily), test=Occasion.DAILY).verdict is Verdict.FAIL
    del daily["patches"]
    assert of(good_display(seen=daily), test=Occasion.DAILY).verdict is Verdict.INCOMPLETE


def test_every_unverified_limit_that_was_judged_by_is_named() -> None:
    found = of(good_display(seen={"patches": True}))
    assert set(found.unverified) == {
        *(each.limit.identifier for each in found.items),
        *(each.check.identifier for each in found.seen),
    }


def test_impossible_values_are_not_constructed() -> None:
    for wrong in ("-0.01", "NaN", "Infinity"):
        with pytest.raises(ValueError, match="below 0"):
            Reading((Decimal(wrong),))
    with pytest.raises(ValueError, match="nothing was read"):
        Reading(())
    with pytest.raises(ValueError, match="no depth"):
        Measurements(bits=9)
    with pytest.raises(ValueError, match="ambient"):
        Measurements(ambient_cd_m2=Fraction(-1))
