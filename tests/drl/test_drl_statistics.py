"""Median and percentiles are those of everybody else."""

import statistics
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.drl.statistics import mean, median, percentile, rounded

DOSES = st.lists(st.decimals("0.01", "50000", places=2), min_size=1, max_size=60)


@given(values=DOSES)
def test_the_median_is_that_of_the_standard_library(values: list[Decimal]) -> None:
    assert median(values) == statistics.median(values)


@given(values=DOSES.filter(lambda values: len(values) > 1))
def test_quartiles_are_those_of_the_standard_library(values: list[Decimal]) -> None:
    expected = statistics.quantiles(values, n=4, method="inclusive")
    found = [percentile(values, Fraction(quarter, 4)) for quarter in (1, 2, 3)]
    assert all(abs(a - b) < Decimal("1e-9") for a, b in zip(found, expected, strict=True))


@given(values=DOSES, percent=st.integers(0, 100))
def test_percentiles_are_those_of_numpy(values: list[Decimal], percent: int) -> None:
    expected = np.percentile([float(value) for value in values], percent)
    assert float(percentile(values, Fraction(percent, 100))) == pytest.approx(expected)


@given(values=DOSES)
def test_order_changes_nothing_and_the_median_lies_within(values: list[Decimal]) -> None:
    assert median(values) == median(values[::-1])
    assert min(values) <= median(values) <= percentile(values, Fraction(3, 4)) <= max(values)


def test_of_nothing_there_is_none() -> None:
    for statistic in (median, mean):
        with pytest.raises(ValueError, match="nothing"):
            statistic([])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0.125", "0.12"),
        ("9.996", "10.00"),
        ("10.05", "10.0"),
        ("99.95", "100.0"),
        ("812.5", "812"),
    ],
)
def test_people_see_as_many_digits_as_matter(value: str, shown: str) -> None:
    assert str(rounded(Decimal(value))) == shown
