"""Readings taken elsewhere: a table with a level and a luminance a row, as people export it.

One heading line, then one reading a line; lines that begin with ``#`` and empty ones say nothing.
Comma, semicolon or tab between cells; UTF-8, UTF-16 with a mark, or Shift_JIS. The same level (and
place) again is a repeated read; an empty luminance was not measured. Whatever else could be meant
in two ways is refused, with its line.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NoReturn

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.level import DEPTHS, depth_of
from appliance.displayqa.measurement import Measurements, Reading
from appliance.errors import UnreadableReadingsError

COLUMNS = {
    "level": ("level", "ddl", "gray level", "grey level", "階調", "階調値", "レベル"),
    "luminance": ("luminance", "luminance_cd_m2", "cd/m2", "lv", "輝度", "輝度値"),
    "u": ("u", "u'", "u_prime"),
    "v": ("v", "v'", "v_prime"),
    "position": ("position", "place", "位置", "測定点", "測定位置"),
    "pattern": ("pattern", "パターン", "テストパターン"),
    "note": ("note", "comment", "備考", "コメント"),
}
"""Each column's name, and what it may be called as well; a note is not read."""
UNIT = re.compile(r"[(\[]?cd/(m2|m\^2|㎡)[)\]]?$")
NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{0,9})?(e[+-]?[0-9]{1,2})?|\.[0-9]{1,9}")
DECIMAL_COMMA = re.compile(r"\d{1,9},\d{1,9}")
PLAINLY_DECIMAL = re.compile(r"0+,\d+|\d+,(\d{1,2}|\d{4,})")
GREY_SCALE = re.compile(r"(tg18-|jira[ -]?)?(ln|bn)[0-9-]*")
SCREEN = re.compile(r"(tg18-|tg270-|jira[ -]?)?(unl?|uln)[0-9-]*")
ENCODINGS = ("utf-8-sig", "cp932")
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
GREATEST_CD_M2 = 100_000
MOST_LETTERS = 100_000
PRIMES = str.maketrans(dict.fromkeys(("\u2019", "\u2032"), "'"))
NO_PLACE = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line, its cells by column; ``place`` is empty for a reading of the grey scale."""

    level: int
    place: str
    luminance_cd_m2: Decimal
    chromaticity: Chromaticity | None


def read_measurements(content: bytes, where: str, bits: int | None = None) -> Measurements:
    """The readings in a file's ``content``; ``bits``: None for the least depth that has them all.

    Raises UnreadableReadingsError naming ``where`` and the line.
    """
    table = _Table(where, content)
    rows = list(table.rows())
    depth = bits or depth_of(max((row.level for row in rows), default=0))
    for row, line in zip(rows, table.lines, strict=True):
        if row.level >= 2**depth:
            table.refuse(line, f"there is no level {row.level} at {depth} bits")
    scale, screen = _gathered(rows)
    return Measurements(bits=depth, scale=scale, screen=screen)


def _gathered(
    rows: Sequence[_Row],
) -> tuple[dict[int, Reading], dict[int, dict[str, Reading]]]:
    """The reads of the grey scale, and of places on the screen, repeated ones together."""
    reads: dict[tuple[int, str], list[_Row]] = {}
    for row in rows:
        reads.setdefault((row.level, row.place), []).append(row)
    scale: dict[int, Reading] = {}
    screen: dict[int, dict[str, Reading]] = {}
    for (level, place), each in sorted(reads.items()):
        reading = Reading(
            tuple(row.luminance_cd_m2 for row in each),
            tuple(row.chromaticity for row in each if row.chromaticity is not None),
        )
        if place:
            screen.setdefault(level, {})[place] = reading
        else:
            scale[level] = reading
    return scale, screen


class _Table:
    """The lines of a file as cells by column."""

    def __init__(self, where: str, content: bytes) -> None:
        self.where = where
        self.lines: list[int] = []
        self._text = self._plain(content)
        self._head_line, head = next(self._numbered(), (1, ""))
        self._delimiter = next((each for each in ";\t" if each in head), ",")
        self._places = self._columns(self._cells(head))
        self._has_decimal_commas = self._decimal_commas()

    def rows(self) -> Iterator[_Row]:
        """Each reading; ``lines`` has its line."""
        for line, cells in self._body():
            named = {name: cells[at] for name, at in self._places.items() if at < len(cells)}
            if any(cells[len(self._width) :]):
                self.refuse(line, "more cells than columns; is a decimal written with a comma?")
            if not named.get("luminance"):
                continue
            self.lines.append(line)
            yield _Row(
                self._level(line, named.get("level", "")),
                self._place(line, named.get("pattern", ""), named.get("position", "")),
                self._luminance(line, named["luminance"]),
                self._chromaticity(line, named.get("u", ""), named.get("v", "")),
            )

    def refuse(self, line: int, what: str) -> NoReturn:
        """Say what is wrong in a line."""
        remedy = "docs/displayqa.md says what readings look like"
        raise UnreadableReadingsError(what, f"{self.where}:{line}", remedy)

    def _plain(self, content: bytes) -> str:
        """The text, wide letters and primes as plain ones."""
        encodings = ("utf-16",) if content.startswith(UTF_16_MARKS) else ENCODINGS
        text = next(filter(None, (_decoded(content, each) for each in encodings)), None)
        if content and text is None:
            self.refuse(1, "neither UTF-8 nor Shift_JIS text")
        plain = unicodedata.normalize("NFKC", text or "").translate(PRIMES)
        if len(plain) > MOST_LETTERS:
            self.refuse(1, f"more than {MOST_LETTERS} letters")
        return plain

    def _numbered(self) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(re.split(r"\r\n|\r|\n", self._text), start=1):
            if line.strip(" ,;\t") and not line.lstrip(' "').startswith("#"):
                yield number, line

    def _body(self) -> Iterator[tuple[int, list[str]]]:
        for number, line in self._numbered():
            if number > self._head_line:
                yield number, self._cells(line)

    def _cells(self, line: str) -> list[str]:
        return [each.strip() for each in next(csv.reader([line], delimiter=self._delimiter))]

    def _columns(self, head: Sequence[str]) -> dict[str, int]:
        names = {alias: name for name, known in COLUMNS.items() for alias in known}
        self._width = head
        places: dict[str, int] = {}
        for at, cell in enumerate(head):
            plain = cell.casefold()
            name = names.get(plain) or names.get(UNIT.sub("", plain).strip())
            if name in places:
                self.refuse(self._head_line, f"the column {name} is there twice")
            if name:
                places[name] = at
            elif cell:
                known = ", ".join(COLUMNS)
                self.refuse(self._head_line, f"unknown column {cell[:20]!r}; known are {known}")
        for name in ("level", "luminance"):
            if name not in places:  # an empty file has none either
                self.refuse(self._head_line, f"there is no column {name}")
        if ("u" in places) is not ("v" in places):
            self.refuse(self._head_line, "u and v belong together")
        return places

    def _decimal_commas(self) -> bool:
        """Whether 0,5 is a half. Refuses what may as well be thousands."""
        numbers = [
            (line, cells[at])
            for line, cells in self._body()
            for name, at in self._places.items()
            if name in {"luminance", "u", "v"} and at < len(cells)
        ]
        commas = [(line, cell) for line, cell in numbers if DECIMAL_COMMA.fullmatch(cell)]
        if not commas:
            return False
        if any("." in cell for _, cell in numbers):
            self.refuse(commas[0][0], "decimals are written with a point and with a comma")
        if not any(PLAINLY_DECIMAL.fullmatch(cell) for _, cell in commas):
            self.refuse(commas[0][0], f"{commas[0][1]!r} may be a decimal or thousands")
        return True

    def _number(self, line: int, cell: str, what: str) -> Decimal:
        plain = cell.casefold()
        if self._has_decimal_commas:
            plain = plain.replace(",", ".")
        if plain.startswith("-") and NUMBER.fullmatch(plain[1:]):
            self.refuse(line, f"{what} {cell} is below 0")
        if not NUMBER.fullmatch(plain):
            self.refuse(line, f"{what} {cell[:20]!r} is no number")
        return Decimal(plain)

    def _level(self, line: int, cell: str) -> int:
        value = self._number(line, cell, "level")
        if value != value.to_integral_value() or not 0 <= value < 2 ** DEPTHS[-1]:
            self.refuse(line, f"there is no level {cell}")
        return int(value)

    def _luminance(self, line: int, cell: str) -> Decimal:
        value = self._number(line, cell, "luminance")
        if value > GREATEST_CD_M2:
            self.refuse(line, f"no display has a luminance of {cell} cd/m2")
        return value

    def _chromaticity(self, line: int, across: str, up: str) -> Chromaticity | None:
        if not across and not up:
            return None
        if not across or not up:
            self.refuse(line, "u and v belong together")
        try:
            return Chromaticity(
                Fraction(self._number(line, across, "u")), Fraction(self._number(line, up, "v"))
            )
        except ValueError:
            self.refuse(line, f"u' {across} and v' {up} are no chromaticity")

    def _place(self, line: int, pattern: str, position: str) -> str:
        """Where on the screen; empty for a reading of the grey scale."""
        plain = pattern.casefold()
        place = "-".join(position.casefold().replace("_", " ").split())
        if not plain:
            return place
        if GREY_SCALE.fullmatch(plain):
            return NO_PLACE
        if not SCREEN.fullmatch(plain):
            self.refuse(line, f"pattern {pattern[:20]!r} is none of LN, BN, UN, UNL, ULN")
        if not place:
            self.refuse(line, f"a reading of {pattern} needs a position")
        return place


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
