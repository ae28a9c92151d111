"""Scanners whose fonts none of our readers knows, and the studies they send, for the bench.

Every layout is drawn in three kinds of font: bitmaps that are left out of the atlas, outlines in
two levels, outlines antialiased; no network was trained with any of them. A scanner sends
``LESSONS`` studies that may be learnt from, and then those that are measured, ``STUDIES_A_FORM`` in
each form of storage.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from random import Random

import cv2
import numpy as np
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGBaseline8Bit

from appliance.dosescreen.fonts import load_font
from appliance.simulators.consoles import ge, hitachi, philips, siemens, toshiba
from appliance.simulators.consoles.canvas import Font, Picture
from appliance.simulators.consoles.examination import Examination, Identity
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.consoles.outline import OutlineFont
from appliance.simulators.consoles.toshiba_examination import toshiba_examination
from appliance.simulators.secondary_capture import (
    GE,
    HITACHI,
    PHILIPS,
    SIEMENS,
    TOSHIBA,
    Console,
    secondary_capture,
)
from appliance.simulators.storage_forms import StorageForm

LESSONS, STUDIES_A_FORM = 5, 2
HELD_OUT = ("lut", "ncen")
"""Bitmap fonts whose names begin so are left out of the atlas."""
FOLDER = Path("/usr/share/fonts")
ROBOTO = FOLDER / "truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf"
CARLITO = FOLDER / "truetype/crosextra/Carlito-Regular.ttf"
CANTARELL = FOLDER / "opentype/cantarell/Cantarell-Regular.otf"
GENTIUM = FOLDER / "truetype/gentium/Gentium-R.ttf"
SIZES_PX = (14, 13, 12, 11, 10)
"""The first that most of a scanner's examinations fit on the screen in."""
TRIALS = 6

Doses = tuple[str | None, tuple[tuple[str, str], ...]]
"""The total, and CTDIvol and DLP of every row that has them."""
Pages = tuple[Examination, list[Picture]]


@dataclass(frozen=True, slots=True)
class Layout:
    """A maker's console: how it draws an examination, and what it draws with.

    ``bitmap`` is a font that is held out, ``outlines`` are drawn in two levels and antialiased.
    """

    name: str
    console: Console
    draw: Callable[[Random, Identity, Font], Pages]
    bitmap: str
    outlines: tuple[Path, Path]


def _dose_report(random: Random, who: Identity, font: Font) -> Pages:
    examination = ge_examination(random)
    return examination, ge.draw(examination, who, font)


def _patient_protocol(random: Random, who: Identity, font: Font) -> Pages:
    examination = siemens_examination(random, dlp_places=random.choice((0, 0, 2)))
    return examination, siemens.draw(examination, who, font)


def _dose_summary(random: Random, who: Identity, font: Font) -> Pages:
    examination = toshiba_examination(random, random.randint(1, 3))
    family = random.choice((toshiba.Family.A, toshiba.Family.C, toshiba.Family.F))
    return examination, toshiba.draw(examination, who, font, toshiba.ToshibaStyle(family=family))


def _dose_info(random: Random, who: Identity, font: Font) -> Pages:
    examination = philips.philips_examination(random)
    return examination, philips.draw(examination, who, font)


def _simple_dose_report(random: Random, who: Identity, font: Font) -> Pages:
    examination = hitachi.hitachi_examination(random)
    return examination, hitachi.draw(examination, who, font)


LAYOUTS = (
    Layout("dose-report", GE, _dose_report, "ncenR10-100dpi", (ROBOTO, CARLITO)),
    Layout("patient-protocol", SIEMENS, _patient_protocol, "lutRS10-100dpi", (CARLITO, GENTIUM)),
    Layout("dose-summary", TOSHIBA, _dose_summary, "ncenR12-75dpi", (CANTARELL, ROBOTO)),
    Layout("dose-info", PHILIPS, _dose_info, "lutRS12-75dpi", (GENTIUM, CANTARELL)),
    Layout("simple-dose-report", HITACHI, _simple_dose_report, "lutRS10-75dpi", (ROBOTO, CARLITO)),
)


@dataclass(frozen=True, slots=True)
class Study:
    """What one scanner sent of one examination.

    Attributes:
        layout: How it is laid out.
        fonts: The kind of font.
        form: How the pictures are stored.
        is_lesson: Whether it comes before those that are measured.
        files: Its pages.
        doses: What they print.
    """

    layout: str
    fonts: str
    form: str
    is_lesson: bool
    files: tuple[str, ...]
    doses: Doses


def _lossless(picture: Picture, dataset: Dataset, random: Random) -> None:
    """As it was drawn."""


def _jpeg(picture: Picture, dataset: Dataset, random: Random) -> None:
    quality = random.randint(70, 95)
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
    dataset.PixelData = encapsulate([data])
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.LossyImageCompression = "01"


def _resampled(picture: Picture, dataset: Dataset, random: Random) -> None:
    scale = random.uniform(0.75, 1.5)
    how = random.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4))
    rows, columns = (round(px * scale) for px in picture.shape)
    pixels = np.asarray(cv2.resize(picture, (columns, rows), interpolation=how), np.uint8)
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.PixelData = pixels.tobytes() + b"\0" * (pixels.size % 2)


FORMS: Mapping[str, Callable[[Picture, Dataset, Random], None]] = {
    "lossless": _lossless,
    "JPEG of quality 70 to 95": _jpeg,
    "resampled, 0.75 to 1.5 times": _resampled,
}


def studies(folder: Path) -> list[Study]:
    """Everything that all scanners send, as files in ``folder``, scanner by scanner."""
    return [
        study
        for layout, kind in product(LAYOUTS, range(3))
        for study in _scanner(layout, kind, folder)
    ]


def _scanner(layout: Layout, kind: int, folder: Path) -> Iterator[Study]:
    random = Random(f"{layout.name} {kind}")
    name, fonts = _fonts(layout, kind)
    font = next(font for font in fonts if font is fonts[-1] or _suits(layout, font))
    console = replace(layout.console, device_serial_number=f"{layout.name}-{kind}")
    sent = ["lossless"] * LESSONS + [form for form in FORMS for _ in range(STUDIES_A_FORM)]
    for number, form in enumerate(sent):
        who = Identity(f"1.2.826.0.1.3680043.10.{random.getrandbits(60)}")
        examination, pages = _drawn(layout, random, who, font)
        objects = secondary_capture(pages, console, who, StorageForm.PLAIN)
        files: list[str] = []
        for page, dataset in zip(pages, objects, strict=True):
            FORMS[form](page, dataset, random)
            path = folder / f"{layout.name}-{kind}-{number:02}-{len(files)}.dcm"
            dataset.save_as(path, enforce_file_format=True)
            files.append(str(path))
        yield Study(layout.name, name, form, number < LESSONS, tuple(files), _doses(examination))


def _fonts(layout: Layout, kind: int) -> tuple[str, Sequence[Font]]:
    """The kind of font by name, and the font in the sizes that are tried."""
    if kind == 0:
        return "bitmaps left out of the atlas", [load_font(layout.bitmap)]
    path, antialiased = layout.outlines[kind - 1], kind > 1
    name = "outlines, antialiased" if antialiased else "outlines in two levels"
    return name, [OutlineFont(path, size, antialiased) for size in SIZES_PX]


def _suits(layout: Layout, font: Font) -> bool:
    try:
        for seed in range(TRIALS):
            layout.draw(Random(seed), Identity("1.2"), font)
    except ValueError:
        return False
    return True


def _drawn(layout: Layout, random: Random, who: Identity, font: Font) -> Pages:
    """An examination that fits on the screen."""
    while True:
        try:
            return layout.draw(random, who, font)
        except ValueError:
            continue


def _doses(examination: Examination) -> Doses:
    rows = [(scan.ctdi_vol_mgy, scan.dlp_mgy_cm) for scan in examination.scans]
    return examination.total_dlp_mgy_cm, tuple((c, d) for c, d in rows if c and d)
