"""Screens that know what stands where on them, for ``readable`` to say what is left of them.

**Knows:** every text a console drew, its place, and which value of which row it is.
**Does not know:** how a screen is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from unittest.mock import patch

import numpy as np

from appliance.dose.coded import Phantom
from appliance.dosescreen.fonts import font_names, load_font
from appliance.dosescreen.fonts.derive import digit_px
from appliance.simulators.consoles import ge, hitachi, philips, siemens, toshiba
from appliance.simulators.consoles.canvas import Align, Canvas, Font, Picture
from appliance.simulators.consoles.examination import Examination, Identity, Scan
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

DIGIT_PX = range(7, 14)
FONTS = [name for name in font_names() if digit_px(load_font(name)) in DIGIT_PX]


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
        mark: What stands behind a dose, by phantom.
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
    return random.choice(CONSOLES)(random, font)


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
        pitch=max(13, font.height - 2),
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


def _dose_info(random: Random, font: Font) -> Printed:
    style = philips.PhilipsStyle(
        phantom_unit=random.choice((" CM", "")), pitch=max(14, font.height - 2)
    )
    examination = philips.philips_examination(
        random, ctdi_places=random.choice((1, 1, 2)), surview_dose=random.random() < 0.3
    )
    identity = _identity(random)
    with recording() as drawn:
        pages = philips.draw(examination, identity, font, style)
    phantoms = {p: text + style.phantom_unit for p, text in philips.PHANTOMS.items()}
    placed = _placed(pages, drawn)
    rows = _rows(placed, [_flat_cells(scan, phantoms) for scan in examination.scans])
    total = _total(placed, rows, examination.total_dlp_mgy_cm)
    names = {text: phantom.name for phantom, text in phantoms.items()}
    return Printed(PHILIPS, identity, font, pages, placed, rows, total, {}, style.pitch, names)


def _simple_dose_report(random: Random, font: Font) -> Printed:
    examination, identity = hitachi.hitachi_examination(random), _identity(random)
    style = hitachi.HitachiStyle()
    with recording() as drawn:
        pages = hitachi.draw(examination, identity, font, style)
    placed = _placed(pages, drawn)
    rows = _rows(placed, [_flat_cells(scan, hitachi.PHANTOMS) for scan in examination.scans])
    total = _total(placed, rows, examination.total_dlp_mgy_cm)
    names = {text: phantom.name for phantom, text in hitachi.PHANTOMS.items()}
    return Printed(HITACHI, identity, font, pages, placed, rows, total, {}, style.pitch, names)


ONE_LINE = "ABCDEFG"
"""Families of headers that print the doses on the first line of a row."""


def _dose_summary(random: Random, font: Font) -> Printed:
    family = toshiba.Family[random.choice(ONE_LINE)]
    style = toshiba.ToshibaStyle(
        rows=random.choice((512, 320)), columns=560, right=540, family=family, by_phantom=False
    )
    examination = toshiba_examination(random, decimals=random.choice((1, 1, 2)))
    identity = _identity(random)
    with recording() as drawn:
        pages = toshiba.draw(examination, identity, font, style)
    placed = _placed(pages, drawn)
    rows = _rows(placed, [_summary_cells(scan, style) for scan in examination.scans])
    total = _total(placed, rows, examination.total_dlp_mgy_cm)
    marks = {phantom.name: f"({word})" for phantom, word in toshiba.PHANTOMS.items()}
    return Printed(TOSHIBA, identity, font, pages, placed, rows, total, marks, style.pitch, {})


def _summary_cells(scan: Scan, style: toshiba.ToshibaStyle) -> dict[str, str]:
    behind = f"({toshiba.PHANTOMS[scan.phantom]})" if scan.phantom else ""
    printed = {
        **dict.fromkeys(toshiba.DOSES, ("ctdi_vol_mgy", scan.ctdi_vol_mgy, behind)),
        **dict.fromkeys(toshiba.LENGTHS, ("dlp_mgy_cm", scan.dlp_mgy_cm, behind)),
        toshiba.MAS: ("exposure_mas", scan.mas, ""),
        toshiba.TIME: ("exposure_time_s", scan.exposure_time_s, ""),
    }
    cells = (printed[heading] for heading in style.tiers[0] if heading in printed)
    return {name: text + mark for name, text, mark in cells if text}


def _flat_cells(scan: Scan, phantoms: Mapping[Phantom, str]) -> dict[str, str]:
    cells = {"series": scan.series, "ctdi_vol_mgy": scan.ctdi_vol_mgy}
    cells |= {"dlp_mgy_cm": scan.dlp_mgy_cm}
    cells["phantom"] = phantoms[scan.phantom] if scan.phantom else None
    return {name: text for name, text in cells.items() if text}


CONSOLES = (
    *(_dose_report, _patient_protocol) * 3,  # the most
    _dose_info,
    _simple_dose_report,
    _dose_summary,
)


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
    return text == total or ("DLP" in text and total in text.split())


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
