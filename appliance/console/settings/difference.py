"""How two texts differ, line by line, as a page shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 3
"""Lines that are the same and stand around those that are not."""


@dataclass(frozen=True, slots=True)
class Line:
    """``sign`` is ``+`` for a new line, ``-`` for one that is gone, empty for one that stays.

    ``gap``: lines that are the same are left out before it.
    """

    sign: str
    text: str
    gap: bool = False


def difference(before: str, after: str) -> tuple[Line, ...]:
    """Empty where they are the same."""
    one, other = before.splitlines(), after.splitlines()
    groups = SequenceMatcher(None, one, other, autojunk=False).get_grouped_opcodes(AROUND)
    return tuple(line for group in groups for line in _lines(group, one, other))


def _lines(
    group: list[tuple[str, int, int, int, int]], one: list[str], other: list[str]
) -> Iterator[Line]:
    first = group[0][1] > 0
    for tag, begin, end, at, until in group:
        if tag == "equal":
            for text in one[begin:end]:
                yield Line("", text, first)
                first = False
            continue
        for text in one[begin:end]:
            yield Line("-", text, first)
            first = False
        for text in other[at:until]:
            yield Line("+", text, first)
            first = False
