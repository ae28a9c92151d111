"""A screen of a known family is read by its headers: more columns, fewer, in any order."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest

from appliance.dosescreen import Outcome
from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles import ge, hitachi, philips, siemens, toshiba
from appliance.simulators.consoles.canvas import Picture
from appliance.simulators.consoles.examination import Examination
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.consoles.toshiba_examination import toshiba_examination
from appliance.simulators.secondary_capture import (
    GE,
    HITACHI,
    PHILIPS,
    SIEMENS,
    TOSHIBA,
    Console,
)
from tests.dosescreen.world import (
    SIEMENS_STYLE,
    TOPOGRAM,
    WHO,
    abdomen,
    captured,
    patient_protocol,
    read,
    values,
)

FONT = load_font("helvR10-75dpi")
STRANGE = ("Images", "Pitch")
"""Headings that no layout knows."""
Places = tuple[int, ...]


@dataclass(frozen=True)
class Family:
    """A console whose columns can be moved.

    Attributes:
        console: Who sends the screen.
        fixed: Columns that stand first, because nothing heads them.
        movable: Those that may stand anywhere; some only together.
        optional: Those that some versions lack.
        draw: An examination with the columns of an order, and some more.
        examination: A plausible one.
    """

    console: Console
    fixed: Places
    movable: tuple[Places, ...]
    optional: tuple[Places, ...]
    draw: Callable[[Examination, Places, tuple[str, ...]], list[Picture]]
    examination: Callable[[Random], Examination]


def _ge(examination: Examination, order: Places, more: tuple[str, ...]) -> list[Picture]:
    style = ge.GEStyle(columns=640, right=632, order=order, more=more)
    return ge.draw(examination, WHO, FONT, style)


def _siemens(examination: Examination, order: Places, more: tuple[str, ...]) -> list[Picture]:
    style = siemens.SiemensStyle(columns=640, right=632, order=order, more=more)
    return siemens.draw(examination, WHO, FONT, style)


def _philips(examination: Examination, order: Places, more: tuple[str, ...]) -> list[Picture]:
    style = philips.PhilipsStyle(columns=700, right=692, order=order, more=more)
    return philips.draw(examination, WHO, FONT, style)


def _hitachi(examination: Examination, order: Places, more: tuple[str, ...]) -> list[Picture]:
    style = hitachi.HitachiStyle(columns=760, right=752, order=order, more=more)
    return hitachi.draw(examination, WHO, FONT, style)


def _single(*places: int) -> tuple[Places, ...]:
    return tuple((place,) for place in places)


FAMILIES = {
    "dose-report": Family(GE, (), _single(0, 1, 2, 3, 4), _single(5), _ge, ge_examination),
    "patient-protocol": Family(
        SIEMENS, (0,), _single(1, 2, 5, 6), ((3, 4), (7,), (8,)), _siemens, siemens_examination
    ),
    "dose-info": Family(
        PHILIPS, (0,), _single(1, 2, 4, 5, 6), _single(3, 7), _philips, philips.philips_examination
    ),
    "simple-dose-report": Family(
        HITACHI, (), _single(0, 1, 3, 5, 6), _single(2, 4, 7), _hitachi, hitachi.hitachi_examination
    ),
}
COLUMN_OF = {"patient-protocol": {3: "exposure_mas"}, "dose-info": {3: "exposure_mas"}}
COLUMN_OF |= {"simple-dose-report": {4: "exposure_mas"}}
KEYS = ("series", "type", "ctdi_vol_mgy", "dlp_mgy_cm", "kvp")
every_family = pytest.mark.parametrize("name", FAMILIES)
any_seed = pytest.mark.parametrize("seed", range(2))


def _order(family: Family, parts: list[Places], more: int, random: Random) -> Places:
    """The parts shuffled, with ``more`` strange columns among them."""
    count = sum(map(len, (family.fixed, *family.movable, *family.optional)))
    parts += [(count + at,) for at in range(more)]
    random.shuffle(parts)
    return (*family.fixed, *(place for part in parts for place in part))


def _read(family: Family, examination: Examination, order: Places, more: int) -> dict[str, Any]:
    pages = family.draw(examination, order, STRANGE[:more])
    recognition = read(captured(pages, family.console))
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    return values(recognition)


def _of(found: dict[str, Any], keys: tuple[str, ...]) -> list[list[Any]]:
    return [[event[key] for key in keys] for event in found["events"]]


@every_family
@any_seed
def test_columns_in_another_order_with_others_among_them(name: str, seed: int) -> None:
    family, random = FAMILIES[name], Random(seed)
    examination = family.examination(random)
    usual = _read(family, examination, (), 0)
    more = seed + 1
    order = _order(family, [*family.movable, *family.optional], more, random)
    found = _read(family, examination, order, more)
    keys = (*KEYS, "phantom", "exposure_mas")
    assert _of(found, keys) == _of(usual, keys)
    assert found["total_dlp_mgy_cm"] == usual["total_dlp_mgy_cm"]


@every_family
@any_seed
def test_columns_that_some_versions_lack(name: str, seed: int) -> None:
    family, random = FAMILIES[name], Random(seed)
    examination = family.examination(random)
    usual = _read(family, examination, (), 0)
    kept = [part for part in family.optional if random.random() < 0.5]
    found = _read(family, examination, _order(family, [*family.movable, *kept], 0, random), 0)
    assert _of(found, KEYS) == _of(usual, KEYS)
    places = {place for part in kept for place in part}
    for place, key in COLUMN_OF.get(name, {}).items():
        if place not in places:
            assert {event[key] for event in found["events"]} == {None}


HEADINGS = (("Total mAs", "Exposure Time", "CTDIvol(mGy)", "DLP(mGycm)", "SD", "Pitch"),)
STACKED = (("Total mAs", "Start Pos.", "End Pos.", "Pitch"), ("CTDIvol(mGy)", "DLP(mGycm)", "Gain"))


@pytest.mark.parametrize("tiers", [HEADINGS, STACKED], ids=["one line", "two lines"])
@any_seed
def test_columns_of_a_table_under_a_protocol_in_another_order(
    tiers: toshiba.Tiers, seed: int
) -> None:
    random = Random(seed)
    examination = toshiba_examination(random, 2)
    headings = tuple(tuple(random.sample(tier, len(tier))) for tier in tiers)
    style = toshiba.ToshibaStyle(columns=700, right=690, headings=headings)
    pages = toshiba.draw(examination, WHO, load_font("helvR12-75dpi"), style)
    recognition = read(captured(pages, TOSHIBA))
    assert recognition.outcome is Outcome.RECOGNISED, recognition.doubts
    events = [event for event in values(recognition)["events"] if event["dlp_mgy_cm"]]
    printed = [scan for scan in examination.scans if scan.dlp_mgy_cm]
    keys = ("ctdi_vol_mgy", "dlp_mgy_cm")
    assert [[event[key] for key in keys] for event in events] == [
        [scan.ctdi_vol_mgy, scan.dlp_mgy_cm] for scan in printed
    ]
    assert [event["exposure_mas"] for event in events] == [scan.mas for scan in printed]


def test_totals_close_above_the_headings_are_none_of_them() -> None:
    """Their words are those of columns, and a unit of two words makes most of them known."""
    style = replace(SIEMENS_STYLE, dlp_unit="mGy cm")
    pages = patient_protocol([TOPOGRAM, abdomen()], font=load_font("ncenB14-75dpi"), style=style)
    found = read(captured(pages, SIEMENS))
    assert found.outcome is Outcome.RECOGNISED, found.doubts
