"""The Hitachi "Dose Report": a line a scan, the total below, white on black.

From memory of what such screens show, not after a real one. "Volume" is a helical scan here.
"""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from appliance.dose.coded import CTAcquisitionType, Phantom
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
from appliance.simulators.consoles.examination import (
    Examination,
    Identity,
    Scan,
    dlp_sum,
    of_no_report,
)
from appliance.simulators.consoles.examinations import (
    BODY32,
    CONSTANT_ANGLE,
    HEAD16,
    SEQUENCED,
    Region,
    places,
)

PHANTOMS = {Phantom.BODY32: "Body(32cm)", Phantom.HEAD16: "Head(16cm)"}
REGIONS = (
    Region("Volume", BODY32, (3, 28), (180, 520)),
    Region("Volume", HEAD16, (20, 70), (110, 190)),
    Region("Normal", HEAD16, (38, 75), (110, 190), SEQUENCED),
)
COLUMNS = (
    Column(("No.",), Align.LEFT),
    Column(("Scan Mode",), Align.LEFT),
    Column(("Scan Range(mm)",), Align.RIGHT),
    Column(("kV",), Align.RIGHT),
    Column(("mAs",), Align.RIGHT),
    Column(("CTDIvol(mGy)",), Align.RIGHT),
    Column(("DLP(mGy.cm)",), Align.RIGHT),
    Column(("Phantom",), Align.LEFT),
)


@dataclass(frozen=True, slots=True)
class HitachiStyle:
    """How one software version draws: sizes in pixels.

    ``order`` are the columns it has, by place in ``COLUMNS``; none: all. ``more`` are the headings
    of those that other versions lack, ``words`` what it prints for words of others.
    """

    rows: int = 512
    columns: int = 640
    left: int = 8
    right: int = 632
    first_line: int = 16
    pitch: int = 18
    order: tuple[int, ...] = ()
    more: tuple[str, ...] = ()
    words: Words = ()


def draw(
    examination: Examination, identity: Identity, font: Font, style: HitachiStyle = HitachiStyle()
) -> list[Picture]:
    """The one page of a Dose Report.

    Raises:
        ValueError: The font or the table is too large for the screen.
    """
    canvas = Canvas(style.rows, style.columns, font, style.words)
    columns = ordered(
        COLUMNS, style.order, [Column((heading,), Align.RIGHT) for heading in style.more]
    )
    cells = [_cells(scan, style) for scan in examination.scans]
    spans = arrange(columns, cells, font, style.left, style.right)
    top = style.first_line
    who = f"ID: {identity.patient_id}   Date: {identity.iso_date}"
    for text in ("Dose Report", who, ""):
        canvas.text(text, top, style.left)
        top += style.pitch
    for row in (tuple(column.heading[0] for column in columns), *cells):
        for column, span, text in zip(columns, spans, row, strict=True):
            canvas.cell(text, top, span, column.align)
        top += style.pitch
    canvas.text(f"Total DLP  {examination.total_dlp_mgy_cm} mGy.cm", top + style.pitch, style.left)
    return [canvas.picture]


def _cells(scan: Scan, style: HitachiStyle) -> tuple[str, ...]:
    phantom = PHANTOMS[scan.phantom] if scan.phantom else None
    printed = (scan.scan_range, scan.kv, scan.mas, scan.ctdi_vol_mgy, scan.dlp_mgy_cm, phantom)
    cells = (scan.series, scan.label, *(each or "-" for each in printed))
    return ordered(cells, style.order, of_no_report(scan, style.more))


def hitachi_examination(random: Random, scans: int | None = None) -> Examination:
    """A scanogram and one to five (or ``scans``) scans."""
    rows = [Scan("Scanogram", "1", CONSTANT_ANGLE, kv="120")]
    for number in range(2, (scans or random.randint(1, 5)) + 2):
        region = random.choice(REGIONS)
        dose = Decimal(places(random.uniform(*region.ctdi_vol_mgy), 1))
        length = random.randint(*region.length_mm)
        overranging = 30 if region.acquisition_type is CTAcquisitionType.SPIRAL else 0
        rows.append(
            Scan(
                region.label,
                str(number),
                region.acquisition_type,
                scan_range=f"0.0 - {places(length, 1)}",
                ctdi_vol_mgy=str(dose),
                dlp_mgy_cm=places(dose * (length + overranging) / 10, 1),
                phantom=region.phantom,
                kv="120",
                mas=str(random.randint(40, 400)),
            )
        )
    return Examination(tuple(rows), dlp_sum(rows))
