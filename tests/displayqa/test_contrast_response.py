"""κδ: the values computed elsewhere, and a second implementation on random monitors."""

import json
from math import log, log10
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.displayqa.conformance import conformance
from appliance.displayqa.response import contrast_response
from tests.displayqa.monitors import gsdf_monitor, random_monitor

VALUES = json.loads((Path(__file__).parent / "ps314_values.json").read_text("utf-8"))


def luminance_again(j: float) -> float:
    """PS3.14 equation 7-1, written from the standard a second time."""
    x = log(j)
    above = -1.3011877 + 0.080242636 * x + 0.13646699 * x**2
    above += -0.025468404 * x**3 + 0.0013635334 * x**4
    below = 1 - 0.025840191 * x - 0.10320229 * x**2 + 0.028745620 * x**3
    below += -0.0031978977 * x**4 + 0.00012992634 * x**5
    return float(10 ** (above / below))


def index_again(luminance: float) -> float:
    """Equation 7-2."""
    y = log10(luminance)
    terms = [71.498068, 94.593053 * y, 41.912053 * y**2, 9.8247004 * y**3, 0.28175407 * y**4]
    terms += [-1.1878455 * y**5, -0.18014349 * y**6, 0.14710899 * y**7, -0.017046845 * y**8]
    return sum(terms)


def deviations_again(luminances: list[float]) -> list[float]:
    """The deviation of each of the 17 intervals, step by step as TG18 describes it."""
    first = index_again(luminances[0])
    step = (index_again(luminances[17]) - first) / 17
    expected = list(luminances)
    for at in range(1, 17):
        expected[at] = luminance_again(first + at * step)
    found = []
    for at in range(17):
        measured = 2 * (luminances[at + 1] - luminances[at])
        measured /= (luminances[at + 1] + luminances[at]) * step
        wanted = 2 * (expected[at + 1] - expected[at])
        wanted /= (expected[at + 1] + expected[at]) * step
        found.append((measured - wanted) / wanted)
    return found


@pytest.mark.parametrize("case", VALUES["responses"], ids=lambda case: case["name"])
def test_known_grey_scales(case: dict[str, Any]) -> None:
    observed = [each + case["ambient_cd_m2"] for each in case["luminances_cd_m2"]]
    response = contrast_response(observed)
    assert response.first_jnd == pytest.approx(case["first_jnd"], rel=1e-12)
    assert response.last_jnd == pytest.approx(case["last_jnd"], rel=1e-12)
    assert response.step_jnd == pytest.approx(case["step_jnd"], rel=1e-12)
    deviations = [each.deviation for each in response.intervals]
    assert deviations == pytest.approx(case["deviations"], abs=1e-11)
    assert response.k_delta_percent == pytest.approx(100 * case["k_delta"], abs=1e-9)
    assert response.worst_interval == case["interval"]


@pytest.mark.parametrize(
    ("name", "percent", "interval"),
    [
        ("gamma22_0.8_400_amb0.3", 53.424, 2),
        ("gamma22_0.5_500_amb0.25", 58.418, 2),
        ("gsdf_1_350_amb0", 0.065, 17),
        ("gsdf_1_350_LN09_plus2pct", 6.779, 9),
    ],
)
def test_the_figures_that_are_quoted(name: str, percent: float, interval: int) -> None:
    (case,) = [each for each in VALUES["responses"] if each["name"] == name]
    observed = [each + case["ambient_cd_m2"] for each in case["luminances_cd_m2"]]
    response = contrast_response(observed)
    assert response.k_delta_percent == pytest.approx(percent, abs=0.0006)
    assert response.worst_interval == interval


def agree(seeds: range) -> None:
    for seed in seeds:
        luminances = random_monitor(seed).observed_cd_m2
        again = deviations_again(luminances)
        response = contrast_response(luminances)
        assert [each.deviation for each in response.intervals] == pytest.approx(again, abs=1e-9)
        assert response.k_delta_percent == pytest.approx(100 * max(map(abs, again)), rel=1e-9)


def test_a_second_implementation_agrees_on_random_monitors() -> None:
    agree(range(100))


@pytest.mark.slow
def test_a_second_implementation_agrees_on_a_thousand_random_monitors() -> None:
    agree(range(1000))


def test_the_random_monitors_are_of_every_kind() -> None:
    found = [contrast_response(random_monitor(seed).observed_cd_m2) for seed in range(100)]
    assert {each.is_monotone for each in found} == {True, False}
    assert sum(each.k_delta_percent < 10 for each in found) > 10
    assert sum(each.k_delta_percent > 30 for each in found) > 10


@settings(deadline=None)
@given(st.integers(1, 16), st.floats(0.3, 0.99))
def test_a_level_that_is_not_brighter_is_a_whole_contrast_off(at: int, times: float) -> None:
    luminances = gsdf_monitor(1, 350)
    luminances[at] = luminances[at - 1] * times
    response = contrast_response(luminances)
    assert not response.is_monotone
    assert response.k_delta_percent >= 100


def test_two_equal_levels_are_exactly_one_contrast_off() -> None:
    luminances = gsdf_monitor(1, 350)
    luminances[5] = luminances[4]
    deviations = [each.deviation for each in contrast_response(luminances).intervals]
    assert deviations[4] == -1


@pytest.mark.parametrize(
    ("luminances", "words"),
    [
        (gsdf_monitor(1, 350)[::-1], "not brighter"),
        ([100.0] * 18, "not brighter"),
        ([100 + at / 1000 for at in range(18)], "not brighter"),
        ([0.04, *gsdf_monitor(1, 350)[1:]], "outside"),
        ([*gsdf_monitor(1, 350)[:-1], 4100.0], "outside"),
        ([1.0, 100.0], "fewer"),
    ],
    ids=["inverted", "flat", "hardly", "too dark", "too bright", "two"],
)
def test_there_is_nothing_to_compare_with(luminances: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        contrast_response(luminances)


@settings(deadline=None)
@given(st.floats(0.06, 2), st.floats(100, 2000))
def test_a_display_along_the_gsdf_deviates_little(dark: float, bright: float) -> None:
    assert contrast_response(gsdf_monitor(dark, bright)).k_delta_percent < 2


@settings(deadline=None)
@given(st.floats(0.1, 1), st.floats(100, 1000))
def test_jnds_of_the_intervals_add_up_to_those_of_the_display(dark: float, bright: float) -> None:
    luminances = gsdf_monitor(dark, bright)
    response, of = contrast_response(luminances), conformance(luminances)
    assert sum(of.jnds) == pytest.approx(response.last_jnd - response.first_jnd, rel=0.05)
