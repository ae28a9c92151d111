"""Which examination a procedure code stands for: a table that the site writes.

Columns are pattern, exam and comment; ``?`` stands for any character, ``*`` at the end for any
rest. JJ1017 codes are patterns like any other.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.drl.exam import Exams
from appliance.drl.site_file import text_of
from appliance.errors import ConfigurationError

HEADER = ("pattern", "exam", "comment")
_PATTERN = re.compile(r"[0-9A-Za-z_./\-?]+\*?")


@dataclass(frozen=True, slots=True)
class Procedures:
    """Patterns of procedure codes with the examination that each stands for."""

    exams_by_pattern: Mapping[str, str]

    def exams_of(self, codes: Iterable[str]) -> frozenset[str]:
        """Every examination that one of ``codes`` stands for."""
        wanted = list(codes)
        return frozenset(
            exam
            for pattern, exam in self.exams_by_pattern.items()
            if any(_matches(pattern, code) for code in wanted)
        )


NO_PROCEDURES = Procedures({})


def procedures(file: Path, known: Exams) -> Procedures:
    """The table in a CSV file. Raises ConfigurationError naming the line."""
    found: dict[str, str] = {}
    for line, pattern, exam in _rows(file):
        where = f"{file}:{line}"
        if not _PATTERN.fullmatch(pattern):
            raise ConfigurationError(f"{pattern!r} is no pattern of codes", where)
        if exam not in known.by_identifier:
            remedy = f"known are {', '.join(known.by_identifier)}"
            raise ConfigurationError(f"there is no examination {exam!r}", where, remedy)
        if pattern in found:
            raise ConfigurationError(f"the pattern {pattern} is there twice", where)
        found[pattern] = exam
    return Procedures(found)


def _rows(file: Path) -> Iterator[tuple[int, str, str]]:
    lines = text_of(file).splitlines()
    seen_header = False
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        if not seen_header:
            if tuple(cells) != HEADER:
                remedy = f"write {','.join(HEADER)}"
                raise ConfigurationError("the columns are others", f"{file}:{number}", remedy)
            seen_header = True
        elif len(cells) != len(HEADER):
            raise ConfigurationError(f"must have {len(HEADER)} columns", f"{file}:{number}")
        else:
            yield number, cells[0], cells[1]


def _matches(pattern: str, code: str) -> bool:
    rest = ".*" if pattern.endswith("*") else ""
    wanted = "".join("." if char == "?" else re.escape(char) for char in pattern.rstrip("*"))
    return re.fullmatch(wanted + rest, code) is not None
