"""Teaching a layout on site: drafted from a screen, tried, and put beside the shipped ones.

**Knows:** the folder of the site's layouts and goldens, what a draft must prove before it is put
there, and the archive an engineer can send upstream.
**Does not know:** how a layout is drafted (``dosescreen.teaching``), and how a person is asked.
"""

import io
import json
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pydicom
from pydicom import Dataset

from appliance.dose.correction import corrected, corrections
from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.dosescreen import Layout, Outcome, Recogniser, Recognition
from appliance.dosescreen.layout import layouts, parse_layout
from appliance.dosescreen.page import read_page
from appliance.dosescreen.teaching import Golden, Occasion, as_toml, drafted, golden
from appliance.dosescreen.teaching.extension import extended, is_same
from appliance.dosescreen.teaching.golden import identity_left
from appliance.dosescreen.teaching.seen import seen
from appliance.dosescreen.wording import resembles
from appliance.errors import RefusedError
from appliance.ledger.durable import write_file
from appliance.spool import read_dataset

GOLDENS = "goldens"
SUPERSEDED = "superseded"
ARCHIVED_AT = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that the same lesson makes the same archive."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is taught: a screen, what a person typed of it, and what the layout is called.

    Attributes:
        screen: The object with the one screen.
        typed: What a person says it prints.
        name: The layout's name.
        date: The day, as YYYY-MM-DD.
        software: Name and version of the box.
    """

    screen: Dataset
    typed: CTRadiationDose
    name: str
    date: str
    software: str


@dataclass(frozen=True, slots=True)
class Taught:
    """A draft that was tried.

    Attributes:
        layout: The layout.
        toml: Its file.
        golden: The screen without its patient.
        values: How many typed values came back.
        files: Every file, by its path in the folder of the site's layouts.
    """

    layout: Layout
    toml: str
    golden: Golden
    values: int
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class School:
    """Where layouts are taught.

    Attributes:
        folder: The site's layouts.
        recogniser: Who reads, with the shipped layouts and the site's.
        others: Screens of other layouts, which a draft must leave to them.
    """

    folder: Path
    recogniser: Recogniser
    others: Iterable[Sequence[Dataset]] = ()

    def teach(self, lesson: Lesson, *, replacing: bool = False) -> Taught:
        """A layout that reads the lesson's screen as typed, and its golden.

        ``replacing`` allows a new version of a layout that the site has already. Raises
        RefusedError with the reason when the draft proves wrong in anything.
        """
        taught = self._tried(lesson, self._drafted(lesson, replacing=replacing))
        self._expect_others_unharmed(taught)
        return taught

    def keep(self, taught: Taught) -> list[Path]:
        """Write what was taught; the files that are new.

        A version that is replaced is kept under ``superseded``. Raises RefusedError when a file is
        there with another content, and OSError.
        """
        path = self.folder / f"{taught.layout.name}.toml"
        written = []
        if path.exists() and path.read_bytes() != taught.files[path.name]:
            before = tomllib.loads(path.read_text("utf-8"))
            old = self.folder / SUPERSEDED / f"{taught.layout.name}-{before['version']}.toml"
            written += _written(old, path.read_bytes())
            write_file(path, taught.files[path.name])
            written.append(path)
        for name, content in taught.files.items():
            written += _written(self.folder / name, content)
        return written

    # Reading

    def _drafted(self, lesson: Lesson, *, replacing: bool) -> str:
        """The layout's file; the site's own where it reads alike, else one that reads both."""
        found = seen(self.recogniser, lesson.screen)
        if not found.lines:
            raise RefusedError("no text was found on the screen")
        version = _shipped_version(lesson.name) + 1
        occasion = Occasion(lesson.name, version, lesson.date, lesson.software)
        draft = drafted(found, lesson.typed, lesson.screen, occasion)
        path = self.folder / f"{lesson.name}.toml"
        if not path.exists():
            return as_toml(draft)
        text = path.read_text("utf-8")
        earlier = tomllib.loads(text)
        both = extended(earlier, draft)
        if is_same(both, earlier):
            return text
        if not replacing:
            what = f"version {earlier['version']} was taught before, and reads otherwise"
            raise RefusedError(what, lesson.name, "give another name, or --replace")
        return as_toml(both | {"version": earlier["version"] + 1})

    def _tried(self, lesson: Lesson, toml: str) -> Taught:
        """The layout, once it has read its screen and its golden as typed."""
        layout = parse_layout(tomllib.loads(toml))
        alone = replace(self.recogniser, layouts=(layout,))
        read = alone.recognise([lesson.screen])
        _expect_typed(read, lesson.typed, "the screen")
        picture = golden(read.sightings[0], layout, lesson.screen)
        left = identity_left(picture, seen(alone, picture.dataset), lesson.screen)
        if left:
            what = f"{', '.join(left)} can still be read on the golden"
            raise RefusedError(what, lesson.name, "nothing was written")
        _expect_typed(alone.recognise([picture.dataset]), lesson.typed, "the golden")
        values = sum(1 for _ in typed_values(lesson.typed))
        return Taught(layout, toml, picture, values, _files(layout, toml, picture, lesson.typed))

    def _expect_others_unharmed(self, taught: Taught) -> None:
        """Every other screen is read with the draft as without it."""
        known = [each for each in self.recogniser.layouts if each.name != taught.layout.name]
        box = replace(self.recogniser, layouts=(*known, taught.layout))
        _expect_typed(box.recognise([taught.golden.dataset]), None, "the golden", taught.layout)
        for objects in self.others:
            before = self.recogniser.recognise(objects)
            fits = any(
                read_page(each.screen, each.transcript, taught.layout) for each in before.sightings
            )
            if fits and _said(before) != _said(box.recognise(objects)):
                model = objects[0].get("ManufacturerModelName") or "another console"
                what = f"screens of {model} would no longer be read as before"
                raise RefusedError(what, taught.layout.identifier)
        for screen, typed, layout in self._goldens():
            if layout == taught.layout.name or any(each.name == layout for each in known):
                _expect_typed(box.recognise([screen]), typed, f"a golden of {layout}")

    def _goldens(self) -> Iterator[tuple[Dataset, CTRadiationDose, str]]:
        """The site's goldens: screen, what was typed of it, and its layout's name."""
        for file in sorted((self.folder / GOLDENS).glob("*.json")):
            kept = json.loads(file.read_text("utf-8"))
            typed = corrected(None, corrections(kept["typed"]), "golden")
            yield read_dataset(file.with_suffix(".dcm")), typed, kept["layout"]


def typed_values(typed: CTRadiationDose) -> Iterator[tuple[str, str]]:
    """Every typed value as field → text, as ``quarantine settle`` takes them."""
    for each in fields(typed):
        value = getattr(typed, each.name)
        if each.name.startswith("total_") and value is not None:
            yield each.name, value.text
    for at, event in enumerate(typed.events):
        for name, sourced in event.sourced():
            coded = getattr(sourced.value, "name", None)
            yield f"events[{at}].{name}", coded or sourced.text


def archive(taught: Taught) -> bytes:
    """Layout and golden as one ZIP file without any identity, the same for the same lesson."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name, content in sorted(taught.files.items()):
            entry = zipfile.ZipInfo(name, ARCHIVED_AT)
            bundle.writestr(entry, content, compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _shipped_version(name: str) -> int:
    return next((layout.version for layout in layouts() if layout.name == name), 0)


def _files(layout: Layout, toml: str, picture: Golden, typed: CTRadiationDose) -> dict[str, bytes]:
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, picture.dataset, enforce_file_format=True)
    stem = f"{GOLDENS}/{layout.name}-{picture.digest}"
    kept = {"layout": layout.name, "typed": dict(typed_values(typed))}
    return {
        f"{layout.name}.toml": toml.encode(),
        f"{stem}.dcm": buffer.getvalue(),
        f"{stem}.json": (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def _written(path: Path, content: bytes) -> list[Path]:
    if path.exists():
        if path.read_bytes() != content:
            raise RefusedError("is there with another content", str(path), "move it away")
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, content)
    return [path]


def _expect_typed(
    read: Recognition, typed: CTRadiationDose | None, what: str, layout: Layout | None = None
) -> None:
    """Raise RefusedError unless what was read is what was typed, with this layout if one is given.

    Rows that print no dose need not be typed, nor need values.
    """
    if read.outcome is not Outcome.RECOGNISED or read.record is None:
        why = "; ".join(f"{doubt.reason}: {doubt.detail}" for doubt in read.doubts[:3])
        raise RefusedError(f"{what} is not read with the draft", "", why)
    if layout is not None and read.record.layout != layout.identifier:
        raise RefusedError(f"{what} is read with {read.record.layout}", layout.identifier)
    for field, said, expected in _differences(read.record, typed) if typed else ():
        raise RefusedError(f"{what} reads {said or 'nothing'}, {expected} was typed", field)


def _differences(read: CTRadiationDose, typed: CTRadiationDose) -> Iterator[tuple[str, str, str]]:
    """Field, text read and text typed of everything that is not as typed."""
    expected = [event for event in typed.events if event.has_dose]
    pairs = zip_longest(read.dose_events, expected, fillvalue=IrradiationEvent())
    for at, (row, wanted) in enumerate(pairs):
        for name, sourced in wanted.sourced():
            found: Any = getattr(row, name)
            is_read = found is not None and _is_same(name, found.value, sourced.value)
            if not is_read:
                yield f"events[{at}].{name}", found.text if found else "", sourced.text
        if row.has_dose and not wanted.has_dose:
            text = row.dlp_mgy_cm.text if row.dlp_mgy_cm else "a row"
            yield f"events[{at}]", text, "no such row"
    for name in ("total_dlp_mgy_cm", "total_mas"):
        total, printed = getattr(typed, name), getattr(read, name)
        if total is not None and (printed is None or printed.text != total.text):
            yield name, printed.text if printed else "", total.text


def _is_same(name: str, read: object, typed: object) -> bool:
    """Equal; what a scan is called also where readers mistake a letter."""
    return read == typed or (name == "label" and resembles(str(read), str(typed)))


def _said(read: Recognition) -> object:
    return read.outcome, read.record
