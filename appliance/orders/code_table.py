"""The site's table from its own codes to JJ1017: a CSV file that people edit.

UTF-8 with or without a byte order mark, or Shift_JIS as spreadsheets in Japan write it. A row with
a fault is not used, and every fault is told with its line; of two rows for one code none is, for
nobody can tell which is meant.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from appliance.orders.completing import is_writable
from appliance.orders.jj1017 import JJ1017Code, fault_of
from appliance.orders.order import Code

COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("code", "local_code", "施設コード"),
    "scheme": ("scheme", "local_scheme", "コード体系"),
    "jj1017": ("jj1017", "JJ1017コード"),
    "meaning": ("meaning", "名称"),
    "note": ("note", "備考"),
}
"""Each column's name, and what a site may call it as well."""
REQUIRED = ("code", "jj1017")
ENCODINGS = ("utf-8-sig", "cp932")
COMMENT = "#"
VERSION_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line of the file; a ``warning`` does not keep the row from being used."""

    line: int
    what: str
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A sound row: the local code (any scheme when that is empty), and what it is in JJ1017."""

    line: int
    code: str
    scheme: str
    jj1017: JJ1017Code
    meaning: str


@dataclass(frozen=True, slots=True)
class CodeTable:
    """The sound rows by scheme and code, the faults, and a digest of the file."""

    rows: Mapping[tuple[str, str], Row] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    version: str = ""

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults for which a row is not used."""
        return tuple(fault for fault in self.faults if not fault.is_warning)

    def find(self, code: Code) -> Row | None:
        """The row for a local code: that of its scheme, else that of any scheme."""
        return self.rows.get((code.scheme, code.value)) or self.rows.get(("", code.value))


def read_table(content: bytes) -> CodeTable:
    """The table in a file's ``content``; never raises, whatever it is."""
    version = sha256(content).hexdigest()[:VERSION_LENGTH]
    text = _decoded(content)
    if text is None:
        fault = Fault(1, "neither UTF-8 nor Shift_JIS text")
        return CodeTable(faults=(fault,), version=version)
    lines = list(_lines(text))
    if not lines:
        return CodeTable(faults=(Fault(1, "empty: the first line names the columns"),))
    (head_line, head), *body = lines
    places, faults = _columns(head, head_line)
    if any(name not in places for name in REQUIRED):
        return CodeTable(faults=tuple(faults), version=version)
    found = [each for line, cells in body for each in _row(line, cells, places)]
    rows, repeated = _unique([each for each in found if isinstance(each, Row)])
    faults += [*(each for each in found if isinstance(each, Fault)), *repeated]
    return CodeTable(rows, tuple(sorted(faults, key=lambda fault: fault.line)), version)


def _decoded(content: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that says something, with its number; a cell does not go on in the next line."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip(" ,\t") or line.startswith(COMMENT):
            continue
        yield number, [cell.strip(" \t\u3000") for cell in next(csv.reader(io.StringIO(line)))]


def _columns(head: Sequence[str], line: int) -> tuple[dict[str, int], list[Fault]]:
    """Where each column stands, and what is wrong with the heads."""
    names = {alias.casefold(): name for name, known in COLUMNS.items() for alias in known}
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for at, cell in enumerate(head):
        name = names.get(cell.casefold())
        if name in places:
            faults.append(Fault(line, f"the column {name} is there twice"))
        elif name:
            places[name] = at
        elif cell:
            known = ", ".join(COLUMNS)
            faults.append(
                Fault(line, f"unknown column {cell!r}; known are {known}", is_warning=True)
            )
    faults += [
        Fault(line, f"the column {name} is missing") for name in REQUIRED if name not in places
    ]
    return places, faults


def _row(line: int, cells: Sequence[str], places: Mapping[str, int]) -> Iterator[Row | Fault]:
    """The row of a line and what is doubtful about it, or the one fault that it has."""
    said = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
    code, jj1017, meaning = said["code"], said["jj1017"], said.get("meaning", "")
    if not jj1017 and code:
        return  # to be filled in
    if not code:
        yield Fault(line, "the local code is missing")
    elif fault := fault_of(jj1017):
        yield Fault(line, f"jj1017 {jj1017!r}: {fault}")
    elif meaning and not is_writable("CodeMeaning", meaning):
        yield Fault(line, "the meaning is longer than 64 characters or holds a backslash")
    else:
        row = Row(line, code, said.get("scheme", ""), JJ1017Code(jj1017), meaning)
        for place in row.jj1017.unknown:
            what = f"jj1017 {jj1017!r}: {place.name} {place.digits} is none that is known here"
            yield Fault(line, what, is_warning=True)
        yield row


def _unique(rows: Sequence[Row]) -> tuple[dict[tuple[str, str], Row], list[Fault]]:
    """The rows whose code stands once, and a fault for each of the others."""
    first: dict[tuple[str, str], Row] = {}
    faults: list[Fault] = []
    repeated: set[tuple[str, str]] = set()
    for row in rows:
        key = (row.scheme, row.code)
        if key in first:
            repeated.add(key)
            what = f"the code {row.code!r} is in line {first[key].line} already; neither is used"
            faults.append(Fault(row.line, what))
        first.setdefault(key, row)
    return {key: row for key, row in first.items() if key not in repeated}, faults
