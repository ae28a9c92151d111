"""Strips of doses beside the level they are compared with, as SVG or PNG.

One axis for all: the dose divided by its reference level, so that 1 is the level whatever the
quantity. Every meaning has a shape of its own, so that it is told without colours, too.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from appliance.charts.colours import BLUE, GREY, INK, SKY, VERMILLION, Colour
from appliance.charts.shapes import Box, Dot, Line, Picture, Shape, Triangle, Words
from appliance.charts.typeface import Typeface
from appliance.drl.statistics import LOWER_QUARTILE, MEDIAN, UPPER_QUARTILE, ordered_percentile

WIDTH, MARGIN, NAME_WIDTH, VALUE_WIDTH = 1200, 24, 430, 130
HEAD, ROW, FOOT = 108, 48, 92
LEFT, RIGHT = MARGIN + NAME_WIDTH, WIDTH - MARGIN - VALUE_WIDTH
SHORTEST_AXIS, LONGEST_AXIS = 1.5, 3.0
MOST_DOTS = 150
NEARLY_ALL = Fraction(19, 20)
QUARTILES = (LOWER_QUARTILE, MEDIAN, UPPER_QUARTILE)
BOX = 24
LANES = (0, -6, 5, -3, 8, -8, 3, 6, -5)
"""Pixels off the middle, one study after the other."""
RULE: Colour = (214, 218, 222)


@dataclass(frozen=True, slots=True)
class Strip:
    """One row: doses as shares of their level, ascending, and the words beside them."""

    name: str
    remark: str
    value: str
    shares: Sequence[float]
    is_above: bool
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is to be drawn; ``legend`` has a text for dot, box, median, unverified and above."""

    title: str
    subtitle: str
    axis: str
    legend: Mapping[str, str]
    strips: Sequence[Strip]
    empty: str
    footer: str


_SIGNS: dict[str, Callable[[float, float], Shape]] = {
    "dot": lambda x, y: Dot(x + 14, y, SKY),
    "box": lambda x, y: Box(x, y - 8, x + 28, y + 8, BLUE),
    "median": lambda x, y: Line(x + 14, y - 11, x + 14, y + 11, BLUE, 4),
    "unverified": lambda x, y: Box(x, y - 8, x + 28, y + 8, GREY, is_dashed=True),
    "above": lambda x, y: Triangle(x + 8, y - 8, 14, VERMILLION),
}


def chart(content: Chart, typeface: Typeface) -> Picture:
    """The picture of ``content``."""
    height = HEAD + ROW * max(len(content.strips), 1) + FOOT
    end = _axis_end(content.strips)
    shapes = [*_head(content), *_axis(content, end, height - FOOT)]
    for at, strip in enumerate(content.strips):
        shapes += _strip(strip, HEAD + ROW * at, end)
    if not content.strips:
        shapes.append(Words(MARGIN, HEAD + 14, content.empty, 15))
    shapes += _legend(content, height - FOOT + 44)
    shapes.append(Words(WIDTH - MARGIN, height - 22, content.footer, 11, GREY, "end"))
    return Picture(WIDTH, height, tuple(shapes), typeface)


def _axis_end(strips: Sequence[Strip]) -> float:
    """The axis shows every box, and of the dots as many as fit."""
    tops = [ordered_percentile(strip.shares, NEARLY_ALL) for strip in strips]
    return min(max(SHORTEST_AXIS, *tops, 0.0), LONGEST_AXIS) if tops else SHORTEST_AXIS


def _place(share: float, end: float) -> float:
    return LEFT + min(max(share, 0.0), end) / end * (RIGHT - LEFT)


def _head(content: Chart) -> Iterator[Shape]:
    yield Words(MARGIN, 20, content.title, 24)
    yield Words(MARGIN, 56, content.subtitle, 15, GREY)


def _axis(content: Chart, end: float, bottom: int) -> Iterator[Shape]:
    tick = 0.0
    while tick <= end:
        x = _place(tick, end)
        is_level = tick == 1
        yield Line(x, HEAD - 12, x, bottom, INK if is_level else RULE, 2 if is_level else 1)
        yield Words(x, HEAD - 32, f"{tick:g}", 13, INK if is_level else GREY, "middle")
        tick += 0.25 if end <= SHORTEST_AXIS + 0.5 else 0.5
    yield Words((LEFT + RIGHT) / 2, bottom + 10, content.axis, 13, GREY, "middle")


def _strip(strip: Strip, top: int, end: float) -> Iterator[Shape]:
    middle = top + ROW / 2
    yield Line(MARGIN, top + ROW, WIDTH - MARGIN, top + ROW, RULE)
    yield Words(MARGIN, top + 6, strip.name, 15)
    yield Words(MARGIN, top + 27, strip.remark, 12, GREY)
    yield from _dots(strip.shares, middle, end)
    colour = VERMILLION if strip.is_above and strip.is_verified else BLUE
    colour = colour if strip.is_verified else GREY
    yield from _box(strip, middle, end, colour)
    right = WIDTH - MARGIN
    is_alarming = strip.is_above and strip.is_verified
    yield Words(right, top + 13, strip.value, 15, VERMILLION if is_alarming else INK, "end")
    if is_alarming:
        yield Triangle(right - VALUE_WIDTH + 6, top + 13, 14, VERMILLION)


def _dots(shares: Sequence[float], middle: float, end: float) -> Iterator[Shape]:
    """One a study, beside each other where many are alike; beyond the axis only their number."""
    within = bisect_right(shares, end)
    for rank, at in enumerate(_thinned(within)):
        yield Dot(_place(shares[at], end), middle + LANES[rank % len(LANES)], SKY)
    beyond = len(shares) - within
    if beyond:
        yield Words(RIGHT - 2, middle - ROW / 2 + 3, f"+{beyond}", 11, GREY, "end")


def _box(strip: Strip, middle: float, end: float, colour: Colour) -> Iterator[Shape]:
    """The quartiles as a frame, broken where the level is unverified, and the median."""
    low, half, high = (ordered_percentile(strip.shares, share) for share in QUARTILES)
    left, right = _place(low, end), max(_place(high, end), _place(low, end) + 2)
    yield Box(left, middle - BOX / 2, right, middle + BOX / 2, colour, not strip.is_verified)
    x = _place(half, end)
    yield Line(x, middle - BOX / 2 - 3, x, middle + BOX / 2 + 3, colour, 4)


def _thinned(count: int) -> Sequence[int]:
    """At most MOST_DOTS of so many, evenly by rank, the first and the last included."""
    if count <= MOST_DOTS:
        return range(count)
    step = (count - 1) / (MOST_DOTS - 1)
    return [round(at * step) for at in range(MOST_DOTS)]


def _legend(content: Chart, top: int) -> Iterator[Shape]:
    x, middle = float(MARGIN), top + 10
    width = (WIDTH - 2 * MARGIN) / len(content.legend)
    for key, text in content.legend.items():
        yield _SIGNS[key](x, middle)
        yield Words(x + 36, top + 2, text, 12, GREY)
        x += width
