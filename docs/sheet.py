"""The table and the picture of patterns.md: every pattern, one of each series."""

from collections.abc import Callable
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from appliance.displayqa.patterns import Member, Panel, Pattern, drawn, patterns

PANEL = Panel(800, 600)
LESS = 4
"""Pixels of the panel for each of the sheet's, across and down."""
MARGIN_PX, COLUMNS = 8, 5
MARGIN = (70, 0, 90)
SHOWN = 8
"""Which of a series is on the sheet; from 0."""
NAME = "patterns.png"


def table() -> str:
    """Every pattern, numbered as on the sheet."""
    rows = [_row(number, each) for number, each in enumerate(patterns().values(), 1)]
    head = "| | pattern | equivalent to | for | 用途 | from | not verified |"
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows]) + "\n"


def _row(number: int, pattern: Pattern) -> str:
    members = pattern.each()
    name = f"`{members[0].name}` to `-{len(members)}`" if pattern.is_series else f"`{pattern.name}`"
    cells = (
        pattern.equivalent_to or "-",
        *pattern.purpose,
        pattern.source,
        pattern.unverified or "-",
    )
    return f"| {number} | {name} | {' | '.join(cells)} |"


def sheet() -> NDArray[np.uint8]:
    """The picture: red, green and blue, row by row; made of whole numbers alone."""
    high, wide = PANEL.height_px // LESS + MARGIN_PX, PANEL.width_px // LESS + MARGIN_PX
    every = list(patterns().values())
    rows = -(-len(every) // COLUMNS)
    picture = np.full((rows * high + MARGIN_PX, COLUMNS * wide + MARGIN_PX, 3), MARGIN, np.uint8)
    for at, pattern in enumerate(every):
        top, left = at // COLUMNS * high + MARGIN_PX, at % COLUMNS * wide + MARGIN_PX
        tile = _tile(pattern.each()[SHOWN if pattern.is_series else 0])
        picture[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return picture


def as_png() -> bytes:
    """The picture as a file."""
    stream = BytesIO()
    Image.fromarray(sheet()).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def is_picture(content: bytes) -> bool:
    """Whether ``content`` is a file with the picture, however it was compressed."""
    with Image.open(BytesIO(content)) as image:
        return np.array_equal(np.asarray(image), sheet())


def _tile(member: Member) -> NDArray[np.uint8]:
    raster = drawn(member, PANEL).reshape(PANEL.height_px, PANEL.width_px, -1)
    blocks = raster.reshape(PANEL.height_px // LESS, LESS, PANEL.width_px // LESS, LESS, -1)
    mean = blocks.sum(axis=(1, 3), dtype=np.int64) // LESS**2
    return np.broadcast_to(mean, (*mean.shape[:2], 3)).astype(np.uint8)


SHEET: dict[str, Callable[[], str]] = {"display-patterns": table}
