"""Text in columns on a terminal, where a Japanese character takes two places."""

import unicodedata
from collections.abc import Sequence

Rows = Sequence[Sequence[str]]


def width(text: str) -> int:
    """Places that ``text`` takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "FW" else 1 for char in text)


def columns(rows: Rows, gap: str = "  ") -> str:
    """The rows, each cell as wide as its column's widest."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        gap.join(
            cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
