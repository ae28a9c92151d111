"""``appliance read``: what dose screens say, offline."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from appliance.cli.context import Context
from appliance.cli.reading import as_json, as_text
from appliance.clock import SYSTEM_CLOCK
from appliance.dosescreen.recognise import NOTHING_LEARNT
from appliance.errors import EXIT_OK, EXIT_QUARANTINED, NotFoundError
from appliance.services.learning import refute, teach
from appliance.services.shelf import FolderShelf, Shelf
from appliance.services.study_reading import StudyReading
from appliance.services.understanding import understand_files

PREAMBLE_BYTES = 128
IDENTIFYING_GROUPS = (b"\x02\x00", b"\x08\x00")
"""Group 0002 or 0008, little endian: how an object without preamble begins (PS3.10 7.1)."""


def run(context: Context) -> int:
    """Print one reading a study. Raises NotFoundError for a path that does not exist."""
    files = list(named_files(context))
    quarantined = False
    folder: Path | None = context.arguments.learn
    shelf = FolderShelf(folder) if folder else None
    learnt = NOTHING_LEARNT if shelf is None else shelf
    for reading in understand_files(files, context.configuration, learnt):
        _print(reading, context)
        if shelf is not None:
            _learn(reading, shelf)
        if context.arguments.explain:
            explain(reading, context)
        if context.arguments.rdsr:
            _write_report(reading, context.arguments.rdsr)
        quarantined = quarantined or reading.outcome == "quarantined"
    return EXIT_QUARANTINED if quarantined else EXIT_OK


def named_files(context: Context, among: Iterable[Path] = ()) -> Iterator[Path]:
    """The files named, and the DICOM files in the folders named, each once.

    Those of the command's ``paths`` unless others are given.
    """
    seen: set[Path] = set()
    paths: Iterable[Path] = among or context.arguments.paths
    for path in paths:
        for file in _below(path, context):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _below(path: Path, context: Context) -> Iterator[Path]:
    if not path.exists():
        raise NotFoundError(context.texts.say("read.no_such_path"), str(path))
    if not path.is_dir():
        yield path
        return
    for file in sorted(each for each in path.rglob("*") if each.is_file()):
        if is_dicom(file):
            yield file
        else:
            sys.stderr.write(context.texts.say("read.passed_over", file=file) + "\n")


def is_dicom(file: Path) -> bool:
    """Whether the file begins like a DICOM object, with or without preamble."""
    with file.open("rb") as content:
        start = content.read(PREAMBLE_BYTES + 4)
    return start[PREAMBLE_BYTES:] == b"DICM" or start[:2] in IDENTIFYING_GROUPS


def _print(reading: StudyReading, context: Context) -> None:
    if context.arguments.format == "json":
        line = json.dumps(as_json(reading), ensure_ascii=False)
    else:
        line = as_text(reading, context.texts) + "\n"
    print(line, flush=True)  # noqa: T201 - what was asked for


def explain(reading: StudyReading, context: Context) -> None:
    """Write the pictures that say how ``reading`` came about."""
    # Pillow is loaded only where something is drawn.
    from appliance.cli.explain import write_explanations  # noqa: PLC0415

    write_explanations(reading, context.arguments.explain, context)


def _learn(reading: StudyReading, shelf: Shelf) -> None:
    now = SYSTEM_CLOCK.wall()
    refute(shelf, reading.experiences, now)
    if reading.outcome == "recognised":
        teach(shelf, reading.experiences, now)


def _write_report(reading: StudyReading, folder: Path) -> None:
    if reading.report is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{reading.report.SOPInstanceUID}.dcm"
    reading.report.save_as(file, enforce_file_format=True)
