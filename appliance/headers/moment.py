"""When an image was acquired, as DT text that sorts as time does."""

import re
from collections.abc import Sequence
from decimal import Decimal

from appliance.headers.element import Layers, text

_DATE = re.compile(r"(\d{4})[.]?(\d{2})[.]?(\d{2})")
_TIME = re.compile(r"(\d{2}):?(\d{2})(?::?(\d{2})(\.\d{1,6})?)?")
_DATE_TIME = re.compile(r"(\d{12}(?:\d{2})?)(\.\d{1,6})?([+-]\d{4})?")

_DAY, _HOUR, _REST = slice(8), slice(8, 10), slice(10, 21)
_HALF_A_DAY_H = 12


def span(moments: Sequence[str]) -> tuple[str, str] | None:
    """The first and the last moment of one irradiation; None when one of them is unknown.

    No irradiation lasts for half a day: on one date that is a clock that passed midnight, and a
    date that did not. Then the last moment has an hour from 24 on.
    """
    if not moments or not all(moments):
        return None
    first, last = min(moments), max(moments)
    if first[_DAY] != last[_DAY] or int(last[_HOUR]) - int(first[_HOUR]) < _HALF_A_DAY_H:
        return first, last
    late = [each for each in moments if int(each[_HOUR]) >= _HALF_A_DAY_H]
    early = max(each for each in moments if int(each[_HOUR]) < _HALF_A_DAY_H)
    return min(late), f"{early[_DAY]}{int(early[_HOUR]) + 24}{early[10:]}"


def seconds_between(one: str, other: str) -> Decimal | None:
    """From one moment to another of the same date; None where the dates differ."""
    if one[_DAY] != other[_DAY]:
        return None
    return _second_of_day(other) - _second_of_day(one)


def _second_of_day(moment: str) -> Decimal:
    rest = moment[_REST]
    return Decimal(int(moment[_HOUR]) * 3600 + int(rest[:2]) * 60) + Decimal(rest[2:])


def moment_of(layers: Layers) -> str:
    """Date and time of acquisition, ``YYYYMMDDHHMMSS.ffffff``; empty when none is stated whole.

    Frame Acquisition DateTime (0018,9074), else Acquisition DateTime (0008,002A), else Acquisition
    Date and Time (0008,0022/0032), also with the dots and colons of ACR-NEMA.
    """
    for keyword in ("FrameAcquisitionDateTime", "AcquisitionDateTime"):
        found = date_time(text(layers, keyword))
        if found:
            return found
    return joined(text(layers, "AcquisitionDate"), text(layers, "AcquisitionTime"))


def date_time(said: str) -> str:
    """A DT made even; empty when it is none or says no minute."""
    found = _DATE_TIME.fullmatch(said)
    if found is None:
        return ""
    return found[1].ljust(14, "0") + (found[2] or ".").ljust(7, "0") + (found[3] or "")


def joined(date: str, time: str) -> str:
    """A DA and a TM as one DT; empty when either is missing or none."""
    day, clock = _DATE.fullmatch(date), _TIME.fullmatch(time)
    if day is None or clock is None:
        return ""
    hour, minute, second, fraction = clock.groups()
    return "".join((*day.groups(), hour, minute, second or "00", (fraction or ".").ljust(7, "0")))
