"""Numbers as a report writes them: enough digits, never an exponent, never against the verdict."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from appliance.displayqa.quantity import Quantity
from appliance.displayqa.ruleset import Limit, Operator
from appliance.displayqa.ruleset_record import figure

DIGITS, MOST_DIGITS = 4, 15
TIED = "\u00a0"
"""A space at which no line ends."""
SIGNS = {
    Operator.AT_LEAST: "\u2265",
    Operator.AT_MOST: "\u2264",
    Operator.ABOVE: ">",
    Operator.BELOW: "<",
}


def plain(value: Fraction | float | Decimal, digits: int = DIGITS) -> str:
    """``digits`` significant ones, without an exponent."""
    rounded = Decimal(f"{float(value):.{digits - 1}e}")
    return f"{rounded:f}"


def as_read(value: Decimal) -> str:
    """As the meter sent it."""
    return f"{value:f}"


def exact(value: Fraction) -> str:
    """A decimal of at most nine places, all of them where it has no more."""
    return _bare(f"{_decimal(value):.9f}")


def places(value: Fraction) -> str:
    """A decimal of as many places as it has, of at most 28 digits."""
    return _bare(f"{_decimal(value):f}")


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _bare(text: str) -> str:
    """Without zeros that say nothing."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def compared(value: Fraction, limit: Limit, uncertainty: Fraction | None) -> str:
    """With as many digits as it takes to be on the same side of the limit as the value is."""
    figure_of = _compared(value, limit)
    if uncertainty is not None:
        figure_of = f"{figure_of}{TIED}\u00b1{TIED}{plain(uncertainty, 2)}"
    return with_unit(figure_of, limit.quantity)


def _compared(value: Fraction, limit: Limit) -> str:
    holds = limit.operator.holds(value, limit.value)
    for text in _longer(value):
        if limit.operator.holds(Fraction(text), limit.value) is holds:
            return text
    return str(value)


def requirement(limit: Limit) -> str:
    """Sign, figure and unit."""
    return f"{SIGNS[limit.operator]}{TIED}{with_unit(figure(limit.value), limit.quantity)}"


def with_unit(text: str, quantity: Quantity) -> str:
    """The figure and the quantity's unit, as it is printed."""
    unit = quantity.unit.replace("m2", "m²")
    return f"{text}{TIED}{unit}" if unit else text


def _longer(value: Fraction) -> Iterator[str]:
    for digits in range(DIGITS, MOST_DIGITS):
        yield plain(value, digits)
