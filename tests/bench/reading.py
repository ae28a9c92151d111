"""Reading dose screens against its peers, in one run: ``python -m tests.bench.reading``.

The same studies (``scanners``) go through our reader, once as at first contact and once knowing
what the scanner's first studies taught; through Tesseract with a simple parser of lines, as it is
and three times as large and inverted; and through PixelMed's doseocr in one warm JVM. A study is
exact when every CTDIvol, every DLP and the total are; abstained when nothing is reported; anything
else is wrong. Pictures that are no dose screen must be set aside. Times are of one screen, warm, on
one core.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
import pydicom
import pytesseract

from appliance.dosescreen import Outcome, Recogniser, Recognition, default_recogniser
from appliance.dosescreen.atlas import Atlas, atlas_of, primed
from appliance.dosescreen.fonts import every_font
from appliance.dosescreen.learning import LearntAtlas  # noqa: TC001
from appliance.dosescreen.readers.glyphs import GlyphReader
from appliance.dosescreen.screen import render
from tests.bench.scanners import HELD_OUT, Doses, Study, studies
from tests.dosescreen.pictures import DRAWN, stored

ONE_CORE = {"OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
PICTURE_PX = (512, 1024, 2048)
NOTHING: Doses = (None, ())
ALL, PICTURES = "all", "pictures"
MODULE = "tests.bench.reading"

Read = Callable[[Study], Doses]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one reader made of one group of studies; ``slowest_ms`` is of one screen, too."""

    reader: str
    group: str
    studies: int
    exact: int
    wrong: int
    abstained: int
    median_ms: float
    slowest_ms: float
    peak_rss_mib: float


def run() -> dict[str, object]:
    """Every reader on every group, and the ratios that matter."""
    with tempfile.TemporaryDirectory() as name:
        manifest = Path(name) / "manifest.json"
        # Elsewhere, because the memory of who starts a process counts as the process's own.
        subprocess.run([sys.executable, "-m", MODULE, DRAW, str(manifest)], check=True)
        rows = [row for reader in READERS for row in _measured(reader, manifest)]
    return {"rows": [asdict(row) for row in rows], "ratios": _ratios(rows), "table": _table(rows)}


def _draw(manifest: Path) -> None:
    """Draw everything beside the file that lists it."""
    sent = [*studies(manifest.parent), *_pictures(manifest.parent)]
    manifest.write_text(json.dumps([asdict(study) for study in sent]), "utf-8")


def _sent(manifest: Path) -> list[Study]:
    return [_study(entry) for entry in json.loads(manifest.read_text("utf-8"))]


def _study(entry: Mapping[str, Any]) -> Study:
    total, rows = entry["doses"]
    doses = total, tuple((ctdi, dlp) for ctdi, dlp in rows)
    return Study(**{**entry, "files": tuple(entry["files"]), "doses": doses})


def _pictures(folder: Path) -> Iterator[Study]:
    """What is no dose screen, so nothing may be read on it."""
    for kind, draw in DRAWN.items():
        for px in PICTURE_PX:
            path = folder / f"picture-{kind}-{px}.dcm"
            dataset = stored(draw(np.random.default_rng(px), px))
            dataset.save_as(path, enforce_file_format=True)
            yield Study(PICTURES, PICTURES, PICTURES, False, (str(path),), NOTHING)


def _ratios(rows: Sequence[Row]) -> dict[str, float]:
    first = {row.group: row for row in rows if row.reader == FIRST_CONTACT}
    ratios = {}
    for row in rows:
        name = f"{row.group}, {row.reader}"
        ratios[f"{name}: exact"] = round(row.exact / row.studies, 3)
        ratios[f"{name}: wrong"] = round(row.wrong / row.studies, 3)
        if row.reader != FIRST_CONTACT:
            time_ratio = row.median_ms / first[row.group].median_ms
            ratios[f"{name}: its time / ours at first contact"] = round(time_ratio, 2)
    return ratios


def _table(rows: Sequence[Row]) -> list[str]:
    head = (
        f"{'':38}{'studies':>8}{'exact':>7}{'wrong':>7}{'abst.':>7}{'ms':>8}{'max ms':>8}{'MiB':>6}"
    )
    lines = []
    for group in dict.fromkeys(row.group for row in rows):
        lines += ["", group, head]
        lines += [
            f"  {row.reader:36}{row.studies:8}{row.exact:7}{row.wrong:7}{row.abstained:7}"
            f"{row.median_ms:8.0f}{row.slowest_ms:8.0f}{row.peak_rss_mib:6.0f}"
            for row in rows
            if row.group == group
        ]
    return lines


# The readers, each in a process of its own


def _measured(reader: str, manifest: Path) -> Iterator[Row]:
    """One row a group; a study belongs to its layout, its kind of fonts, its form, and all."""
    measured = [study for study in _sent(manifest) if not study.is_lesson]
    answers, peak_rss_mib = _answers_of(reader, measured, manifest)
    told = [(study, *_answer(study, answers)) for study in measured]
    groups = dict.fromkeys(group for study in measured for group in _groups(study))
    for group in groups:
        here = [each for each in told if group in _groups(each[0])]
        outcomes = [_outcome(doses, study.doses) for study, doses, _ in here]
        each_ms = [ms for _, _, ms in here]
        yield Row(
            reader=reader,
            group=group,
            studies=len(here),
            exact=outcomes.count("exact"),
            wrong=outcomes.count("wrong"),
            abstained=outcomes.count("abstained"),
            median_ms=round(median(each_ms), 1),
            slowest_ms=round(max(each_ms), 1),
            peak_rss_mib=round(peak_rss_mib, 1),
        )


def _groups(study: Study) -> tuple[str, ...]:
    if study.layout == PICTURES:
        return (PICTURES,)
    return ALL, study.layout, study.fonts, study.form


def _answers_of(
    reader: str, measured: Sequence[Study], manifest: Path
) -> tuple[dict[str, tuple[float, Doses]], float]:
    """What a reader says of every file or study, by its first file; and its memory."""
    files = [file for study in measured for file in study.files]
    arguments = files if reader == DOSEOCR else [str(manifest)]
    with tempfile.TemporaryFile() as answers:
        process = subprocess.Popen(
            [*READERS[reader], *arguments],
            stdout=answers,
            stderr=subprocess.DEVNULL,
            env=os.environ | ONE_CORE,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        answers.seek(0)
        lines = answers.read().decode().splitlines()
    if process.returncode:
        raise RuntimeError(f"{reader} ended with {process.returncode}")
    if reader == DOSEOCR:
        lines = [f"{file}\t{line}" for file, line in zip(files, lines, strict=True)]
    return dict(map(_parsed, lines)), usage.ru_maxrss / 1024


def _answer(study: Study, answers: Mapping[str, tuple[float, Doses]]) -> tuple[Doses, float]:
    """The doses of a study, put together where its pages were read alone, and ms a screen."""
    pages = [answers[file] for file in study.files if file in answers]
    total = next((doses[0] for _, doses in pages if doses[0]), None)
    rows = tuple(row for _, doses in pages for row in doses[1])
    return (total, rows), sum(ms for ms, _ in pages) / len(study.files)


def _parsed(line: str) -> tuple[str, tuple[float, Doses]]:
    """``a.dcm TAB 12.5 TAB 555.72 TAB 5.10 373.00;5.10 182.72;``."""
    file, ms, total, rows = line.split("\t")
    pairs = (row.split(" ") for row in rows.split(";") if row)
    return file, (float(ms), (total or None, tuple((ctdi, dlp) for ctdi, dlp in pairs)))


def _outcome(told: Doses, printed: Doses) -> str:
    if told == NOTHING:
        return "exact" if printed == NOTHING else "abstained"
    return "exact" if told == printed else "wrong"


def _recogniser() -> Recogniser:
    """Ours without the fonts that are held out, and without the memory of who has them."""
    readers = replace(default_recogniser(), fonts=GlyphReader(Atlas("none", {})))
    primed.cache_clear()
    atlas = atlas_of(font for font in every_font() if not font.name.startswith(HELD_OUT))
    return replace(readers, fonts=GlyphReader(atlas))


def _first_contact(_: Iterable[Study]) -> Read:
    """Ours, knowing nothing of the scanner; what it sent before is not looked at."""
    recogniser = _recogniser()
    return lambda study: _doses(recogniser.recognise(map(pydicom.dcmread, study.files)))


def _known_scanner(lessons: Iterable[Study]) -> Read:
    """Ours, knowing what the scanner's first studies taught."""
    recogniser = _recogniser()
    learnt: dict[str, LearntAtlas] = {}  # by scanner
    for at, lesson in enumerate(lessons):
        objects = map(pydicom.dcmread, lesson.files)
        for experience in recogniser.recognise(objects, learnt).experiences:
            identifier = experience.atlas.scanner.identifier
            known = experience.refuted(learnt.get(identifier, experience.atlas), at)
            learnt[identifier] = experience.taught(known, at)
    return lambda study: _doses(recogniser.recognise(map(pydicom.dcmread, study.files), learnt))


def _doses(found: Recognition) -> Doses:
    if found.outcome is not Outcome.RECOGNISED or found.record is None:
        return NOTHING
    total = found.record.total_dlp_mgy_cm
    rows = (
        (event.ctdi_vol_mgy.text, event.dlp_mgy_cm.text)
        for event in found.record.dose_events
        if event.ctdi_vol_mgy and event.dlp_mgy_cm
    )
    return total.text if total else None, tuple(rows)


def _tesseract(scale: int) -> Read:
    def read(study: Study) -> Doses:
        return _lines("\n".join(map(text, study.files)))

    def text(file: str) -> str:
        ink = render(pydicom.dcmread(file))[0].ink
        if scale > 1:
            larger = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
            ink = 255 - np.asarray(larger, np.uint8)
        return str(pytesseract.image_to_string(ink, config="--psm 6"))

    return read


NUMBER = r"(\d+(?:\.\d+)?)"
BEFORE = (
    r"-[SI]?\d+\.\d+\s+",  # a scan range
    r"/\s*\d+\s+",  # a reference mAs
    r"\b(?:80|100|120|135|140)\s+",  # a kV
    r"\b(?:80|100|120|135|140)\s+\d+\s+",  # a kV and a mAs
)
ROW = re.compile(rf"(?:{'|'.join(BEFORE)}){NUMBER}\s+{NUMBER}\b")
"""CTDIvol and DLP behind what stands before them on most consoles."""
MARKED_ROW = re.compile(rf"{NUMBER}\s*\((?:Head|Body)\)\s+{NUMBER}\b")
TOTAL = re.compile(rf"(?:Total (?:Exam )?DLP|DLP total)(?:\s*\[.*?\])?:?\s*{NUMBER}")


def _lines(text: str) -> Doses:
    """The parser that everybody writes first."""
    found = (MARKED_ROW.search(line) or ROW.search(line) for line in text.splitlines())
    total = TOTAL.search(text)
    return total[1] if total else None, tuple((each[1], each[2]) for each in found if each)


def _answers(make: Callable[[Iterable[Study]], Read], manifest: Path) -> Iterator[str]:
    cv2.setNumThreads(1)
    sent = _sent(manifest)
    read = make([study for study in sent if study.is_lesson])
    measured = [study for study in sent if not study.is_lesson]
    read(measured[0])  # warm
    for study in measured:
        started_s = time.perf_counter()
        total, rows = read(study)
        ms = (time.perf_counter() - started_s) * 1000
        pairs = "".join(f"{ctdi} {dlp};" for ctdi, dlp in rows)
        yield f"{study.files[0]}\t{ms}\t{total or ''}\t{pairs}"


FIRST_CONTACT, DOSEOCR, DRAW = "ours, first contact", "doseocr", "draw"
IN_PYTHON: Mapping[str, Callable[[Iterable[Study]], Read]] = {
    FIRST_CONTACT: _first_contact,
    "ours, known scanner": _known_scanner,
    "tesseract": lambda _: _tesseract(1),
    "tesseract, three times as large": lambda _: _tesseract(3),
}
JAVA = Path(__file__).with_name("ReadDoseScreens.java")
LIBRARIES = "/usr/share/java/pixelmed.jar:/usr/share/java/pixelmed_imageio.jar"
READERS = {name: [sys.executable, "-m", MODULE, name] for name in IN_PYTHON} | {
    DOSEOCR: ["java", "-Djava.awt.headless=true", "-cp", LIBRARIES, str(JAVA)]
}


if __name__ == "__main__":
    if sys.argv[1:2] == [DRAW]:
        _draw(Path(sys.argv[2]))
    elif len(sys.argv) > 1:
        for answer in _answers(IN_PYTHON[sys.argv[1]], Path(sys.argv[2])):
            print(answer)  # noqa: T201 - for the process that measures
    else:
        print(json.dumps(run(), indent=1))  # noqa: T201 - the result
