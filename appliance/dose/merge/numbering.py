"""Series and scan numbers as consoles print them: ``2``, ``2-15`` (repeated scans), ``4D``.

Whether a console's number is Series Number or Acquisition Number is not known beforehand.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from appliance.dose.record import Text

_FORMS = re.compile(r"\s*(?P<first>\d{1,5})\s*(?:-\s*(?P<last>\d{1,5})|(?P<repeated>D))?\s*")
_MOST = 1000
"""Scans that one row may stand for."""


class Numbering(StrEnum):
    """What the number on a row counts."""

    SERIES = "series"
    ACQUISITION = "acquisition"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers one row stands for; ``repeated``: several scans are in it."""

    first: int
    last: int
    repeated: bool

    def hold(self, other: "Numbers") -> bool:
        """Whether all of ``other`` are among them."""
        return self.first <= other.first and other.last <= self.last


def numbers(text: str) -> Numbers | None:
    """The numbers a printed text stands for; None for one of another form."""
    found = _FORMS.fullmatch(text)
    if found is None:
        return None
    first = int(found["first"])
    last = int(found["last"] or first)
    if not first <= last < first + _MOST:
        return None
    return Numbers(first, last, repeated=last > first or bool(found["repeated"]))


def stands_for(printed: Text | None, counted: Iterable[str]) -> bool:
    """Whether a printed number stands for one of those that ``counted`` names."""
    mine = numbers(printed.value) if printed else None
    others = (numbers(each) for each in counted)
    return mine is not None and any(other is not None and mine.hold(other) for other in others)
