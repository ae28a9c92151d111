"""Whether a layout can be read with: what its file may say and still not mean."""

import re
from collections.abc import Iterator
from dataclasses import fields

from pydicom.datadict import tag_for_keyword

from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.dosescreen.layout import CellKind, Layout

ANCHORS = {"ctdi_vol_mgy", "dlp_mgy_cm"}
EVENT_FIELDS = {each.name for each in fields(IrradiationEvent)} | {"scan_range"}
DISPENSABLE = {"exposure_time_s", "rotation_time_s", "single_collimation_mm"}
"""Technique that no dose and no check rests on; an event without it is whole."""
TOTAL_FIELDS = {each.name for each in fields(CTRadiationDose) if each.name.startswith("total_")}
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_UNREAD = {CellKind.IGNORED, CellKind.FOREIGN}


def faults(layout: Layout, name: str) -> Iterator[str]:
    """What keeps ``layout``, in a file called ``name``, from being used; none when it is sound."""
    if layout.name != name or not NAME.fullmatch(name):
        yield f"a file called {name} cannot hold the layout {layout.name}"
    if layout.version < 1:
        yield "a version counts from 1"
    yield from _patterns(layout)
    yield from _columns(layout)
    totals = {total.instead_of or total.name for total in layout.totals}
    if strange := totals - TOTAL_FIELDS:
        yield f"there is no total {', '.join(sorted(strange))}"
    if not all(total.phrases and all(total.phrases) for total in layout.totals):
        yield "a total has a phrase"


def _patterns(layout: Layout) -> Iterator[str]:
    for pattern in (layout.manufacturer, *layout.hints.values()):
        try:
            re.compile(pattern)
        except re.error as fault:
            yield f"{pattern!r} is no regular expression: {fault}"
    for keyword in (*layout.hints, *layout.identity.values()):
        if tag_for_keyword(keyword) is None:
            yield f"there is no DICOM attribute {keyword}"


def _columns(layout: Layout) -> Iterator[str]:
    names = [column.name for column in layout.columns]
    if len(set(names)) < len(names):
        yield "two columns have one name"
    if sum(not column.headers for column in layout.columns) > 1:
        yield "only one column may be without headers"
    if lacking := ANCHORS - {column.name for column in layout.columns if column.anchor}:
        yield f"{', '.join(sorted(lacking))} must be columns, and anchors"
    read = {each.instead_of or each.name for each in layout.columns if each.kind not in _UNREAD}
    needed = {each.name for each in layout.columns if each.dispensable} - DISPENSABLE
    if needed:
        yield f"a check rests on {', '.join(sorted(needed))}: no column to dispense with"
    if strange := read - EVENT_FIELDS:
        yield f"there is no field {', '.join(sorted(strange))}"
