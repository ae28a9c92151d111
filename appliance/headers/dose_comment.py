"""Comments on Radiation Dose (0040,0310): a total and DLPs by number, as some consoles write them.

The forms are data (``exposure_dose.toml``). What a number in the text counts is never certain, so
DLPs are given to the items of a sequence only where nothing speaks against it.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from appliance.dose.plausibility import rounding
from appliance.dose.record import IrradiationEvent, Number, Origin, Sourced

LONGEST_TEXT = 65536
"""More than an ST holds (PS3.5 6.2); the rest is not looked at."""


@dataclass(frozen=True, slots=True)
class DoseComment:
    """What a comment says: every total in it, and the DLPs by their number, as (number, DLP)."""

    totals: tuple[Number, ...]
    dlps: tuple[tuple[int, Number], ...]


def read_dose_comment(text: str, origin: Origin) -> DoseComment | None:
    """What ``text`` says; None when it has none of the forms that are known."""
    shown = text[:LONGEST_TEXT]
    for total, event in _forms():
        totals = tuple(_number(match["dlp"], origin) for match in total.finditer(shown))
        if totals:
            matches = event.finditer(shown)
            dlps = ((int(match["number"]), _number(match["dlp"], origin)) for match in matches)
            return DoseComment(totals, tuple(dlps))
    return None


def dlps_of_items(comment: DoseComment, events: Sequence[IrradiationEvent]) -> Mapping[int, Number]:
    """The DLP of each item that has one, by its place from 0; empty when that is not certain.

    It is certain when every item with a CTDIvol gets one, none without does, and they add up to the
    total.
    """
    dlps = {number - 1: dlp for number, dlp in comment.dlps if dlp.value}
    numbers = [number for number, _ in comment.dlps]
    exposed = {at for at, event in enumerate(events) if event.ctdi_vol_mgy is not None}
    if len(set(numbers)) < len(numbers) or set(dlps) != exposed or not _adds_up(comment):
        return {}
    return dlps


def _adds_up(comment: DoseComment) -> bool:
    total, parts = comment.totals[0], [dlp for _, dlp in comment.dlps]
    tolerance = sum(map(rounding, parts), rounding(total))
    return abs(sum((part.value for part in parts), Decimal(0)) - total.value) <= tolerance


def _number(text: str, origin: Origin) -> Number:
    return Sourced(Decimal(text), text, origin)


@cache
def _forms() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    data = tomllib.loads((files("appliance.headers") / "exposure_dose.toml").read_text("utf-8"))
    return tuple((re.compile(each["total"]), re.compile(each["event"])) for each in data["comment"])
