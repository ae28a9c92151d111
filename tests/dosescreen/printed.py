"""Screens that know what stands where on them, and so what a damaged picture still says.

**Knows:** every text a console drew, its place, and which value of which row it is.
**Does not know:** how a screen is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product
from random import Random
from re import fullmatch, sub
from unittest.mock import patch

import numpy as np

from appliance.dose.coded import Phantom
from appliance.dosescreen.fonts import font_names, load_font
from appliance.dosescreen.fonts.derive import digit_px
from appliance.simulators.consoles import ge, siemens
from appliance.simulators.consoles.canvas import Align, Canvas, Font, Picture
from appliance.simulators.consoles.examination import Examination, Identity, Scan
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.secondary_capture import GE, SIEMENS, Console

DIGIT_PX = range(7, 14)
FONTS = [name for name in font_names() if digit_px(load_font(name)) in DIGIT_PX]
ERASED = "\0"
MOST_WAYS = 64
OF_SOME_VERSIONS = {"rotation_time_s", "single_collimation_mm"}
"""Columns that some versions lack: with their heading lost they are not read."""

Value = str | None
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Placed:
    """A text that was drawn: the page, its text, and its top left corner."""

    page: int
    text: str
    top: int
    left: int


@dataclass(frozen=True, slots=True)
class Printed:
    """A drawn report.

    Attributes:
        console: Who drew it.
        identity: Of whom.
        font: With what.
        pages: The pictures.
        placed: Every text.
        rows: For each row that prints a dose, the place of every cell by field.
        total: The place of the line or the cell that has the total, where it is printed.
        mark: What stands behind a CTDIvol, by phantom.
        pitch: From row to row.
        phantoms: The phantom of each text in a phantom's cell.
    """

    console: Console
    identity: Identity
    font: Font
    pages: list[Picture]
    placed: list[Placed]
    rows: list[Mapping[str, int]]
    total: int | None
    mark: Mapping[str, str]
    pitch: int
    phantoms: Mapping[str, str]

    def region(self, place: Placed) -> tuple[slice, slice]:
        """The pixels that a text takes."""
        rows = slice(place.top, place.top + self.font.height)
        return rows, slice(place.left, place.left + self.font.width(place.text))

    def rewritten(self, index: int, text: str) -> "Printed":
        """The same with another text of the same width in a place."""
        place = self.placed[index]
        new = replace(place, text=text)
        pages = [page.copy() for page in self.pages]
        pages[place.page][self.region(place)] = 0
        target = pages[place.page][self.region(new)]
        target |= self.font.draw(text)[: target.shape[0], : target.shape[1]] * np.uint8(255)
        placed = [*self.placed]
        placed[index] = new
        return replace(self, pages=pages, placed=placed)


@contextmanager
def recording() -> Iterator[list[tuple[Canvas, Placed]]]:
    """Every text that is drawn on any canvas, with the canvas."""
    placed: list[tuple[Canvas, Placed]] = []
    draw = Canvas.text

    def text(self: Canvas, text: str, top: int, left: int, align: Align = Align.LEFT) -> None:
        draw(self, text, top, left, align)
        if text:
            width = self.font.draw(text).shape[1]
            placed.append((self, Placed(0, text, top, left - round(width * align.value))))

    with patch.object(Canvas, "text", text):
        yield placed


def printed(random: Random, font: Font) -> Printed:
    """Any report of any console in ``font``; raises ValueError when it is too large for it."""
    return random.choice((_dose_report, _patient_protocol))(random, font)


def _dose_report(random: Random, font: Font) -> Printed:
    examination = ge_examination(random)
    style = ge.GEStyle(rows_a_page=random.choice((3, 12, 12, 12)))
    identity = _identity(random)
    with recording() as drawn:
        pages = ge.draw(examination, identity, font, style)
    placed = _placed(pages, drawn)
    rows = _rows(placed, [_ge_cells(scan) for scan in examination.scans])
    total = _total(placed, rows, examination.total_dlp_mgy_cm)
    phantoms = {text: phantom.name for phantom, text in ge.PHANTOMS.items()}
    return Printed(GE, identity, font, pages, placed, rows, total, {}, style.pitch, phantoms)


def _ge_cells(scan: Scan) -> dict[str, str]:
    cells = {"series": scan.series, "type": scan.label, "scan_range": scan.scan_range}
    cells |= {"ctdi_vol_mgy": scan.ctdi_vol_mgy, "dlp_mgy_cm": scan.dlp_mgy_cm}
    cells["phantom"] = ge.PHANTOMS[scan.phantom] if scan.phantom else None
    return {name: text for name, text in cells.items() if text}


def _patient_protocol(random: Random, font: Font) -> Printed:
    line = random.choice(list(siemens.TotalLine))
    style = siemens.SiemensStyle(
        dlp_unit=random.choice(("mGy*cm", "mGycm", "mGy cm", "")),
        total_line=line,
        kv_heading=random.choice(("kV", "KV")),
        reference_mas=random.random() < 0.8,
        phantom_mark=random.choice(list(siemens.PhantomMark)),
    )
    examination: Examination = siemens_examination(
        random,
        topogram_dose=random.random() < 0.2,
        dlp_places=random.choice((0, 0, 0, 1, 2)),
        total=line is not siemens.TotalLine.NO_DLP,
    )
    identity = _identity(random)
    with recording() as drawn:
        pages = siemens.draw(examination, identity, font, style)
    placed = _placed(pages, drawn)
    rows = _rows(placed, [_siemens_cells(scan, style) for scan in examination.scans])
    total = _total(placed, rows, examination.total_dlp_mgy_cm)
    marks = {each.name: style.phantom_mark.behind(each) for each in Phantom}
    return Printed(SIEMENS, identity, font, pages, placed, rows, total, marks, style.pitch, {})


def _siemens_cells(scan: Scan, style: siemens.SiemensStyle) -> dict[str, str]:
    mark = style.phantom_mark.behind(scan.phantom)
    cells = {"series": scan.series, "kvp": scan.kv, "exposure": scan.tube_current_ma or scan.mas}
    cells |= {"ctdi_vol_mgy": scan.ctdi_vol_mgy and scan.ctdi_vol_mgy + mark}
    cells |= {"dlp_mgy_cm": scan.dlp_mgy_cm, "rotation_time_s": scan.rotation_time_s}
    cells["single_collimation_mm"] = scan.slice_mm
    return {name: text for name, text in cells.items() if text}


def _identity(random: Random) -> Identity:
    return Identity(
        f"1.2.826.0.1.3680043.10.{random.getrandbits(40)}",
        patient_id=str(random.randint(10**6, 10**7)),
        study_id=str(random.randint(1, 9999)),
        accession_number=f"A{random.randint(1, 99999)}",
    )


def _placed(pages: list[Picture], drawn: Sequence[tuple[Canvas, Placed]]) -> list[Placed]:
    return [
        replace(place, page=next(at for at, page in enumerate(pages) if page is canvas.picture))
        for canvas, place in drawn
    ]


def _rows(placed: Sequence[Placed], cells: Sequence[Mapping[str, str]]) -> list[Mapping[str, int]]:
    rows: list[Mapping[str, int]] = []
    start = 0
    for row in cells:
        start, found = _row(placed, start, row)
        if "dlp_mgy_cm" in row:
            rows.append(found)
    return rows


def _total(
    placed: Sequence[Placed], rows: Sequence[Mapping[str, int]], total: str | None
) -> int | None:
    if total is None:
        return None
    cells = {at for row in rows for at in row.values()}
    return next(
        at for at, place in enumerate(placed) if _says(place.text, total) and at not in cells
    )


def _says(text: str, total: str) -> bool:
    return text == total or ("DLP" in text and f" {total} " in f"{text} ")


def _row(
    placed: Sequence[Placed], start: int, cells: Mapping[str, str]
) -> tuple[int, dict[str, int]]:
    """The cells of a row, drawn one after the other on one line, from ``start`` on."""
    for first in range(start, len(placed)):
        line = (placed[first].page, placed[first].top)
        found: dict[str, int] = {}
        at = first
        for name, text in cells.items():
            while at < len(placed) and placed[at].text != text and _line(placed[at]) == line:
                at += 1
            if at == len(placed) or _line(placed[at]) != line:
                break
            found[name] = at
            at += 1
        if len(found) == len(cells):
            return at, found
    raise ValueError("a row was not drawn")


def _line(place: Placed) -> tuple[int, int]:
    return place.page, place.top


# What the picture says


@dataclass(frozen=True, slots=True)
class Readable:
    """Everything that may be read of a row; ``may_be_gone`` when its dose cannot be seen."""

    cells: Mapping[str, frozenset[Value]]
    may_be_gone: bool


def readable(report: Printed, pages: Sequence[Picture]) -> tuple[list[Readable], frozenset[Value]]:
    """What may be read of every row, and of the total, on the damaged ``pages`` of ``report``."""
    rows = [_readable_row(report, pages, row) for row in report.rows]
    if report.total is None:
        return rows, frozenset({None})
    texts = _texts(report, pages, report.placed[report.total])
    return rows, frozenset(total for text in texts for total in _totals_of(text))


def _totals_of(text: Value) -> set[Value]:
    """The total in its cell, or in the line "Total mAs 314   Total DLP 18 mGy*cm"; none if lost."""
    if text is None or fullmatch(r"(Total mAs|mAs total) +[0-9]+", text):
        return {None}
    numbers = [each for each in text.split() if fullmatch(r"[0-9]+(\.[0-9]+)?", each)]
    is_line = len(text.split()) > 1
    return {*numbers[1:2]} if is_line else {*numbers}


def _readable_row(report: Printed, pages: Sequence[Picture], row: Mapping[str, int]) -> Readable:
    cells: dict[str, set[Value]] = {}
    for name, index in row.items():
        for text in _texts(report, pages, report.placed[index]):
            for key, value in _values(report, name, text).items():
                cells.setdefault(key, set()).add(value)
        for key in _KEYS.get(name, (name,)):
            cells.setdefault(key, set())
    for name in OF_SOME_VERSIONS & cells.keys():
        cells[name].add(None)
    gone = all(None in cells[name] for name in ("ctdi_vol_mgy", "dlp_mgy_cm"))
    return Readable({key: frozenset(found) for key, found in cells.items()}, gone)


_KEYS = {
    "scan_range": ("scan_start_mm", "scan_end_mm"),
    "exposure": ("exposure_mas", "tube_current_ma"),
}


def _values(report: Printed, name: str, text: Value) -> Mapping[str, Value]:
    """What a cell's text says, by field; nothing when it is no longer well formed."""
    if text is None:
        return dict.fromkeys(_KEYS.get(name, (name,)))
    if name == "scan_range":
        return _range(text)
    if name == "exposure":
        current = fullmatch(r"([0-9]+) ?mA", text)
        return {
            "exposure_mas": text if text.isdigit() else None,
            "tube_current_ma": current[1] if current else None,
        }
    if name == "phantom":
        return {name: report.phantoms[text]} if text in report.phantoms else {}
    if name == "ctdi_vol_mgy" and not report.phantoms:
        return _marked(report, text)
    return {name: text}


def _range(text: str) -> Mapping[str, Value]:
    found = fullmatch(r"([SI])([0-9.]+)-([SI])([0-9.]+)", text)
    signs = {"S": "+", "I": "-"}
    if found is None:
        return {}
    return {"scan_start_mm": signs[found[1]] + found[2], "scan_end_mm": signs[found[3]] + found[4]}


def _marked(report: Printed, text: str) -> Mapping[str, Value]:
    for phantom, mark in report.mark.items():
        if mark and text.endswith(mark):
            return {"ctdi_vol_mgy": text.removesuffix(mark), "phantom": phantom}
    return {"ctdi_vol_mgy": text, "phantom": None} if fullmatch(r"[0-9.]+", text) else {}


def _texts(report: Printed, pages: Sequence[Picture], place: Placed) -> set[Value]:
    """What a place may be read as: None for nothing, no element when nothing is right.

    A character that is whole is itself; one that became exactly another is that one; one that is
    gone is absent, which a word survives at its ends alone (a range is one without its dash); any
    other may still be recognised.
    """
    before, after = report.pages[place.page], pages[place.page]
    if np.array_equal(before[report.region(place)], after[report.region(place)]):
        return {place.text}
    options = [_characters(report, before, after, place, at) for at in range(len(place.text))]
    found: set[Value] = set()
    for at, way in enumerate(product(*options)):
        if at == MOST_WAYS:
            break
        text = sub(f"(^| ){ERASED}+|{ERASED}+( |$)", r"\1\2", "".join(way)).strip()
        if not text:
            found.add(None)
        elif ERASED not in text:
            found.add(text)
    return found


def _characters(
    report: Printed, before: Picture, after: Picture, place: Placed, at: int
) -> set[str]:
    text = place.text
    left = place.left + report.font.width(text[:at])
    columns = slice(left, place.left + report.font.width(text[: at + 1]))
    rows = slice(place.top, place.top + report.font.height)
    was, now = before[rows, columns], after[rows, columns]
    if np.array_equal(was, now):
        return {text[at]}
    if not now.any():
        return {text[at]} if text[at] in " -" else {ERASED}
    equal = {each for each in "0123456789." if _is_drawn(report.font, each, now)}
    return equal or {text[at]}


def _is_drawn(font: Font, character: str, pixels: Picture) -> bool:
    ink = font.draw(character)
    return ink.shape == pixels.shape and np.array_equal(ink, pixels > 0)
