"""The GE "Dose Report": a centred table, one or several pages, white on black.

After real screens of LightSpeed and Discovery consoles: title, six columns with two lines of
heading, series and type half a line lower, the total under the DLPs of the last page, the
page as n/m below.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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
    ordered,
)
from appliance.simulators.consoles.examination import Examination, Identity, Scan, of_no_report

COLUMNS = (
    Column(("Series",), Align.CENTRE),
    Column(("Type",), Align.CENTRE),
    Column(("Scan Range", "(mm)"), Align.CENTRE),
    Column(("CTDIvol", "(mGy)"), Align.CENTRE),
    Column(("DLP", "(mGy-cm)"), Align.CENTRE),
    Column(("Phantom", "cm"), Align.CENTRE),
)
DLP_COLUMN = 4
PHANTOMS = {Phantom.BODY32: "Body 32", Phantom.HEAD16: "Head 16"}


@dataclass(frozen=True, slots=True)
class GEStyle:
    """How one software version draws: sizes in pixels, rows a page.

    ``order`` are the columns it has, by place in ``COLUMNS``; none: all. ``more`` are the headings
    of those that other versions lack, ``words`` what it prints for words of others.
    """

    rows: int = 512
    columns: int = 512
    left: int = 12
    right: int = 506
    first_line: int = 8
    title: int = 116
    pitch: int = 20
    rows_a_page: int = 12
    model: str = "LightSpeed VCT"
    order: tuple[int, ...] = ()
    more: tuple[str, ...] = ()
    words: Words = ()


def draw(
    examination: Examination, identity: Identity, font: Font, style: GEStyle = GEStyle()
) -> list[Picture]:
    """The pages of a Dose Report.

    Raises:
        ValueError: The font or the table is too large for the screen.
    """
    cells = [_cells(scan, style) for scan in examination.scans]
    spans = arrange(_columns(style), cells, font, style.left, style.right)
    size = style.rows_a_page
    chunks = [cells[at : at + size] for at in range(0, len(cells), size)]
    pages = []
    for number, chunk in enumerate(chunks, 1):
        last = number == len(chunks)
        total = examination.total_dlp_mgy_cm if last else None
        canvas = Canvas(style.rows, style.columns, font, style.words)
        _head(canvas, identity, style)
        _table(canvas, spans, chunk, total, style)
        foot = row_top(len(chunk) + 2, style)
        canvas.text(f"{number}/{len(chunks)}", foot, style.columns // 2, Align.CENTRE)
        pages.append(canvas.picture)
    return pages


def _columns(style: GEStyle) -> tuple[Column, ...]:
    more = [Column((heading,), Align.CENTRE) for heading in style.more]
    return ordered(COLUMNS, style.order, more)


def _cells(scan: Scan, style: GEStyle) -> tuple[str, ...]:
    phantom = PHANTOMS[scan.phantom] if scan.phantom else None
    printed = (scan.scan_range, scan.ctdi_vol_mgy, scan.dlp_mgy_cm, phantom)
    cells = (scan.series, scan.label, *(text or "-" for text in printed))
    return ordered(cells, style.order, of_no_report(scan, style.more))


def _head(canvas: Canvas, identity: Identity, style: GEStyle) -> None:
    left = (
        f"Patient Name: {identity.printed_name}",
        f"Accession Number: {identity.accession_number}",
        f"Patient ID: {identity.patient_id}",
        f"Exam Description: {identity.description}",
    )
    right = (
        f"Exam no: {identity.study_id}",
        identity.printed_date(" "),
        style.model,
    )
    for line, text in enumerate(left):
        canvas.text(text, style.first_line + line * style.pitch, style.left)
    for line, text in enumerate(right):
        canvas.text(text, style.first_line + line * style.pitch, style.right, Align.RIGHT)
    canvas.text("Dose Report", style.title, style.columns // 2, Align.CENTRE)


def row_top(line: int, style: GEStyle = GEStyle()) -> int:
    """The pixel row where a page's row ``line`` (from 0) begins; the total follows the last."""
    return style.title + (3 + line) * style.pitch


def _table(
    canvas: Canvas,
    spans: Sequence[Span],
    rows: Sequence[Sequence[str]],
    total: str | None,
    style: GEStyle,
) -> None:
    second = canvas.font.height + 1
    columns = _columns(style)
    for column, span in zip(columns, spans, strict=True):
        top = style.title + style.pitch + (second // 2 if len(column.heading) == 1 else 0)
        for line, text in enumerate(column.heading):
            canvas.cell(text, top + line * second, span, column.align)
    for line, cells in enumerate(rows):
        for text, column, span in zip(cells, columns, spans, strict=True):
            canvas.cell(text, row_top(line, style), span, column.align)
    if total is not None:
        top = row_top(len(rows), style)
        dlp = spans[columns.index(COLUMNS[DLP_COLUMN])]
        canvas.cell(total, top, dlp, Align.CENTRE)
        edge = dlp.left + (dlp.width - canvas.font.width(total)) // 2 - 4 * canvas.font.space
        canvas.text("Total Exam DLP:", top, min(edge, dlp.left - canvas.font.space), Align.RIGHT)
