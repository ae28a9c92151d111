"""Text in columns on a terminal, where a Japanese character takes two places."""

import unicodedata
from collections.abc import Sequence

Rows = Sequence[Sequence[str]]


def width(text: str) -> int:
    """Places that ``text`` takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "FW" else 1 for char in text)


def columns(rows: Rows, right: frozenset[int] = frozenset()) -> str:
    """The rows, each cell as wide as its column's widest; columns in ``right`` end together."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = (
        (_padded(cell, wide, right=at in right) for at, (cell, wide) in enumerate(pairs))
        for pairs in (zip(row, widths, strict=True) for row in rows)
    )
    return "\n".join("  ".join(line).rstrip() for line in lines)


def _padded(cell: str, wide: int, *, right: bool) -> str:
    space = " " * (wide - width(cell))
    return space + cell if right else cell + space
