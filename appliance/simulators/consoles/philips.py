"""The Philips "Dose Info": a line a scan, the total below, white on black.

After descriptions of Brilliance and Ingenuity screens: units in brackets on a second line of the
heading, surviews with or without dose, the phantom with or without its unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
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
    STATIONARY,
    Region,
    places,
)

PHANTOMS = {Phantom.BODY32: "BODY 32", Phantom.HEAD16: "HEAD 16"}
REGIONS = (
    Region("Abdomen", BODY32, (3, 28), (180, 520)),
    Region("Chest", BODY32, (1, 16), (220, 420)),
    Region("Kidneys", BODY32, (3, 24), (150, 320)),
    Region("Brain", HEAD16, (38, 75), (110, 190), SEQUENCED),
    Region("Sinus", HEAD16, (8, 30), (90, 150)),
    Region("Locator", BODY32, (0.8, 4), (10, 10), STATIONARY, still=True),
)
MODES = {SEQUENCED: "Axial", STATIONARY: "Locator", CTAcquisitionType.SPIRAL: "Helical"}


@dataclass(frozen=True, slots=True)
class PhilipsStyle:
    """How one software version draws: sizes in pixels.

    ``order`` are the columns it has, by place; none: all. ``more`` are the headings of those that
    other versions lack, ``notes`` lines below the total, ``words`` what it prints for words of
    others.
    """

    rows: int = 512
    columns: int = 512
    left: int = 7
    right: int = 506
    first_line: int = 16
    pitch: int = 14
    scan_heading: str = "Scan mode"
    phantom_heading: tuple[str, str] = ("Phantom Type", "[cm]")
    phantom_unit: str = " CM"
    order: tuple[int, ...] = ()
    more: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    words: Words = ()


def draw(
    examination: Examination, identity: Identity, font: Font, style: PhilipsStyle = PhilipsStyle()
) -> list[Picture]:
    """The one page of a Dose Info.

    Raises:
        ValueError: The font or the table is too large for the screen.
    """
    canvas = Canvas(style.rows, style.columns, font, style.words)
    columns = _columns(style)
    cells = [_cells(scan, style) for scan in examination.scans]
    spans = arrange(columns, cells, font, style.left, style.right)
    top = style.first_line
    for text in _head(identity):
        canvas.text(text, top, style.left)
        top += style.pitch
    for column, span in zip(columns, spans, strict=True):
        for line, text in enumerate(column.heading):
            canvas.cell(text, top + line * style.pitch, span, column.align)
    top += style.pitch
    for row in cells:
        top += style.pitch
        for column, span, text in zip(columns, spans, row, strict=True):
            canvas.cell(text, top, span, column.align)
    total = f"Total DLP [mGy*cm]: {examination.total_dlp_mgy_cm}"
    for text in ("", total, *style.notes):
        top += style.pitch
        canvas.text(text, top, style.left)
    return [canvas.picture]


def _head(identity: Identity) -> Iterator[str]:
    yield f"Patient Name: {identity.printed_name}"
    yield f"Patient ID: {identity.patient_id}   Accession Number: {identity.accession_number}"
    yield f"Study ID: {identity.study_id}   Study Date: {identity.iso_date}"
    yield ""


def _columns(style: PhilipsStyle) -> tuple[Column, ...]:
    columns = (
        Column(("#",), Align.LEFT),
        Column(("Description",), Align.LEFT),
        Column((style.scan_heading,), Align.LEFT),
        Column(("mAs",), Align.RIGHT),
        Column(("kV",), Align.RIGHT),
        Column(("CTDIvol", "[mGy]"), Align.RIGHT),
        Column(("DLP", "[mGy*cm]"), Align.RIGHT),
        Column(style.phantom_heading, Align.LEFT),
    )
    more = [Column((heading,), Align.RIGHT) for heading in style.more]
    return ordered(columns, style.order, more)


def _cells(scan: Scan, style: PhilipsStyle) -> tuple[str, ...]:
    phantom = PHANTOMS[scan.phantom] + style.phantom_unit if scan.phantom else ""
    printed = (scan.mas, scan.kv, scan.ctdi_vol_mgy, scan.dlp_mgy_cm)
    cells = (scan.series, scan.label, scan.mode or "", *(each or "-" for each in printed), phantom)
    return ordered(cells, style.order, of_no_report(scan, style.more))


def philips_examination(
    random: Random, scans: int | None = None, *, ctdi_places: int = 1, surview_dose: bool = False
) -> Examination:
    """A surview and one to six (or ``scans``) scans; DLP with one decimal."""
    surview = Scan("Surview", "1", CONSTANT_ANGLE, kv="120", mode="Surview")
    if surview_dose:
        surview = replace(surview, ctdi_vol_mgy=places(Decimal("0.1"), ctdi_places))
        surview = replace(surview, dlp_mgy_cm=places(random.uniform(2, 8), 1), phantom=BODY32)
    rows = (surview, *_scans(random, scans or random.randint(1, 6), ctdi_places))
    return Examination(rows, dlp_sum(rows))


def _scans(random: Random, count: int, ctdi_places: int) -> Iterator[Scan]:
    for number in range(2, count + 2):
        region = random.choice(REGIONS)
        dose = Decimal(places(random.uniform(*region.ctdi_vol_mgy), ctdi_places))
        yield Scan(
            region.label,
            str(number),
            region.acquisition_type,
            ctdi_vol_mgy=str(dose),
            dlp_mgy_cm=places(dose * random.randint(*region.length_mm) / 10, 1),
            phantom=region.phantom,
            kv=random.choice(("80", "100", "120", "140")),
            mas=str(random.randint(20, 400)),
            mode=MODES[region.acquisition_type],
        )
