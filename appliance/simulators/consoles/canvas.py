"""A dark screen that text is drawn on, and columns that fit what stands in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""(rows, columns), 0 paper … 255 ink."""
Words = tuple[tuple[str, str], ...]
"""What is drawn instead of a word."""
T = TypeVar("T")


class Font(Protocol):
    """What draws text: a bitmap font, or anything that behaves like one."""

    @property
    def height(self) -> int:
        """Rows of a line."""

    @property
    def space(self) -> int:
        """Columns of a blank."""

    def width(self, text: str) -> int:
        """Columns that ``text`` takes."""

    def draw(self, text: str) -> NDArray[np.bool_] | Picture:
        """``text`` as (height, width) pixels, in two levels or in levels of grey."""


def shades(font: Font, text: str) -> Picture:
    """``text`` as (height, width) pixels, 0 paper … 255 ink."""
    ink = font.draw(text)
    return ink.astype(np.uint8) * np.uint8(255) if ink.dtype == np.bool_ else ink.astype(np.uint8)


class Align(Enum):
    """Where a text stands to its column: how much of the free space is left of it."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, one line or two, and how its cells stand.

    ``joined`` says that it follows the column before it with no more than a blank between.
    """

    heading: tuple[str, ...]
    align: Align
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Where a column lies: first column of pixels and width."""

    left: int
    width: int


def ordered(cells: Sequence[T], order: Sequence[int], more: Sequence[T] = ()) -> tuple[T, ...]:
    """``cells`` as a version has them: those of ``order``, by place, or all; then ``more``.

    A place in ``order`` beyond the last cell is one of ``more``.
    """
    every = (*cells, *more)
    chosen = (*order,) or (*range(len(cells)),)
    rest = (at for at in range(len(cells), len(every)) if at not in chosen)
    return tuple(every[at] for at in (*chosen, *rest))


def in_words(text: str, words: Words) -> str:
    """``text`` with each of ``words`` replaced by what stands for it."""
    for word, other in words:
        text = text.replace(word, other)
    return text


class Canvas:
    """A screen being drawn.

    ``words`` are replaced wherever they are drawn, as on a console of another language.
    """

    def __init__(self, rows: int, columns: int, font: Font, words: Words = ()) -> None:
        self.picture: Picture = np.zeros((rows, columns), np.uint8)
        self.font = font
        self.words = words

    def text(self, text: str, top: int, left: int, align: Align = Align.LEFT) -> None:
        """Draw one line so that ``left`` is its left edge, its middle or its right edge.

        Raises:
            ValueError: The text does not fit on the screen.
        """
        text = in_words(text, self.words)
        if not text:
            return
        ink = shades(self.font, text)
        left -= round(ink.shape[1] * align.value)
        target = self.picture[top : top + ink.shape[0], max(0, left) : left + ink.shape[1]]
        if left < 0 or top < 0 or target.shape != ink.shape:
            raise ValueError(f"{text!r} does not fit on the screen")
        np.maximum(target, ink, out=target)

    def cell(self, text: str, top: int, span: Span, align: Align) -> None:
        """Draw one line into a column."""
        self.text(text, top, span.left + round(span.width * align.value), align)


def arrange(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], font: Font, left: int, right: int
) -> list[Span]:
    """Spread columns as wide as their widest text evenly between two edges.

    Raises:
        ValueError: They do not fit.
    """
    table = [*zip(*rows, strict=True)] if rows else [() for _ in columns]
    widths = [
        max(font.width(text) for text in (*column.heading, *cells, ""))
        for column, cells in zip(columns, table, strict=True)
    ]
    gaps = sum(not column.joined for column in columns[1:])
    blanks = (len(columns) - 1 - gaps) * font.space
    free = right - left - sum(widths) - blanks
    if free < gaps * font.space:
        raise ValueError(f"columns of {sum(widths)} pixels do not fit on the screen")
    spans = [Span(left, widths[0])]
    for column, width in zip(columns[1:], widths[1:], strict=True):
        gap = font.space if column.joined else free // gaps
        spans.append(Span(spans[-1].left + spans[-1].width + gap, width))
    return spans
