"""The Siemens "Patient Protocol": a table of right-aligned numbers, small, white on black.

After real screens and the variants that their readers document: units, order of words, with or
without a total, reference mAs, phantom marks with a legend, topograms with dose, remarks below.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from appliance.dose.coded import Phantom
from appliance.simulators.consoles.canvas import (
    Align,
    Canvas,
    Column,
    Font,
    Picture,
    Words,
    arrange,
    ordered,
)
from appliance.simulators.consoles.examination import Examination, Identity, Scan, of_no_report


class PhantomMark(Enum):
    """What stands behind a CTDIvol, for 32 cm and for 16 cm, and the legend below the table."""

    NONE = ("", "", "")
    PARENTHESES = ("(a)", "(b)", "Phantom Type (a)32cm (b)16cm")
    LETTER = (" a", " b", "Phantom Type  a 32cm  b 16cm")
    SIZE = ("L", "S", "L = 32cm, S = 16cm")

    def behind(self, phantom: Phantom | None) -> str:
        """The mark of one value."""
        body, head, _ = self.value
        return {None: "", Phantom.BODY32: body, Phantom.HEAD16: head}[phantom]

    @property
    def legend(self) -> str:
        """The line that explains the marks; empty where there are none."""
        return self.value[2]


class TotalLine(Enum):
    """How the sums are worded."""

    TOTAL_FIRST = "Total mAs {mas}   Total DLP {dlp} {unit}"
    TOTAL_LAST = "mAs total {mas}   DLP total {dlp} {unit}"
    GERMAN = "Gesamt mAs {mas}   Gesamt DLP {dlp} {unit}"
    NO_DLP = "Total mAs {mas}"


CONTRAST = (
    "Medium    Type  Iodine Conc.   Volume    Flow    CM Ratio",
    "                     mg/ml        ml     ml/s",
    "Contrast    -         300         80      3.0      100%",
)
"""The block that newer versions print below the scans, from memory."""


@dataclass(frozen=True, slots=True)
class SiemensStyle:
    """How one software version draws: sizes in pixels.

    ``patient`` says whether the patient's name and number are printed. ``new_position`` stands
    before the last scan, ``notes`` below the table. ``order`` are the columns it has, by place;
    none: all. ``more`` are the headings of those that other versions lack, ``words`` what it
    prints for words of others.
    """

    rows: int = 512
    columns: int = 512
    left: int = 10
    right: int = 502
    first_line: int = 18
    pitch: int = 13
    dlp_unit: str = "mGy*cm"
    """As printed; empty for versions that print no units."""
    total_line: TotalLine = TotalLine.TOTAL_FIRST
    kv_heading: str = "kV"
    reference_mas: bool = True
    phantom_mark: PhantomMark = PhantomMark.NONE
    dose_heading: str = "CTDIvol"
    patient: bool = True
    position: str = "Patient Position"
    new_position: str = ""
    notes: tuple[str, ...] = ()
    order: tuple[int, ...] = ()
    more: tuple[str, ...] = ()
    words: Words = ()


def draw(
    examination: Examination, identity: Identity, font: Font, style: SiemensStyle = SiemensStyle()
) -> list[Picture]:
    """The one page of a Patient Protocol.

    Raises:
        ValueError: The font or the table is too large for the screen.
    """
    canvas = Canvas(style.rows, style.columns, font, style.words)
    columns = _columns(style)
    cells = [_cells(scan, style) for scan in examination.scans]
    widths = [
        tuple("" if text and text == scan.tube_current_ma else text for text in row)
        for row, scan in zip(cells, examination.scans, strict=True)
    ]
    spans = arrange(columns, widths, font, style.left, style.right)
    top = style.first_line
    for text in _head(examination, identity, style):
        canvas.text(text, top, style.left)
        top += style.pitch
    for column, span in zip(columns, spans, strict=True):
        for line, text in enumerate(column.heading):
            canvas.cell(text, top + line * style.pitch, span, column.align)
    top += 3 * style.pitch
    canvas.text(f"{style.position} {examination.position}", top, style.left)
    for scan, row in zip(examination.scans, cells, strict=True):
        top += style.pitch
        if style.new_position and scan is examination.scans[-1]:
            canvas.text(f"New Position {style.new_position}", top, style.left)
            top += style.pitch
        for column, span, text in zip(columns, spans, row, strict=True):
            align = Align.LEFT if text and text == scan.tube_current_ma else column.align
            canvas.cell(text, top, span, align)
    _below(canvas, (style.phantom_mark.legend, *style.notes), top + 3 * style.pitch, style)
    return [canvas.picture]


def _below(canvas: Canvas, texts: Sequence[str], top: int, style: SiemensStyle) -> None:
    for text in filter(None, texts):
        canvas.text(text, top, style.left)
        top += style.pitch


def _columns(style: SiemensStyle) -> tuple[Column, ...]:
    dose_unit = "mGy" if style.dlp_unit else ""
    columns = (
        Column(("",), Align.LEFT),
        Column(("Scan",), Align.RIGHT),
        Column((style.kv_heading,), Align.RIGHT),
        Column(("mAs",), Align.RIGHT),
        Column(("/ ref." if style.reference_mas else "",), Align.LEFT, joined=True),
        Column((style.dose_heading, dose_unit), Align.RIGHT),
        Column(("DLP", style.dlp_unit), Align.RIGHT),
        Column(("TI", "s"), Align.RIGHT),
        Column(("cSL", "mm"), Align.RIGHT),
    )
    more = [Column((heading,), Align.RIGHT) for heading in style.more]
    return ordered(columns, style.order, more)


def _cells(scan: Scan, style: SiemensStyle) -> tuple[str, ...]:
    reference = style.reference_mas and scan.reference_mas
    dose = scan.ctdi_vol_mgy and scan.ctdi_vol_mgy + style.phantom_mark.behind(scan.phantom)
    cells = (
        scan.label,
        scan.series,
        scan.kv or "",
        scan.tube_current_ma or scan.mas or "",
        f"/ {scan.reference_mas}" if reference else "",
        dose or "",
        scan.dlp_mgy_cm or "",
        scan.rotation_time_s or "",
        scan.slice_mm or "",
    )
    return ordered(cells, style.order, of_no_report(scan, style.more))


def _head(examination: Examination, identity: Identity, style: SiemensStyle) -> Iterator[str]:
    time = identity.study_time
    yield f"{identity.printed_date('-')} {time[:2]}:{time[2:4]}"
    yield ""
    yield f"{identity.printed_name}, {identity.birth_date[:4]}" if style.patient else ""
    yield f"Patient ID: {identity.patient_id}" if style.patient else ""
    yield from ("Ward:", "Physician:", "Operator:", "", "", "")
    yield style.total_line.value.format(
        mas=examination.total_mas, dlp=examination.total_dlp_mgy_cm or "", unit=style.dlp_unit
    ).rstrip()
    yield ""
