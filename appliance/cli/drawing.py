"""Shapes and texts on a picture for people.

Every meaning has a colour and a shape of its own, so that it is told without colours, too.
"""

from collections.abc import Iterator

from PIL import Image, ImageDraw

from appliance.charts.colours import INK, PAPER, Colour
from appliance.charts.typeface import Font, Typeface

Rectangle = tuple[int, int, int, int]
"""Left, top, right, bottom."""

DASH_PX, HATCH_PX = 7, 9


class Drawing:
    """A picture being drawn on."""

    def __init__(self, image: Image.Image, typeface: Typeface) -> None:
        self.image = image
        self._draw = ImageDraw.Draw(image)
        self._typeface = typeface

    def box(self, at: Rectangle, colour: Colour, width: int = 2) -> None:
        """A solid frame: something sure."""
        self._draw.rectangle(at, outline=colour, width=width)

    def double_box(self, at: Rectangle, colour: Colour) -> None:
        """Two frames: a total."""
        left, top, right, bottom = at
        self.box(at, colour, 2)
        self.box((left - 4, top - 4, right + 4, bottom + 4), colour, 1)

    def hatched_box(self, at: Rectangle, colour: Colour) -> None:
        """A dashed frame with stripes: something not sure."""
        left, top, right, bottom = at
        for start in range(left - (bottom - top), right, HATCH_PX):
            low = max(left, start), bottom - max(0, left - start)
            high = min(right, start + bottom - top), top + max(0, start + bottom - top - right)
            self._draw.line([low, high], fill=colour, width=1)
        for one, other in _sides(at):
            self._dashed(one, other, colour)

    def bracket(self, at: Rectangle, colour: Colour) -> None:
        """A line below with two ends: a heading."""
        left, top, right, bottom = at
        up = bottom - (bottom - top) // 3
        self._draw.line([(left, up), (left, bottom), (right, bottom), (right, up)], colour, 2)

    def underline(self, at: Rectangle, colour: Colour) -> None:
        """A dashed line below: a phrase that tells the layout."""
        left, _, right, bottom = at
        self._dashed((left, bottom), (right, bottom), colour)

    def bar(self, at: Rectangle, colour: Colour) -> None:
        """A filled rectangle."""
        self._draw.rectangle(at, fill=colour)

    def line(self, at: Rectangle, colour: Colour) -> None:
        """A thin straight line."""
        self._draw.line(at, fill=colour, width=1)

    def tick(self, left: int, top: int, size: int, colour: Colour) -> None:
        """A disc with a tick: passed."""
        self._draw.ellipse((left, top, left + size, top + size), fill=colour)
        tick = [(0.25, 0.52), (0.43, 0.72), (0.76, 0.30)]
        points = [(left + x * size, top + y * size) for x, y in tick]
        self._draw.line(points, fill=PAPER, width=max(2, size // 9), joint="curve")

    def cross(self, left: int, top: int, size: int, colour: Colour) -> None:
        """A square with a cross: failed."""
        self._draw.rectangle((left, top, left + size, top + size), fill=colour)
        for y, other in ((0.25, 0.75), (0.75, 0.25)):
            ends = [(left + 0.25 * size, top + y * size), (left + 0.75 * size, top + other * size)]
            self._draw.line(ends, fill=PAPER, width=max(2, size // 9))

    def ring(self, left: int, top: int, size: int, colour: Colour) -> None:
        """An empty ring with a dash: not possible."""
        self._draw.ellipse((left, top, left + size, top + size), outline=colour, width=2)
        middle = top + size // 2
        self._draw.line((left + size // 3, middle, left + 2 * size // 3, middle), colour, 2)

    def tag(self, left: int, top: int, text: str, colour: Colour) -> None:
        """A filled triangle with a word beside it, for a doubt."""
        size = 18
        points = [(left, top + size), (left + size // 2, top), (left + size, top + size)]
        self._draw.polygon(points, fill=colour)
        self.text(left + size // 2 - self.width(text, 12) // 2, top + 5, text, 12, INK)

    def paste(self, left: int, top: int, image: Image.Image) -> None:
        """Another picture on this one."""
        self.image.paste(image, (left, top))

    def text(self, left: int, top: int, text: str, px: int, colour: Colour) -> None:
        """One line of text."""
        self._draw.text((left, top), text, font=self._font(px), fill=colour)

    def width(self, text: str, px: int) -> int:
        """Pixels that a text takes."""
        return round(self._draw.textlength(text, font=self._font(px)))

    def wrapped(self, text: str, px: int, width: int) -> Iterator[str]:
        """``text`` in lines no wider than ``width``, broken at blanks where there are any."""
        line = ""
        for piece in _pieces(text):
            if line and self.width((line + piece).rstrip(), px) > width:
                yield line.rstrip()
                line = piece.lstrip()
            else:
                line += piece
        if line.strip():
            yield line.rstrip()

    def _font(self, px: int) -> Font:
        return self._typeface.sized(px)

    def _dashed(self, one: tuple[int, int], other: tuple[int, int], colour: Colour) -> None:
        length = max(abs(other[0] - one[0]), abs(other[1] - one[1]), 1)
        across, down = (other[0] - one[0]) / length, (other[1] - one[1]) / length
        for start in range(0, length, 2 * DASH_PX):
            end = min(start + DASH_PX, length)
            ends = [(one[0] + across * at, one[1] + down * at) for at in (start, end)]
            self._draw.line(ends, fill=colour, width=3)


def _sides(at: Rectangle) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    left, top, right, bottom = at
    yield (left, top), (right, top)
    yield (left, bottom), (right, bottom)
    yield (left, top), (left, bottom)
    yield (right, top), (right, bottom)


def _pieces(text: str) -> Iterator[str]:
    """Words with the blanks before them; of a text without blanks its characters."""
    for at, word in enumerate(text.split(" ")):
        lead = " " if at else ""
        if word.isascii():
            yield lead + word
        else:
            yield from (lead + char if not n else char for n, char in enumerate(word))
