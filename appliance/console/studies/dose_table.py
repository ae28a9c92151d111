"""The values of a dose record as a table, each with its source and its place on a picture."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from appliance.console.studies.desk import Picture
from appliance.console.studies.plain_text import visible
from appliance.dose.coded import CTAcquisitionType, Phantom, ProcedureContext
from appliance.dose.doubt import Doubt
from appliance.dose.record import Box, CTRadiationDose, IrradiationEvent, Origin, Sourced
from appliance.dose.region import Region

COLUMNS = (
    "series",
    "label",
    "acquisition_type",
    "ctdi_vol_mgy",
    "dlp_mgy_cm",
    "phantom",
    "kvp",
    "exposure_mas",
)
"""Of the table; everything else stands below it."""
TOTALS = ("total_dlp_mgy_cm", "total_dlp_head_mgy_cm", "total_dlp_body_mgy_cm", "total_mas")
UNITS = {"_mgy": "mGy", "_mgy_cm": "mGy·cm", "_mas": "mAs", "_ma": "mA", "_mm": "mm", "_s": "s"}
KVP = "kvp"
CODED = (CTAcquisitionType, Phantom, ProcedureContext)
"""Coded values that a page says in its own words."""
PAD_PX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value.

    Attributes:
        field: Its name in the record.
        text: As it was printed; a coded value by its meaning.
        code: The name of a coded value that has a text, ``coded_…``; else empty.
        unit: Of numbers.
        source: Name of its Source of Dose Information.
        detail: The readers that agreed, the rule or the person.
        mark: Which mark on a picture it stands in; None: it stands on none.
    """

    field: str
    text: str
    code: str
    unit: str
    source: str
    detail: str
    mark: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An event: ``cells`` by column, None where it is not said; ``rest`` is everything else."""

    number: int
    cells: Mapping[str, Cell | None]
    rest: tuple[Cell, ...]
    sizes: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A box on a picture, ``at`` in its pixels: left, top, width, height; and what stands there."""

    number: int
    at: tuple[int, int, int, int]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture with its marks; ``size_px`` is large enough for them.

    ``doubted`` are places of doubts, as of marks, where they are known.
    """

    picture: Picture
    size_px: tuple[int, int]
    marks: tuple[Mark, ...]
    doubted: tuple[tuple[tuple[int, int, int, int], Doubt], ...] = ()


@dataclass(frozen=True, slots=True)
class DoseTable:
    """A record as a page sets it."""

    rows: tuple[Row, ...]
    totals: tuple[Cell, ...]
    sheets: tuple[Sheet, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of COLUMNS in which there is something."""
        return tuple(name for name in COLUMNS if any(row.cells[name] for row in self.rows))


Place = tuple[str, int, Box]
"""Object, frame and box."""


def dose_table(record: CTRadiationDose | None, pictures: Sequence[Picture] = ()) -> DoseTable:
    """``record`` as a table; values that stand on one of ``pictures`` are marked there."""
    shown = {(each.sop_instance_uid, each.frame) for each in pictures}
    places = _numbered(record, shown) if record else {}
    rows = [_row(at, event, places) for at, event in enumerate(record.events if record else ())]
    totals = [_cell(name, getattr(record, name), places) for name in TOTALS] if record else []
    found = tuple(each for each in totals if each)
    cells = [*found, *(cell for row in rows for cell in _cells(row))]
    return DoseTable(tuple(rows), found, tuple(_sheet(each, places, cells) for each in pictures))


def with_doubts(table: DoseTable, doubts: Sequence[Doubt]) -> DoseTable:
    """The same with the places of doubts, but for objects of several frames: none is said."""
    frames = Counter(sheet.picture.sop_instance_uid for sheet in table.sheets)
    sheets = tuple(
        replace(each, doubted=tuple(_doubted(each, doubts)))
        if frames[each.picture.sop_instance_uid] == 1
        else each
        for each in table.sheets
    )
    return replace(table, sheets=sheets)


def _doubted(
    sheet: Sheet, doubts: Sequence[Doubt]
) -> Iterator[tuple[tuple[int, int, int, int], Doubt]]:
    for doubt in doubts:
        if doubt.box is not None and doubt.sop_instance_uid == sheet.picture.sop_instance_uid:
            yield _padded(doubt.box), doubt


def unit_of(field: str) -> str:
    """The unit that a field's name ends in."""
    if field == KVP:
        return "kV"
    ends = [end for end in UNITS if field.endswith(end)]
    return UNITS[max(ends, key=len)] if ends else ""


def printed(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, Enum):
        return str(getattr(value, "code_meaning", value.name))
    if isinstance(value, Region):
        return visible(value.code_meaning)
    return f"{value:f}" if isinstance(value, Decimal) else visible(value)


def _cells(row: Row) -> Iterator[Cell]:
    yield from (cell for cell in row.cells.values() if cell)
    yield from row.rest


def _numbered(record: CTRadiationDose, shown: set[tuple[str, int]]) -> dict[Place, int]:
    """The places on the pictures, numbered from 1 as they are read: from top to bottom."""
    values = [value for event in record.events for _, value in event.sourced()]
    values += [getattr(record, name) for name in TOTALS if getattr(record, name)]
    places = {_place(value.origin) for value in values}
    kept = [each for each in places if each and each[:2] in shown]
    ordered = sorted(kept, key=lambda each: (each[:2], each[2].top, each[2].left))
    return {place: number for number, place in enumerate(ordered, start=1)}


def _place(origin: Origin) -> Place | None:
    if origin.box is None or not origin.sop_instance_uid:
        return None
    return origin.sop_instance_uid, origin.frame or 0, origin.box


def _row(at: int, event: IrradiationEvent, places: Mapping[Place, int]) -> Row:
    cells = {name: _cell(name, value, places) for name, value in event.sourced()}
    rest = tuple(cell for name, cell in cells.items() if cell and name not in COLUMNS)
    sizes = tuple(
        tuple(
            cell
            for name in each.__slots__
            if (cell := _cell(name, getattr(each, name), places)) is not None
        )
        for each in event.size_specific_doses
    )
    ordered = {name: cells.get(name) for name in COLUMNS}
    return Row(number=at + 1, cells=ordered, rest=rest, sizes=sizes)


def _cell(name: str, value: Sourced[Any] | None, places: Mapping[Place, int]) -> Cell | None:
    if value is None:
        return None
    place = _place(value.origin)
    is_number = isinstance(value.value, Decimal)
    return Cell(
        field=name,
        text=visible(value.text) if is_number else printed(value.value),
        code=value.value.name.lower() if isinstance(value.value, CODED) else "",
        unit=unit_of(name),
        source=value.origin.source.name.lower(),
        detail=visible(value.origin.detail),
        mark=places.get(place) if place else None,
    )


def _sheet(picture: Picture, places: Mapping[Place, int], cells: Sequence[Cell]) -> Sheet:
    here = (picture.sop_instance_uid, picture.frame)
    marks = tuple(
        Mark(number, _padded(place[2]), tuple(each for each in cells if each.mark == number))
        for place, number in places.items()
        if place[:2] == here
    )
    right = max((mark.at[0] + mark.at[2] for mark in marks), default=1)
    bottom = max((mark.at[1] + mark.at[3] for mark in marks), default=1)
    columns, rows = picture.size_px or (0, 0)
    return Sheet(picture, (max(columns, right), max(rows, bottom)), marks)


def _padded(box: Box) -> tuple[int, int, int, int]:
    left, top = max(0, box.left - PAD_PX), max(0, box.top - PAD_PX)
    return left, top, box.right + PAD_PX - left, box.bottom + PAD_PX - top
