"""Reading dose screens against its peers, in one run: ``python -m tests.bench.reading``.

The same drawn screens, stored as each console stores them, go through our reader, through Tesseract
with a simple parser of lines (as it is, and three times as large and inverted), and through
PixelMed's doseocr in one warm JVM. A study is exact when every CTDIvol, every DLP and the total
are; abstained when nothing is reported; anything else is wrong. The two groups are the font each
console draws with, and any bitmap fonts. Times are of one screen, warm, on one core.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import median

import cv2
import numpy as np
import pydicom
import pytesseract
from pydicom import Dataset

from appliance.dosescreen import Outcome, default_recogniser
from appliance.dosescreen.fonts import font_names, load_font
from appliance.dosescreen.fonts.derive import digit_px
from appliance.dosescreen.screen import render
from appliance.simulators.consoles import ge, siemens
from appliance.simulators.consoles.examination import Examination, Identity
from appliance.simulators.consoles.examinations import ge_examination, siemens_examination
from appliance.simulators.secondary_capture import GE, SIEMENS, secondary_capture
from appliance.simulators.storage_forms import StorageForm

SCREENS_A_GROUP = 24
GE_FONT, SIEMENS_FONT = "helvB10-100dpi", "helvR10-75dpi"
FONTS = [name for name in font_names() if 8 <= digit_px(load_font(name)) <= 12]
ONE_CORE = {"OMP_THREAD_LIMIT": "1"}
WIDTH_OF_TERMINAL = 160

Doses = tuple[str | None, tuple[tuple[str, str], ...]]
"""The total, and CTDIvol and DLP of every row that has them."""
NOTHING: Doses = (None, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one reader made of one group of screens."""

    reader: str
    fonts: str
    screens: int
    exact: int
    wrong: int
    abstained: int
    median_ms: float
    peak_rss_mib: float


def run() -> dict[str, object]:
    """Every reader on every group, and the ratios that matter."""
    with tempfile.TemporaryDirectory() as name:
        groups = {fonts: _draw(Path(name), fonts) for fonts in ("the console's", "any bitmap")}
        rows = [
            _measured(reader, fonts, files) for reader in READERS for fonts, files in groups.items()
        ]
    return {"rows": [asdict(row) for row in rows], "ratios": _ratios(rows)}


def _ratios(rows: Sequence[Row]) -> dict[str, float]:
    ours = {row.fonts: row for row in rows if row.reader == "ours"}
    ratios = {}
    for row in rows:
        share = row.exact / row.screens
        name = f"{row.fonts} fonts, {row.reader}"
        ratios[f"{name}: exact"] = round(share, 3)
        ratios[f"{name}: wrong"] = round(row.wrong / row.screens, 3)
        if row.reader != "ours":
            ratios[f"{name}: its time / ours"] = round(row.median_ms / ours[row.fonts].median_ms, 2)
    return ratios


# The screens


def _draw(folder: Path, fonts: str) -> dict[Path, Doses]:
    """Files of one screen each, with what they print."""
    random = Random(fonts)
    found: dict[Path, Doses] = {}
    while len(found) < SCREENS_A_GROUP:
        try:
            dataset, doses = _screen(random, fonts, len(found))
        except ValueError:  # the font is too large for the screen
            continue
        path = folder / f"{fonts.split(maxsplit=1)[0]}{len(found):03}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        found[path] = doses
    return found


def _screen(random: Random, fonts: str, number: int) -> tuple[Dataset, Doses]:
    who = Identity(f"1.2.826.0.1.3680043.10.{number + 1}", patient_id=str(random.randint(1, 10**7)))
    name = None if fonts == "the console's" else random.choice(FONTS)
    if number % 2:
        report = siemens_examination(random, dlp_places=random.choice((0, 0, 2)))
        page = siemens.draw(report, who, load_font(name or SIEMENS_FONT))
        return secondary_capture(page, SIEMENS, who, StorageForm.OVERLAY)[0], _doses(report)
    report = ge_examination(random)
    page = ge.draw(report, who, load_font(name or GE_FONT))
    return secondary_capture(page, GE, who, StorageForm.SIXTEEN_BITS)[0], _doses(report)


def _doses(examination: Examination) -> Doses:
    rows = [(scan.ctdi_vol_mgy, scan.dlp_mgy_cm) for scan in examination.scans]
    return examination.total_dlp_mgy_cm, tuple((c, d) for c, d in rows if c and d)


# The readers, each in a process of its own


def _measured(reader: str, fonts: str, files: Mapping[Path, Doses]) -> Row:
    command = [*READERS[reader], *map(str, files)]
    with tempfile.TemporaryFile() as answers:
        process = subprocess.Popen(
            command, stdout=answers, stderr=subprocess.DEVNULL, env=os.environ | ONE_CORE
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        answers.seek(0)
        lines = answers.read().decode().splitlines()
    if process.returncode or len(lines) != len(files):
        raise RuntimeError(f"{reader} ended with {process.returncode}")
    told = [_parsed(line) for line in lines]
    outcomes = [
        _outcome(doses, printed) for (_, doses), printed in zip(told, files.values(), strict=True)
    ]
    return Row(
        reader=reader,
        fonts=fonts,
        screens=len(files),
        exact=outcomes.count("exact"),
        wrong=outcomes.count("wrong"),
        abstained=outcomes.count("abstained"),
        median_ms=round(median(ms for ms, _ in told), 1),
        peak_rss_mib=round(usage.ru_maxrss / 1024, 1),
    )


def _parsed(line: str) -> tuple[float, Doses]:
    """``12.5 TAB 555.72 TAB 5.10 373.00;5.10 182.72;``."""
    ms, total, rows = line.split("\t")
    pairs = (row.split(" ") for row in rows.split(";") if row)
    return float(ms), (total or None, tuple((ctdi, dlp) for ctdi, dlp in pairs))


def _outcome(told: Doses, printed: Doses) -> str:
    if told == printed:
        return "exact"
    return "wrong" if told[1] else "abstained"


def _ours() -> Callable[[Path], Doses]:
    recogniser = default_recogniser()

    def read(path: Path) -> Doses:
        found = recogniser.recognise([pydicom.dcmread(path)])
        if found.outcome is not Outcome.RECOGNISED or found.record is None:
            return NOTHING
        total = found.record.total_dlp_mgy_cm
        rows = (
            (event.ctdi_vol_mgy.text, event.dlp_mgy_cm.text)
            for event in found.record.dose_events
            if event.ctdi_vol_mgy and event.dlp_mgy_cm
        )
        return total.text if total else None, tuple(rows)

    return read


def _tesseract(scale: int) -> Callable[[Path], Doses]:
    def read(path: Path) -> Doses:
        ink = render(pydicom.dcmread(path))[0].ink
        if scale > 1:
            larger = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
            ink = 255 - np.asarray(larger, np.uint8)
        return _lines(pytesseract.image_to_string(ink, config="--psm 6"))

    return read


NUMBER = r"(\d+(?:\.\d+)?)"
ROW = re.compile(rf"(?:-[SI]?\d+\.\d+\s+|/\s*\d+\s+){NUMBER}\s+{NUMBER}\b")
"""CTDIvol and DLP behind a scan range or a reference mAs."""
TOTAL = re.compile(rf"(?:Total (?:Exam )?DLP|DLP total):?\s*{NUMBER}")


def _lines(text: str) -> Doses:
    """The parser that everybody writes first."""
    rows = [(found[1], found[2]) for found in map(ROW.search, text.splitlines()) if found]
    total = TOTAL.search(text)
    return total[1] if total else None, tuple(rows)


def _answers(read: Callable[[Path], Doses], paths: Sequence[str]) -> Iterator[str]:
    read(Path(paths[0]))  # warm
    for path in paths:
        started_s = time.perf_counter()
        total, rows = read(Path(path))
        ms = (time.perf_counter() - started_s) * 1000
        yield f"{ms}\t{total or ''}\t{''.join(f'{ctdi} {dlp};' for ctdi, dlp in rows)}"


IN_PYTHON: Mapping[str, Callable[[], Callable[[Path], Doses]]] = {
    "ours": _ours,
    "tesseract": lambda: _tesseract(1),
    "tesseract, three times as large": lambda: _tesseract(3),
}
DOSEOCR = Path(__file__).with_name("ReadDoseScreens.java")
LIBRARIES = "/usr/share/java/pixelmed.jar:/usr/share/java/pixelmed_imageio.jar"
READERS = {name: [sys.executable, "-m", "tests.bench.reading", name] for name in IN_PYTHON} | {
    "doseocr": ["java", "-Djava.awt.headless=true", "-cp", LIBRARIES, str(DOSEOCR)]
}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        for answer in _answers(IN_PYTHON[sys.argv[1]](), sys.argv[2:]):
            print(answer)  # noqa: T201 - for the process that measures
    else:
        print(json.dumps(run(), indent=1))  # noqa: T201 - the result
