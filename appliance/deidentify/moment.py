"""Dates and times: as they are, moved as all of the patient's, or not at all."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_DATE = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})")
_TIME = re.compile(r"([01]\d|2[0-3])(?:[0-5]\d(?:([0-5]\d|60)(?:\.\d{1,6})?)?)?")
_DATETIME = re.compile(r"(\d{8})([0-6][\d.]*)?([+-]\d{4})?")
_OFFSET = re.compile(r"[+-](0\d|1[0-4])[0-5]\d")


@dataclass(frozen=True, slots=True)
class Moments:
    """What becomes of the dates and times of one patient.

    Attributes:
        shift: How far dates are moved; zero: they stay; None: none is retained.
        keeps_time_of_day: Whether times stay where dates are retained.
    """

    shift: timedelta | None
    keeps_time_of_day: bool

    def date(self, text: str) -> str:
        """A DA value (PS3.5 6.2) as it may leave; empty: it may not, or is none."""
        day = _day(text.strip())
        if self.shift is None or day is None:
            return ""
        try:
            return f"{day + self.shift:%Y%m%d}".zfill(8)
        except OverflowError:
            return ""

    def time(self, text: str) -> str:
        """A TM value as it may leave."""
        text = text.strip().replace(":", "")
        kept = self.shift is not None and self.keeps_time_of_day
        return text if kept and _TIME.fullmatch(text) else ""

    def datetime(self, text: str) -> str:
        """A DT value as it may leave: without time of day where that does not stay.

        The offset from UTC, which tells where on earth, stays with unmoved dates only.
        """
        match = _DATETIME.fullmatch(text.strip())
        day = self.date(match[1]) if match else ""
        if not match or not day:
            return ""
        offset = match[3] if match[3] and self.shift == timedelta() else ""
        if offset and not _OFFSET.fullmatch(offset):
            return ""
        time = self.time(match[2] or "")
        return f"{day}{time}{offset if time else ''}"

    def of(self, vr: str, text: str) -> str:
        """A value of VR DA, TM or DT as it may leave."""
        return {"DA": self.date, "TM": self.time, "DT": self.datetime}[vr](text)


NO_MOMENTS = Moments(None, keeps_time_of_day=False)


def _day(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def age(born: str, at: str) -> str:
    """Patient's Age (0010,1010) on a day, both DA; empty when either is none.

    Years from two years on, months from three months on, else days.
    """
    first, last = _day(born.strip()), _day(at.strip())
    if first is None or last is None or last < first:
        return ""
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    if months >= 24:  # noqa: PLR2004
        return f"{months // 12:03d}Y"
    return f"{months:03d}M" if months >= 3 else f"{(last - first).days:03d}D"  # noqa: PLR2004


def limited_age(text: str, oldest_years: int | None) -> str:
    """An AS value, not above one year more than ``oldest_years``; empty if it is none."""
    if not re.fullmatch(r"\d{3}[DWMY]", text.strip()):
        return ""
    number, unit = int(text.strip()[:3]), text.strip()[3]
    years = number / {"D": 365.25, "W": 52.18, "M": 12, "Y": 1}[unit]
    if oldest_years is not None and years >= oldest_years + 1:
        return f"{oldest_years + 1:03d}Y"
    return text.strip()
