"""Comments on Radiation Dose (0040,0310): a total and DLPs by number, as some consoles write them.

The forms are data (``exposure_dose.toml``). Whose a DLP is is seldom certain, so it is given to an
item of a sequence only where nothing speaks against it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from appliance.dose.plausibility import rounding
from appliance.dose.record import IrradiationEvent, Number, Origin, Sourced

LONGEST_TEXT = 65536
"""More than an ST holds (PS3.5 6.2); the rest is not looked at."""


class Counts(StrEnum):
    """What the number of a comment's row counts."""

    ITEM = "item"
    """The items of the sequence, from 1."""
    SERIES = "series"
    """It is a Series Number (0020,0011)."""


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One row of a comment; a CTDIvol in it may be rounded, or of another event than its DLP."""

    number: int
    dlp_mgy_cm: Number
    label: str
    ctdi_vol_mgy: Number | None


@dataclass(frozen=True, slots=True)
class DoseComment:
    """What a comment says: every total in it, and its rows."""

    totals: tuple[Number, ...]
    rows: tuple[DoseRow, ...]
    counts: Counts


def read_dose_comment(text: str, origin: Origin) -> DoseComment | None:
    """What ``text`` says; None when it has no total in one of the forms that are known.

    Of several forms the first that finds a row counts, else the first.
    """
    shown = text[:LONGEST_TEXT]
    found = [comment for form in _forms() if (comment := form.read(shown, origin)).totals]
    return next((comment for comment in found if comment.rows), found[0] if found else None)


def dlps_of_items(comment: DoseComment, events: Sequence[IrradiationEvent]) -> Mapping[int, Number]:
    """The DLP of each item that has one, by its place from 0; empty when that is not certain.

    It is certain when every item with a CTDIvol gets one, none without does, and they add up to the
    total.
    """
    places = [_places(row, comment.counts, events) for row in comment.rows]
    exposed = {at for at, event in enumerate(events) if event.ctdi_vol_mgy is not None}
    certain = [place[0] for place in places if len(place) == 1]
    dlps = {
        at: row.dlp_mgy_cm
        for at, row in zip(certain, comment.rows, strict=False)
        if row.dlp_mgy_cm.value
    }
    if len(set(certain)) < len(comment.rows) or set(dlps) != exposed or not _adds_up(comment):
        return {}
    return dlps


def events_of(comment: DoseComment, origin: Origin) -> Iterator[IrradiationEvent]:
    """The rows as events, where they name their series and add up to the total."""
    if comment.counts is Counts.SERIES and _adds_up(comment):
        for row in comment.rows:
            yield IrradiationEvent(
                label=Sourced(row.label, row.label, origin) if row.label else None,
                series=Sourced(str(row.number), str(row.number), origin),
                ctdi_vol_mgy=_above_zero(row.ctdi_vol_mgy),
                dlp_mgy_cm=_above_zero(row.dlp_mgy_cm),
            )


def _places(row: DoseRow, counts: Counts, events: Sequence[IrradiationEvent]) -> list[int]:
    """Which items a row may be of."""
    if counts is Counts.ITEM:
        return [row.number - 1]
    number = str(row.number)
    return [at for at, each in enumerate(events) if each.series and each.series.value == number]


def _adds_up(comment: DoseComment) -> bool:
    total, parts = comment.totals[0], [row.dlp_mgy_cm for row in comment.rows]
    tolerance = sum(map(rounding, parts), rounding(total))
    return abs(sum((part.value for part in parts), Decimal(0)) - total.value) <= tolerance


def _above_zero(number: Number | None) -> Number | None:
    return number if number is not None and number.value else None


def _number(text: str, origin: Origin) -> Number:
    return Sourced(Decimal(text), text, origin)


@dataclass(frozen=True, slots=True)
class _Form:
    """One maker's way to write a comment."""

    total: re.Pattern[str]
    event: re.Pattern[str]
    counts: Counts

    def read(self, text: str, origin: Origin) -> DoseComment:
        totals = (_number(match["dlp"], origin) for match in self.total.finditer(text))
        rows = (_row(match.groupdict(), origin) for match in self.event.finditer(text))
        return DoseComment(tuple(totals), tuple(rows), self.counts)


def _row(said: Mapping[str, str | None], origin: Origin) -> DoseRow:
    ctdi = said.get("ctdi")
    return DoseRow(
        int(said["number"] or 0),
        _number(said["dlp"] or "0", origin),
        (said.get("label") or "").strip(),
        _number(ctdi, origin) if ctdi else None,
    )


@cache
def _forms() -> tuple[_Form, ...]:
    data = tomllib.loads((files("appliance.headers") / "exposure_dose.toml").read_text("utf-8"))
    return tuple(
        _Form(
            re.compile(each["total"], re.IGNORECASE),
            re.compile(each["event"], re.IGNORECASE),
            Counts(each["counts"]),
        )
        for each in data["comment"]
    )
