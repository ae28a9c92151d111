"""Age and weight as headers say them, and nothing where they contradict each other."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.config import disable_value_validation

from appliance.services.patient import age_years, weight_kg


def header(**attributes: str) -> Dataset:
    found = Dataset()
    with disable_value_validation():
        for keyword, value in attributes.items():
            setattr(found, keyword, value)
    return found


@pytest.mark.parametrize(
    ("birth", "day", "stated", "age"),
    [
        ("20200601", "20250531", "", "4.99"),
        ("20200601", "20250601", "", "5"),
        ("20200601", "20250601", "005Y", "5"),
        ("20200229", "20210228", "", "0.99"),
        ("20200229", "20210301", "", "1"),
        ("20250601", "20250601", "", "0"),
        ("20250101", "20250601", "005M", "0.41"),
        ("", "20250601", "014Y", "14"),
        ("", "20250601", "006M", "0.5"),
        ("", "20250601", "002W", "0.03"),
        ("", "20250601", "010D", "0.02"),
        ("1960.01.01", "20250601", "", "65.41"),
        ("20200601", "20250601", "050Y", None),  # they contradict each other
        ("20260601", "20250601", "", None),  # not born
        ("20260601", "20250601", "030Y", "30"),
        ("17000101", "20250601", "", None),
        ("20201301", "20250601", "", None),
        ("", "", "999Y", None),
        ("", "", "30", None),
        ("", "", "", None),
    ],
)
def test_ages(birth: str, day: str, stated: str, age: str | None) -> None:
    found = age_years(header(PatientBirthDate=birth, StudyDate=day, PatientAge=stated))
    assert found == (None if age is None else Decimal(age))


@given(
    birth=st.dates(date(1920, 1, 1), date(2020, 12, 31)),
    days=st.integers(0, 36500),
)
def test_a_birthday_makes_somebody_older(birth: date, days: int) -> None:
    day = birth + timedelta(days)
    age = age_years(header(PatientBirthDate=f"{birth:%Y%m%d}", StudyDate=f"{day:%Y%m%d}"))
    assert age is not None
    assert abs(float(age) - days / 365.25) < 0.02
    full = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    assert int(age) == full


@pytest.mark.parametrize(
    ("stated", "weight"),
    [("61.5", "61.5"), (" 61 ", "61"), ("0", None), ("", None), ("1000", None), ("3.2", "3.2")],
)
def test_weights(stated: str, weight: str | None) -> None:
    found = weight_kg(header(PatientWeight=stated))
    assert found == (None if weight is None else Decimal(weight))
