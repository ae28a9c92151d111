"""A quantity from test to test: the line through it, and when that meets the limit."""

from datetime import date, timedelta
from fractions import Fraction
from math import isclose
from random import Random

import numpy as np
import pytest

from appliance.displayqa.quantity import Quantity
from appliance.displayqa.ruleset import Kind, Limit, Operator
from appliance.displayqa.trend import DAYS_A_YEAR, Point, trend

FIRST = date(2026, 1, 1)


def limit(value: int, operator: Operator = Operator.AT_LEAST) -> Limit:
    return Limit(
        quantity=Quantity.MAX_LUMINANCE,
        operator=operator,
        value=Fraction(value),
        kind=Kind.REQUIRED,
        tests=frozenset(),
        source="test",
        verified=True,
    )


def points(*values: float, every: int = 182) -> list[Point]:
    days = [FIRST + timedelta(days=every * at) for at in range(len(values))]
    each = enumerate(zip(days, values, strict=True), 1)
    return [Point(day, number, Fraction(str(value))) for number, (day, value) in each]


def test_a_straight_line_meets_the_limit_where_it_must() -> None:
    found = trend(limit(350), points(450, 440, 430, 420), Fraction(450))

    assert found.drift is not None
    assert isclose(found.drift.per_year, -10 * DAYS_A_YEAR / 182)
    crossing = found.drift.crossing
    assert crossing is not None
    assert crossing.day == FIRST + timedelta(days=1820)
    assert crossing.earliest == crossing.latest == crossing.day


def test_two_tests_do_not_tell_how_sure_they_are() -> None:
    drift = trend(limit(350), points(450, 440), None).drift

    assert drift is not None
    assert drift.error_per_year is None
    assert not drift.is_certain
    assert drift.crossing is not None
    assert (drift.crossing.earliest, drift.crossing.latest) == (None, None)


@pytest.mark.parametrize(
    ("values", "operator"),
    [
        ((450, 455, 460), Operator.AT_LEAST),  # it goes away from the limit
        ((340, 335, 330), Operator.AT_LEAST),  # it is beyond it already
        ((450, 450, 450), Operator.AT_LEAST),
        ((30, 20, 10), Operator.AT_MOST),
        ((450, 449.9, 449.8), Operator.AT_LEAST),  # in a thousand years
    ],
)
def test_what_does_not_head_for_its_limit_has_no_day(
    values: tuple[float, ...], operator: Operator
) -> None:
    drift = trend(limit(350, operator), points(*values), None).drift

    assert drift is not None
    assert drift.crossing is None


def test_tests_of_one_day_make_no_line() -> None:
    assert trend(limit(350), points(450, 440, every=0), None).drift is None
    assert trend(limit(350), points(450), None).drift is None
    assert trend(limit(350), [], None).points == ()


def test_what_only_scatters_has_a_day_and_no_bounds() -> None:
    drift = trend(limit(350), points(450, 470, 430, 460, 440), None).drift

    assert drift is not None
    assert not drift.is_certain
    assert drift.crossing is None or drift.crossing.latest is None


def test_the_line_is_that_of_a_second_implementation() -> None:
    random = Random(3)
    for _ in range(100):
        values = [450 - 5 * at + random.gauss(0, 3) for at in range(random.randint(3, 12))]
        drift = trend(limit(100), points(*values), None).drift
        days = np.arange(len(values)) * 182.0
        (slope, _), covariance = np.polyfit(days, values, 1, cov="unscaled")
        left = np.polyval(np.polyfit(days, values, 1), days) - values
        error = np.sqrt(covariance[0, 0] * (left @ left) / (len(values) - 2))
        assert drift is not None
        assert drift.error_per_year is not None
        assert isclose(drift.per_year, slope * DAYS_A_YEAR, rel_tol=1e-6)
        student = drift.error_per_year / (error * DAYS_A_YEAR)
        assert 1.96 <= student <= 12.71


def test_the_bounds_hold_in_nineteen_of_twenty() -> None:
    """Of displays that lose 20 cd/m2 a year and are read with an error of 1 %."""
    random, held, truth = Random(5), 0, FIRST + timedelta(days=round(5 * DAYS_A_YEAR))
    for _ in range(1000):
        values = [
            round(450 - 20 * 182 * at / DAYS_A_YEAR + random.gauss(0, 4.5), 4) for at in range(8)
        ]
        drift = trend(limit(350), points(*values), None).drift
        assert drift is not None
        crossing = drift.crossing
        assert crossing is not None
        assert crossing.earliest is not None
        bounds = (crossing.earliest, crossing.latest or date.max)
        held += bounds[0] <= truth <= bounds[1]
    assert 930 <= held <= 970
