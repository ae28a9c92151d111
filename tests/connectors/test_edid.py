"""What a panel says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.displayqa.connectors.edid import identity
from tests.connectors.edids import edid


def test_a_panel_says_who_it_is() -> None:
    who = identity(edid())
    assert who is not None
    assert (who.maker, who.product, who.name, who.serial_number) == (
        *("QAX", 0x1234),
        *("PANEL 1", "SN-0042"),
    )
    assert (who.year, who.bits, str(who)) == (2020, 8, "QAX PANEL 1 SN-0042")


def test_without_a_name_its_product_number_stands() -> None:
    assert str(identity(edid(name="", serial=""))) == "QAX 1234"


@pytest.mark.parametrize(
    ("bits", "deep", "expected"),
    [
        (6, None, 6),
        (10, None, 10),
        (None, None, None),
        (None, 0x00, 8),
        (None, 0x10, 10),
        (None, 0x30, 12),
        (8, 0x30, 12),
        (10, 0x00, 10),
    ],
)
def test_the_depth_is_the_greatest_that_it_says(
    bits: int | None, deep: int | None, expected: int | None
) -> None:
    who = identity(edid(bits=bits, deep=deep))
    assert who is not None
    assert who.bits == expected


@given(st.integers(0, 127), st.integers(1, 255))
def test_a_damaged_one_says_nothing(place: int, change: int) -> None:
    damaged = bytearray(edid())
    damaged[place] ^= change
    assert identity(bytes(damaged)) is None


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_is_nothing(content: bytes) -> None:
    assert identity(content) is None
    whole = edid(deep=0x10)
    assert identity(whole[:128] + content) is not None
    assert identity(whole[:132] + content) is not None
