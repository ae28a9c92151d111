"""The Toshiba "Dose Information": totals by phantom on the first page, tables on those behind it.

After what published readers know of Aquilion screens: sections in double brackets, a table under
each ``2. PROTOCOL``, ten families of headers with one to five lines, the phantom behind a number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

import numpy as np

from appliance.dose.coded import Phantom
from appliance.simulators.consoles.canvas import (
    Align,
    Canvas,
    Column,
    Font,
    Picture,
    Span,
    Words,
    arrange,
)
from appliance.simulators.consoles.examination import Examination, Identity, Scan, dlp_sum

PHANTOMS = {Phantom.HEAD16: "Head", Phantom.BODY32: "Body"}

MAS, TIME, SD = "Total mAs", "Exposure Time", "SD"
CTDI, DLP = "CTDIvol(mGy)", "DLP(mGycm)"
CTDI_E, DLP_E, CTDI_MEAN = "CTDIvol.e(mGy)", "DLP.e(mGycm)", "CTDIvol.e (Mean)"
START, END, MODE, MODULATION = "Start Pos.", "End Pos.", "Dose Red. Mode", "Modulation"
EFF_CTDI, EFF_DLP, REDUCTION = "Eff.CTDIvol Mean", "Eff.DLP", "Tot. Dose Red.(%)"
DOSES = {CTDI, CTDI_E, CTDI_MEAN, EFF_CTDI}
LENGTHS = {DLP, DLP_E, EFF_DLP}
OTHERS = {
    SD: "12.50",
    MODE: "ECO",
    MODULATION: "XYZ",
    REDUCTION: "25.4",
    "CTDIair": "40.1",
    "DLPair": "812.7",
    "Boost": "-",
    "QDS": "ON",
    "Total Image Number": "120",
}
"""What stands in the columns that belong into no report."""
Tiers = tuple[tuple[str, ...], ...]


class Family(Enum):
    """The headings of a table, line by line."""

    A = ((MAS, TIME, CTDI, DLP),)
    B = ((TIME, CTDI_E, DLP_E, MAS),)
    C = ((TIME, CTDI, DLP, SD),)
    D = ((MAS, CTDI_E, DLP_E, SD),)
    E = ((SD, CTDI_MEAN, DLP_E),)
    F = ((CTDI, DLP, SD),)
    G = ((MAS, TIME, CTDI_E, DLP_E), (REDUCTION, MODE, MODULATION))
    H = ((START, END, TIME, MAS), (EFF_CTDI, EFF_DLP, SD))
    I = ((TIME, CTDI, DLP, MAS), (EFF_DLP, MODE, START, END), (REDUCTION,))  # noqa: E741 - its name
    J = (
        (TIME, CTDI, DLP, MAS),
        (START, END, "CTDIair", "DLPair"),
        (EFF_CTDI, EFF_DLP, MODULATION, SD),
        ("Boost", "QDS", MODE, REDUCTION),
        ("Total Image Number",),
    )

    def prints(self, heading: str) -> bool:
        """Whether one of its columns has this heading."""
        return any(heading in tier for tier in self.value)


@dataclass(frozen=True, slots=True)
class ToshibaStyle:
    """How one software version draws: sizes in pixels.

    ``total`` and ``total_ctdi`` begin the lines of the totals; ``by_phantom`` says whether these
    name the phantoms. ``kanji`` are the characters of a name that no console font has. ``headings``
    stand in for the family's, ``broken`` says that a table goes on on the next page, and ``words``
    are what it prints for words of others.
    """

    rows: int = 512
    columns: int = 512
    left: int = 20
    right: int = 490
    first_line: int = 30
    pitch: int = 18
    family: Family = Family.A
    total: str = "DLP(mGycm)"
    total_ctdi: str = "CTDIvol(mGy)"
    by_phantom: bool = True
    kanji: int = 0
    identity: bool = True
    broken: bool = False
    headings: Tiers = ()
    words: Words = ()

    @property
    def tiers(self) -> Tiers:
        """The headings of a table, line by line."""
        return self.headings or self.family.value


def draw(
    examination: Examination, identity: Identity, font: Font, style: ToshibaStyle = ToshibaStyle()
) -> list[Picture]:
    """The page of totals and the pages of tables.

    Raises:
        ValueError: The font or a table is too large for the screen.
    """
    return [_totals(examination, identity, font, style), *_tables(examination, font, style)]


def _tables(examination: Examination, font: Font, style: ToshibaStyle) -> list[Picture]:
    """The pages of tables; a table that does not fit stands on the next, or goes on there."""
    pages: list[Canvas] = []
    spans = _spans(examination.scans, font, style)
    room = 0
    for _, scans in groupby(examination.scans, lambda scan: scan.series):
        left = list(scans)
        while left:
            if not pages or _rows_in(room, style) < (1 if style.broken else len(left)):
                pages.append(_detail(font, style))
                room = _lines(style)
            now = left[: max(1, _rows_in(room, style))] if style.broken else left
            _block(pages[-1], now, spans, style, _lines(style) - room + 2)
            room -= 2 + len(style.tiers) * (1 + len(now))
            left = left[len(now) :]
    return [canvas.picture for canvas in pages]


def _lines(style: ToshibaStyle) -> int:
    """Lines of text below the first two of a page."""
    return (style.rows - style.first_line) // style.pitch - 4


def _rows_in(room: int, style: ToshibaStyle) -> int:
    """Rows of a table that fit with its title and header into ``room`` lines."""
    return (room - 2) // len(style.tiers) - 1


def _totals(
    examination: Examination, identity: Identity, font: Font, style: ToshibaStyle
) -> Picture:
    canvas = Canvas(style.rows, style.columns, font, style.words)
    top = style.first_line
    indent = style.left + 10
    if style.kanji:
        label = "Patient Name (Multi-byte):"
        canvas.text(label, top, indent)
        _draw_kanji(canvas, style.kanji, top, indent + font.width(label) + 2 * font.space)
        top += style.pitch
        canvas.text(f"Patient Name: {identity.printed_name}", top, indent)
        top += 2 * style.pitch
    if style.identity:
        top = _who(canvas, identity, top, style)
    canvas.text("<<Dose Information>>", top, style.left)
    top += style.pitch
    for text in _total_lines(examination, style):
        top += style.pitch
        canvas.text(text, top, indent)
    canvas.text("<<Contrast/Enhance Information>>", top + 2 * style.pitch, style.left)
    canvas.text("Contrast Enhance: -", top + 3 * style.pitch, indent)
    return canvas.picture


def _who(canvas: Canvas, identity: Identity, top: int, style: ToshibaStyle) -> int:
    """The lines of patient and study; returns where the next text begins."""
    for text in (
        f"Patient ID: {identity.patient_id}   Study ID: {identity.study_id}",
        f"Accession Number: {identity.accession_number}   Study Date: {identity.iso_date}",
    ):
        canvas.text(text, top, style.left + 10)
        top += style.pitch
    return top + style.pitch


def _total_lines(examination: Examination, style: ToshibaStyle) -> Iterator[str]:
    yield "Total Scan time in Study: 12.3"
    if examination.total_mas is not None:
        yield f"Total mAs in Study: {examination.total_mas}"
    if not style.by_phantom:
        yield f"{style.total}: {examination.total_dlp_mgy_cm or '-'}"
        return
    doses, lengths = [], []
    for phantom, word in PHANTOMS.items():
        scans = [s for s in examination.scans if s.phantom is phantom and s.dlp_mgy_cm]
        largest = max(
            (s.ctdi_vol_mgy or "" for s in scans), key=lambda t: float(t or 0), default="-"
        )
        doses.append(f"({word}):{largest}")
        lengths.append(f"({word}):{dlp_sum(scans) if scans else '-'}")
    yield f"{style.total_ctdi} {' '.join(doses)}"
    yield f"{style.total} {' '.join(lengths)}"


def _detail(font: Font, style: ToshibaStyle) -> Canvas:
    canvas = Canvas(style.rows, style.columns, font, style.words)
    canvas.text("<<Detail Information>>", style.first_line, style.left)
    return canvas


def _block(
    canvas: Canvas, scans: Sequence[Scan], spans: Sequence[Span], style: ToshibaStyle, line: int
) -> None:
    top = style.first_line + line * style.pitch
    canvas.text(f"{scans[0].series}. {scans[0].label}", top, style.left)
    for scan in (None, *scans):
        for tier in style.tiers:
            top += style.pitch
            cells = tier if scan is None else [_cell(scan, heading) for heading in tier]
            for text, span in zip(cells, spans[1:], strict=False):
                canvas.cell(text, top, span, Align.RIGHT)
            if scan is not None and tier is style.tiers[0]:
                canvas.text(scan.mode or "", top, spans[0].left)


def _spans(scans: Sequence[Scan], font: Font, style: ToshibaStyle) -> list[Span]:
    tiers = style.tiers
    width = max(map(len, tiers))
    rows = [("", *tier) for tier in tiers]
    for scan in scans:
        rows += [(scan.mode or "", *(_cell(scan, heading) for heading in tier)) for tier in tiers]
    columns = [Column(("",), Align.LEFT), *(Column(("",), Align.RIGHT) for _ in range(width))]
    padded = [(*row, *("" for _ in range(width + 1 - len(row)))) for row in rows]
    return arrange(columns, padded, font, style.left + 10, style.right)


def _cell(scan: Scan, heading: str) -> str:
    behind = f"({PHANTOMS[scan.phantom]})" if scan.phantom else ""
    if heading in DOSES:
        return scan.ctdi_vol_mgy + behind if scan.ctdi_vol_mgy else "-"
    if heading in LENGTHS:
        return scan.dlp_mgy_cm + behind if scan.dlp_mgy_cm else "-"
    printed = {MAS: scan.mas, TIME: scan.exposure_time_s, START: scan.start_mm, END: scan.end_mm}
    return printed[heading] or "-" if heading in printed else OTHERS.get(heading, "7")


def _draw_kanji(canvas: Canvas, count: int, top: int, left: int) -> None:
    """Dense characters of strokes in a square, as those that console fonts lack."""
    size = canvas.font.height
    for at in range(count):
        ink = np.zeros((size, size), np.uint8)
        ink[:: 3 + at % 2, 1:-1] = 255
        ink[1:-1, (at % 3) :: 4] = 255
        row, column = top, left + at * (size + 2)
        canvas.picture[row : row + size, column : column + size] |= ink
