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
from appliance.simulators.consoles.canvas import Align, Canvas, Column, Font, Picture, Span, arrange
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
    START: "+10.0",
    END: "-320.5",
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
    name the phantoms. ``kanji`` are the characters of a name that no console font has.
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


def draw(
    examination: Examination, identity: Identity, font: Font, style: ToshibaStyle = ToshibaStyle()
) -> list[Picture]:
    """The page of totals and the pages of tables.

    Raises:
        ValueError: The font or a table is too large for the screen.
    """
    pages = [_totals(examination, identity, font, style)]
    blocks = [list(scans) for _, scans in groupby(examination.scans, lambda scan: scan.series)]
    spans = _spans(examination.scans, font, style)
    room = (style.rows - style.first_line) // style.pitch - 2
    canvas, line = _detail(font, style), room
    for scans in blocks:
        lines = 2 + len(style.family.value) * (1 + len(scans))
        if line + lines > room:
            canvas, line = _detail(font, style), 2
            pages.append(canvas.picture)
        _block(canvas, scans, spans, style, line)
        line += lines
    return pages


def _totals(
    examination: Examination, identity: Identity, font: Font, style: ToshibaStyle
) -> Picture:
    canvas = Canvas(style.rows, style.columns, font)
    top = style.first_line
    indent = style.left + 10
    if style.kanji:
        label = "Patient Name (Multi-byte):"
        canvas.text(label, top, indent)
        _draw_kanji(canvas, style.kanji, top, indent + font.width(label) + 2 * font.space)
        top += style.pitch
        canvas.text(f"Patient Name: {identity.printed_name}", top, indent)
        top += 2 * style.pitch
    canvas.text("<<Dose Information>>", top, style.left)
    top += style.pitch
    for text in _total_lines(examination, style):
        top += style.pitch
        canvas.text(text, top, indent)
    canvas.text("<<Contrast/Enhance Information>>", top + 2 * style.pitch, style.left)
    canvas.text("Contrast Enhance: -", top + 3 * style.pitch, indent)
    return canvas.picture


def _total_lines(examination: Examination, style: ToshibaStyle) -> Iterator[str]:
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
    canvas = Canvas(style.rows, style.columns, font)
    canvas.text("<<Detail Information>>", style.first_line, style.left)
    return canvas


def _block(
    canvas: Canvas, scans: Sequence[Scan], spans: Sequence[Span], style: ToshibaStyle, line: int
) -> None:
    top = style.first_line + line * style.pitch
    canvas.text(f"{scans[0].series}. {scans[0].label}", top, style.left)
    for scan in (None, *scans):
        for tier in style.family.value:
            top += style.pitch
            cells = tier if scan is None else [_cell(scan, heading) for heading in tier]
            for text, span in zip(cells, spans[1:], strict=False):
                canvas.cell(text, top, span, Align.RIGHT)
            if scan is not None and tier is style.family.value[0]:
                canvas.text(scan.mode or "", top, spans[0].left)


def _spans(scans: Sequence[Scan], font: Font, style: ToshibaStyle) -> list[Span]:
    tiers = style.family.value
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
    printed = {MAS: scan.mas, TIME: scan.exposure_time_s}
    return printed[heading] or "-" if heading in printed else OTHERS[heading]


def _draw_kanji(canvas: Canvas, count: int, top: int, left: int) -> None:
    """Dense characters of strokes in a square, as those that console fonts lack."""
    size = canvas.font.height
    for at in range(count):
        ink = np.zeros((size, size), np.uint8)
        ink[:: 3 + at % 2, 1:-1] = 255
        ink[1:-1, (at % 3) :: 4] = 255
        row, column = top, left + at * (size + 2)
        canvas.picture[row : row + size, column : column + size] |= ink
