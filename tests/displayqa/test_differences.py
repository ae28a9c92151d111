"""Uniformity, chromaticity and deviations: exact, and the same by a second implementation."""

import math
import random
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.displayqa.chromaticity import (
    D65,
    Chromaticity,
    distance_from,
    greatest_distance,
    mean,
)
from appliance.displayqa.uniformity import (
    deviation_percent,
    difference_percent,
    median_deviation_percent,
)

luminances = st.lists(st.decimals("0.01", 2000, places=2).map(Fraction), min_size=2, max_size=9)


def agree(seeds: range) -> None:
    """With the formulas, written again in double precision."""
    for seed in seeds:
        at_random = random.Random(seed)
        places = at_random.choice([5, 9])
        values = [at_random.uniform(0.1, 900) * at_random.gauss(1, 0.1) for _ in range(places)]
        values = [max(each, 0.01) for each in values]
        exact = [Fraction(each) for each in values]
        spread = 200 * (max(values) - min(values)) / (max(values) + min(values))
        middle = statistics.median(values)
        most = 100 * max(abs(each - middle) for each in values) / middle
        assert float(difference_percent(exact)) == pytest.approx(spread, rel=1e-12)
        assert float(median_deviation_percent(exact)) == pytest.approx(most, rel=1e-12)
        points = [(at_random.uniform(0.1, 0.4), at_random.uniform(0.3, 0.6)) for _ in range(places)]
        apart = max(math.dist(one, other) for one in points for other in points)
        known = [Chromaticity(Fraction(u), Fraction(v)) for u, v in points]
        assert float(greatest_distance(known)) == pytest.approx(apart, rel=1e-12)


def test_a_second_implementation_agrees_on_random_screens() -> None:
    agree(range(100))


@pytest.mark.slow
def test_a_second_implementation_agrees_on_a_thousand_random_screens() -> None:
    agree(range(1000))


def test_a_value_may_equal_its_limit() -> None:
    assert difference_percent([Fraction(115), Fraction(100), Fraction(85)]) == 30
    assert median_deviation_percent([Fraction("0.7"), Fraction(1), Fraction("1.1")]) == 30
    assert deviation_percent(Fraction("0.9"), Fraction(1)) == 10
    near = Chromaticity(D65.u_prime + Fraction("0.006"), D65.v_prime - Fraction("0.008"))
    assert near.distance(D65) == Fraction("0.01")


@given(luminances, st.fractions(Fraction(1, 10), 10))
def test_a_brighter_display_is_as_uniform(values: list[Fraction], times: Fraction) -> None:
    brighter = [each * times for each in values]
    assert difference_percent(brighter) == difference_percent(values)
    assert median_deviation_percent(brighter) == median_deviation_percent(values)


@given(luminances, st.randoms())
def test_the_order_of_places_does_not_matter(values: list[Fraction], order: random.Random) -> None:
    shuffled = order.sample(values, len(values))
    assert difference_percent(shuffled) == difference_percent(values)
    assert median_deviation_percent(shuffled) == median_deviation_percent(values)


@given(luminances)
def test_a_difference_is_from_0_to_200(values: list[Fraction]) -> None:
    assert 0 <= difference_percent(values) < 200
    assert difference_percent([*values, Fraction(0)]) == 200
    assert difference_percent([values[0], values[0]]) == 0


@pytest.mark.parametrize(
    "values", [[], [Fraction(1)], [Fraction(0)] * 5, [Fraction(-1), Fraction(1)]]
)
def test_there_is_no_difference(values: list[Fraction]) -> None:
    with pytest.raises(ValueError, match=r"between two|no luminance"):
        difference_percent(values)
    with pytest.raises(ValueError, match=r"between two|no luminance"):
        median_deviation_percent(values)


def test_nothing_can_be_compared_with_darkness() -> None:
    with pytest.raises(ValueError, match="compare"):
        deviation_percent(Fraction(1), Fraction(0))
    with pytest.raises(ValueError, match="compare"):
        median_deviation_percent([Fraction(0), Fraction(0), Fraction(1)])


def test_chromaticities_have_a_mean_and_a_farthest() -> None:
    one, other = (
        Chromaticity(Fraction("0.2"), Fraction("0.4")),
        Chromaticity(Fraction("0.4"), Fraction("0.5")),
    )
    assert mean([one, other]) == Chromaticity(Fraction("0.3"), Fraction("0.45"))
    assert (
        distance_from([one, other], one) == one.distance(other) == greatest_distance([one, other])
    )
    assert float(one.distance(other)) == pytest.approx(math.hypot(0.2, 0.1))


@pytest.mark.parametrize("point", [("-0.1", "0.4"), ("0.2", "1.1")])
def test_a_chromaticity_is_within_the_diagram(point: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="no chromaticity"):
        Chromaticity(*map(Fraction, point))


def test_what_needs_two_says_so() -> None:
    with pytest.raises(ValueError, match="between two"):
        greatest_distance([D65])
    with pytest.raises(ValueError, match="no mean"):
        mean([])
