"""What a careful person could still read on a damaged picture of a report.

**Knows:** what stood where, and what is left of it.
**Does not know:** how a screen is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from re import finditer, fullmatch, sub

import numpy as np

from appliance.simulators.consoles.canvas import Font, Picture
from tests.dosescreen.printed import Placed, Printed

ERASED = "\0"
MOST_WAYS = 64
HARMLESS = " -()"
"""Characters that a cell is itself without."""
LONG_WORDS = "[A-Za-z ]{5,}"
DOSES = ("ctdi_vol_mgy", "dlp_mgy_cm")
OF_SOME_VERSIONS = {"rotation_time_s", "single_collimation_mm", "exposure_time_s"}
OF_SOME_VERSIONS |= {"exposure_mas", "tube_current_ma", "phantom"}
"""Columns that some versions lack: with their heading lost they are not read."""

Value = str | None


@dataclass(frozen=True, slots=True)
class Readable:
    """Everything that may be read of a row; ``may_be_gone`` when its dose cannot be seen."""

    cells: Mapping[str, frozenset[Value]]
    may_be_gone: bool


def readable(report: Printed, pages: Sequence[Picture]) -> tuple[list[Readable], frozenset[Value]]:
    """What may be read of every row, and of the total, on the damaged ``pages`` of ``report``."""
    rows = [_readable_row(report, pages, row) for row in report.rows]
    if report.total is None:
        return rows, frozenset({None})
    return rows, _readable_total(report, pages, report.placed[report.total])


def _readable_total(report: Printed, pages: Sequence[Picture], place: Placed) -> frozenset[Value]:
    """The number in its cell, or in "Total mAs 314   Total DLP 18 mGy*cm".

    It is not printed where neither it nor the words before it can be seen.
    """
    (*_, number) = finditer(r"[0-9]+(\.[0-9]+)?", place.text)
    words = finditer(r"(?<=[0-9] ) *[A-Za-z].*", place.text[: number.start()])
    start = next((found.start() for found in words), 0)
    alone, phrase = (
        _part(report, place, *number.span()),
        _part(report, place, start, number.start()),
    )
    found = frozenset(_texts(report, pages, alone))
    hidden = not pages[place.page][report.region(phrase)].any()
    return found if hidden and phrase.text else found - {None}


def _part(report: Printed, place: Placed, start: int, end: int) -> Placed:
    left = place.left + report.font.width(place.text[:start])
    return replace(place, text=place.text[start:end], left=left)


def _readable_row(report: Printed, pages: Sequence[Picture], row: Mapping[str, int]) -> Readable:
    cells: dict[str, set[Value]] = {}
    for name, index in row.items():
        for text in _texts(report, pages, report.placed[index]):
            for key, value in _values(report, name, text).items():
                cells.setdefault(key, set()).add(value)
        for key in _KEYS.get(name, (name,)):
            cells.setdefault(key, set())
    for name in OF_SOME_VERSIONS & cells.keys():
        cells[name].add(None)
    gone = all(None in cells[name] for name in ("ctdi_vol_mgy", "dlp_mgy_cm"))
    return Readable({key: frozenset(found) for key, found in cells.items()}, gone)


_KEYS = {
    "scan_range": ("scan_start_mm", "scan_end_mm"),
    "exposure": ("exposure_mas", "tube_current_ma"),
}


def _values(report: Printed, name: str, text: Value) -> Mapping[str, Value]:
    """What a cell's text says, by field; nothing when it is no longer well formed."""
    if text is None:
        return dict.fromkeys(_KEYS.get(name, (name,)))
    if name == "scan_range":
        return _range(text)
    if name == "exposure":
        current = fullmatch(r"([0-9]+) ?mA", text)
        return {
            "exposure_mas": text if text.isdigit() else None,
            "tube_current_ma": current[1] if current else None,
        }
    if name == "phantom":
        return {name: report.phantoms[text]} if text in report.phantoms else {}
    if name in DOSES and not report.phantoms:
        return _marked(report, name, text)
    return {name: text}


def _range(text: str) -> Mapping[str, Value]:
    found = fullmatch(r"([SI])([0-9.]+)-([SI])([0-9.]+)", text)
    signs = {"S": "+", "I": "-"}
    if found is None:
        return {}
    return {"scan_start_mm": signs[found[1]] + found[2], "scan_end_mm": signs[found[3]] + found[4]}


def _marked(report: Printed, name: str, text: str) -> Mapping[str, Value]:
    for phantom, mark in report.mark.items():
        if mark and text.endswith(mark):
            return {name: text.removesuffix(mark), "phantom": phantom}
    if not fullmatch(r"[0-9.]+", text):
        return {}
    return {name: text, "phantom": None} if name == "ctdi_vol_mgy" else {name: text}


def _texts(report: Printed, pages: Sequence[Picture], place: Placed) -> set[Value]:
    """What a place may be read as: None for nothing, no element when nothing is right.

    A character that is whole is itself; one that became exactly another is that one; one that is
    gone is absent, which a word survives at its ends alone, and a number before its unit: ``3 mA``
    of ``35mA``; any other may still be recognised. A long word may be recognised without one of its
    letters: ``ardiac Helical``.
    """
    before, after = report.pages[place.page], pages[place.page]
    if np.array_equal(before[report.region(place)], after[report.region(place)]):
        return {place.text}
    if not after[report.region(place)].any():
        return {None}
    options = [_characters(report, before, after, place, at) for at in range(len(place.text))]
    gone = [at for at, each in enumerate(options) if each == {ERASED}]
    if len(gone) == 1 and fullmatch(LONG_WORDS, place.text):
        options[gone[0]].add(place.text[gone[0]])
    found: set[Value] = set()
    for at, way in enumerate(product(*options)):
        if at == MOST_WAYS:
            break
        text = sub(f"(^| ){ERASED}+|{ERASED}+( |$|(?=mA))", r"\1\2", "".join(way)).strip()
        if not text:
            found.add(None)
        elif ERASED not in text:
            found.add(text)
    return found


def _characters(
    report: Printed, before: Picture, after: Picture, place: Placed, at: int
) -> set[str]:
    text = place.text
    left = place.left + report.font.width(text[:at])
    columns = slice(left, place.left + report.font.width(text[: at + 1]))
    rows = slice(place.top, place.top + report.font.height)
    was, now = before[rows, columns], after[rows, columns]
    if np.array_equal(was, now):
        return {text[at]}
    if not now.any():
        return {text[at]} if text[at] in HARMLESS or _is_in_brackets(text, at) else {ERASED}
    equal = {each for each in "0123456789." if _is_drawn(report.font, each, now)}
    return equal or {text[at]}


def _is_in_brackets(text: str, at: int) -> bool:
    """Whether it is a letter of a word in brackets, which is known without it: ``51.36( ead)``."""
    return text[at].isalpha() and fullmatch(r"[0-9.]+\([A-Za-z]{4,}\)", text) is not None


def _is_drawn(font: Font, character: str, pixels: Picture) -> bool:
    ink = font.draw(character)
    return ink.shape == pixels.shape and np.array_equal(ink, pixels > 0)
