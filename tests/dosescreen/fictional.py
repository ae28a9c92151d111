"""Consoles of makers that do not exist, for teaching: each prints a dose table of its own.

**Knows:** how each draws an examination, and what a person types of it.
**Does not know:** how a screen is read or taught.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from pydicom import Dataset

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles.canvas import Align, Canvas, Column, arrange
from appliance.simulators.consoles.examination import Identity, Scan, dlp_sum
from appliance.simulators.consoles.examinations import places
from appliance.simulators.secondary_capture import Console, secondary_capture

SPIRAL, SEQUENCED = CTAcquisitionType.SPIRAL, CTAcquisitionType.SEQUENCED
LEFT, RIGHT, CENTRE = Align.LEFT, Align.RIGHT, Align.CENTRE
PITCH_PX, TOP_PX, LEFT_PX, RIGHT_PX = 20, 12, 10, 630

FIELDS = (
    "label", "series", "acquisition_type", "ctdi_vol_mgy", "dlp_mgy_cm", "phantom", "kvp",
    "exposure_mas",
)  # fmt: skip
Cells = Callable[[Scan], tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Fictional:
    """A console: how its screen is titled, headed, filled and summed up."""

    name: str
    console: Console
    font: str
    title: str
    identity: tuple[str, ...]
    columns: tuple[Column, ...]
    cells: Cells
    words: dict[CTAcquisitionType, str]
    total: Callable[[str], str]
    dlp_places: int = 2
    prints: tuple[str, ...] = FIELDS

    def examination(self, random: Random) -> list[Scan]:
        """Two to five scans; those of every seed have a helical scan of a body among them."""
        scans = []
        for number in range(1, random.randint(2, 5) + 1):
            head = number > 1 and random.random() < 0.5
            kind = SEQUENCED if head and random.random() < 0.5 else SPIRAL
            ctdi = places(random.uniform(20, 70) if head else random.uniform(3, 25), 2)
            length = random.randint(120, 180) if head else random.randint(200, 480)
            scans.append(
                Scan(
                    random.choice(
                        ("CEREBRUM", "ORBITA") if head else ("THORAX", "ABDOMEN", "LUNG")
                    ),
                    str(number),
                    kind,
                    None,
                    ctdi,
                    places(float(ctdi) * length / 10, self.dlp_places),
                    Phantom.HEAD16 if head else Phantom.BODY32,
                    random.choice(("80", "100", "120", "140")),
                    str(random.randint(21, 420)),
                )
            )
        return scans

    def screen(self, scans: list[Scan], who: Identity) -> Dataset:
        """The one screen of an examination, as the console sends it."""
        font = load_font(self.font)
        canvas = Canvas(480, 640, font)
        rows = [self.cells(scan) for scan in scans]
        spans = arrange(self.columns, rows, font, LEFT_PX, RIGHT_PX)
        top = TOP_PX
        for line in self.identity:
            text = line.format(name=who.printed_name, id=who.patient_id, born=who.birth_date)
            canvas.text(text, top, LEFT_PX)
            top += PITCH_PX
        canvas.text(self.title, top + PITCH_PX, 320, CENTRE)
        top += 3 * PITCH_PX
        for column, span in zip(self.columns, spans, strict=True):
            for line_number, text in enumerate(column.heading):
                canvas.cell(text, top + line_number * (font.height + 1), span, column.align)
        top += PITCH_PX + font.height
        for cells in rows:
            for column, span, text in zip(self.columns, spans, cells, strict=True):
                canvas.cell(text, top, span, column.align)
            top += PITCH_PX
        canvas.text(self.total(dlp_sum(scans)), top + PITCH_PX, LEFT_PX)
        (dataset,) = secondary_capture([canvas.picture], self.console, who)
        return dataset


def typed(console: Fictional, scans: list[Scan]) -> dict[str, str]:
    """What a person types of an examination: field → text, as ``quarantine settle`` takes it."""
    found = {"total_dlp_mgy_cm": dlp_sum(scans)}
    for at, scan in enumerate(scans):
        values = {
            "label": scan.label,
            "series": scan.series,
            "acquisition_type": scan.acquisition_type and scan.acquisition_type.name,
            "ctdi_vol_mgy": scan.ctdi_vol_mgy,
            "dlp_mgy_cm": scan.dlp_mgy_cm,
            "phantom": scan.phantom and scan.phantom.name,
            "kvp": scan.kv,
            "exposure_mas": scan.mas,
        }
        found |= {f"events[{at}].{name}": text for name in console.prints if (text := values[name])}
    return found


def _console(maker: str, model: str, description: str) -> Console:
    return Console(maker, model, "R7.2", ("DERIVED", "SECONDARY"), 77, description)


def _orion_cells(scan: Scan) -> tuple[str, ...]:
    phantom = "Body 32cm" if scan.phantom is Phantom.BODY32 else "Head 16cm"
    mode = ORION.words[scan.acquisition_type or SPIRAL]
    return (scan.series, scan.label, mode, scan.kv or "-", scan.mas or "-",
            scan.ctdi_vol_mgy or "-", scan.dlp_mgy_cm or "-", phantom)  # fmt: skip


ORION = Fictional(
    "orion",
    _console("ORION IMAGING", "Nebula 32", "Exposure sheet"),
    "helvR10-100dpi",
    "Radiation Dose Record",
    ("Patient: {name}", "ID: {id}   Born: {born}"),
    (
        Column(("No.",), LEFT),
        Column(("Protocol",), LEFT),
        Column(("Mode",), LEFT),
        Column(("kVp",), RIGHT),
        Column(("mAs",), RIGHT),
        Column(("CTDI(vol)", "[mGy]"), RIGHT),
        Column(("DLP", "[mGy*cm]"), RIGHT),
        Column(("FOV phantom",), LEFT),
    ),
    _orion_cells,
    {SPIRAL: "Helical", SEQUENCED: "Axial"},
    lambda total: f"Sum DLP = {total} mGy*cm",
)


def _renamed_cells(scan: Scan) -> tuple[str, ...]:
    phantom = "Body 32" if scan.phantom is Phantom.BODY32 else "Head 16"
    mode = RENAMED.words[scan.acquisition_type or SPIRAL]
    return (scan.series, mode, scan.ctdi_vol_mgy or "-", scan.dlp_mgy_cm or "-", phantom)


RENAMED = Fictional(
    "renamed",
    _console("GE MEDICAL SYSTEMS", "HiSpeed NX/i", "Dose Record"),
    "helvB10-100dpi",
    "Patient Dose Summary",
    ("Patient Name: {name}", "Patient ID: {id}"),
    (
        Column(("Group",), CENTRE),
        Column(("Scan Type",), CENTRE),
        Column(("CTDIw", "(mGy)"), CENTRE),
        Column(("DLP value", "(mGy-cm)"), CENTRE),
        Column(("Dosimeter", "cm"), CENTRE),
    ),
    _renamed_cells,
    {SPIRAL: "Helical", SEQUENCED: "Axial"},
    lambda total: f"Total DLP of Exam: {total}",
    prints=("series", "acquisition_type", "ctdi_vol_mgy", "dlp_mgy_cm", "phantom"),
)


def _german_cells(scan: Scan) -> tuple[str, ...]:
    phantom = "32 cm" if scan.phantom is Phantom.BODY32 else "16 cm"
    mode = GERMAN.words[scan.acquisition_type or SPIRAL]
    return (scan.series, scan.label, mode, scan.kv or "-", scan.mas or "-",
            scan.ctdi_vol_mgy or "-", scan.dlp_mgy_cm or "-", phantom)  # fmt: skip


GERMAN = Fictional(
    "german",
    _console("RHEIN MEDIZINTECHNIK", "Lorelei 16", "Dosisprotokoll"),
    "luRS10-75dpi",
    "Dosisprotokoll",
    ("Name: {name}", "Patienten-ID: {id}", "geb. {born}"),
    (
        Column(("Nr.",), LEFT),
        Column(("Untersuchung",), LEFT),
        Column(("Modus",), LEFT),
        Column(("kV",), RIGHT),
        Column(("mAs",), RIGHT),
        Column(("CTDIvol", "(mGy)"), RIGHT),
        Column(("DLP", "(mGy*cm)"), RIGHT),
        Column(("Messphantom",), LEFT),
    ),
    _german_cells,
    {SPIRAL: "Spirale", SEQUENCED: "Sequenz"},
    lambda total: f"Gesamt-DLP: {total} mGy*cm",
    dlp_places=1,
)
CONSOLES = (ORION, RENAMED, GERMAN)
