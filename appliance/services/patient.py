"""What doses need to know of a patient: an age and a weight, from headers that are never kept.

**Knows:** Patient's Age, Birth Date and Weight (PS3.3 C.7.1.1, C.7.2.2) as old scanners write them.
**Does not know:** who it is.
"""

import re
from datetime import date
from decimal import ROUND_DOWN, Decimal, InvalidOperation

from pydicom import Dataset

OLDEST_YEARS = 130
LIGHTEST_KG, HEAVIEST_KG = Decimal("0.3"), Decimal(400)
_AGE = re.compile(r"\s*(\d{1,3})([DWMY])\s*")
_DATE = re.compile(r"\s*(\d{4})\.?(\d{2})\.?(\d{2})\s*")
_DAYS = {"D": Decimal(1), "W": Decimal(7), "M": Decimal("30.4375"), "Y": Decimal("365.25")}
_HUNDREDTH = Decimal("0.01")


def age_years(header: Dataset) -> Decimal | None:
    """The patient's age at the study in years, two decimals, cut off; None when it is not known.

    Birth Date and Study Date say it to the day. A stated age that is more than a year from that
    contradicts it, and then neither counts.
    """
    counted = _counted(day_of(header, "PatientBirthDate"), day_of(header, "StudyDate"))
    stated = _stated(str(header.get("PatientAge") or ""))
    if counted is None or stated is None:
        return stated if counted is None else counted
    return counted if abs(counted - stated) <= 1 else None


def weight_kg(header: Dataset) -> Decimal | None:
    """Patient's Weight; None when there is none that a person can have."""
    try:
        weight = Decimal(str(header.get("PatientWeight") or "").strip())
    except InvalidOperation:
        return None
    plausible = weight.is_finite() and LIGHTEST_KG <= weight <= HEAVIEST_KG
    return weight if plausible else None


def day_of(header: Dataset, keyword: str) -> date | None:
    """A date of the header; None when it is none."""
    found = _DATE.fullmatch(str(header.get(keyword) or ""))
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _stated(text: str) -> Decimal | None:
    found = _AGE.fullmatch(text)
    if found is None:
        return None
    years = Decimal(found[1]) * _DAYS[found[2]] / _DAYS["Y"]
    return years.quantize(_HUNDREDTH, ROUND_DOWN) if years <= OLDEST_YEARS else None


def _counted(birth: date | None, day: date | None) -> Decimal | None:
    if birth is None or day is None or not birth <= day:
        return None
    full = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    part = Decimal((day - _birthday(birth, birth.year + full)).days) / 366
    return (full + part).quantize(_HUNDREDTH, ROUND_DOWN) if full <= OLDEST_YEARS else None


def _birthday(birth: date, year: int) -> date:
    try:
        return birth.replace(year=year)
    except ValueError:  # born on 29 February
        return date(year, 3, 1)
