"""What people type as numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.console.displayqa.figure import figure
from tests.console.typing_by_ime import wide


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("123.4", "123.4"),
        (wide("123.4"), "123.4"),
        (wide("123") + "。" + wide("4"), "123.4"),
        (" 0.25 cd/m2", "0.25"),
        ("0.25 cd/m²", "0.25"),
        (wide("45lx"), "45"),
        ("45 ルクス", "45"),
        ("45\u3000ルクス", "45"),
        ("21.3インチ", "21.3"),
        ("0", "0"),
    ],
)
def test_a_number_is_read_as_it_was_meant(text: str, value: str) -> None:
    assert figure(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", " ", "\u3000", "cd/m2"])
def test_nothing_is_no_number(text: str) -> None:
    assert figure(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "1,5",
        "1,500",
        wide("1,5"),
        "-3",
        "ー3",
        "1e3",
        "NaN",
        "inf",
        "1.2.3",
        "0x10",
        "12 34",
        "±5",
        "½",
        "٣",
        "abc",
        "1" * 9,
        "Ⅷ.x",
    ],
)
def test_what_could_be_something_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        figure(text)


@given(st.decimals(0, 99999, places=3))
def test_wide_digits_are_digits(value: Decimal) -> None:
    assert figure(wide(f"{value:f}")) == value


@given(st.text(max_size=30))
def test_any_text_is_a_number_nothing_or_refused(text: str) -> None:
    try:
        value = figure(text)
    except ValueError:
        return
    assert value is None or (value.is_finite() and value >= 0)
