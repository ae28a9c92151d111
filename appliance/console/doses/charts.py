"""How doses are drawn: a histogram with its quartiles, and a median from month to month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from appliance.charts.axes import Axes, Scale
from appliance.charts.drawing import BAD, BAND, GOOD, INK, REFERENCE, Drawing
from appliance.drl.ranked import Month, Ranked
from appliance.drl.statistics import LOWER_QUARTILE, UPPER_QUARTILE

SIZE = (560.0, 250.0)
HEADROOM, ROOM_TOP = 1.25, 1.15
DASH = "6 4"
MOST_DATES = 6
MONTHS_A_YEAR = 12
BOX_SHARE = 0.06
"""Of the height: the box of the quartiles, above the bars."""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure that doses are compared with."""

    value: Decimal
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Labels:
    """What a chart is of, and what stands below and beside it."""

    title: str
    below: str
    beside: str


def histogram(doses: Ranked, lines: Sequence[Line], labels: Labels) -> Markup:
    """``doses``: one at least. Bars; above them the quartiles as a box, the median as a line."""
    drawing = Drawing(*SIZE, labels.title)
    bars, beyond = doses.bars([each.value for each in lines])
    highest = max(bar.number for bar in bars)
    axes = Axes(drawing, SIZE, Scale(0, bars[-1].below), Scale(0, highest * HEADROOM))
    ticks = [(each, f"{each:g}") for each in axes.across.ticks(6)]
    axes.frame((labels.below, labels.beside), ticks)
    for bar in bars:
        x, y = axes.at(bar.least, bar.number)
        right, foot = axes.at(bar.below, 0)
        drawing.box((x + 0.5, y), (right - x - 1, foot - y), BAND, GOOD, 0.6)
    for line in lines:
        _upright(axes, float(line.value), BAD, "" if line.is_verified else DASH)
    _quartiles(axes, doses)
    if beyond:
        drawing.text((SIZE[0] - 18, 26), f"+{beyond} \N{RIGHTWARDS ARROW}", "end")
    return Markup(drawing.markup)  # noqa: S704 - an SVG of ours


def course(months: Sequence[Month], fewest: int, lines: Sequence[Line], labels: Labels) -> Markup:
    """Median and quartiles of each month of at least ``fewest`` doses; one month at least."""
    drawing = Drawing(*SIZE, labels.title)
    told = [each for each in months if len(each.doses) >= fewest]
    at = [_number(each.first) for each in told]
    tops = [each.doses.percentile(UPPER_QUARTILE) for each in told]
    top = ROOM_TOP * float(max([*tops, *(line.value for line in lines)])) or 1.0
    axes = Axes(drawing, SIZE, Scale(at[0] - 0.6, at[-1] + 0.6), Scale(0, top))
    axes.frame((labels.below, labels.beside), _dates(at))
    for line in lines:
        axes.rule(float(line.value), BAD, "" if line.is_verified else DASH)
    medians = [axes.at(x, float(each.doses.median)) for x, each in zip(at, told, strict=True)]
    for x, each in zip(at, told, strict=True):
        low = axes.at(x, float(each.doses.percentile(LOWER_QUARTILE)))
        drawing.line(low, axes.at(x, float(each.doses.percentile(UPPER_QUARTILE))), REFERENCE, 5)
    drawing.path(medians, GOOD, 1.4)
    for point in medians:
        drawing.dot(point, 4, GOOD, "white")
    return Markup(drawing.markup)  # noqa: S704 - an SVG of ours


def _quartiles(axes: Axes, doses: Ranked) -> None:
    high = axes.up.greatest
    low, up = (float(doses.percentile(share)) for share in (LOWER_QUARTILE, UPPER_QUARTILE))
    left, top = axes.at(low, high * (1 - BOX_SHARE / 2))
    right, foot = axes.at(up, high * (1 - 2 * BOX_SHARE))
    axes.drawing.box((left, top), (max(right - left, 2), foot - top), "white", INK, 1.6)
    _upright(axes, float(doses.median), INK, "", 2.4)


def _upright(axes: Axes, value: float, colour: str, dash: str, width: float = 2) -> None:
    """A line over the whole height."""
    ends = (axes.at(value, 0), axes.at(value, axes.up.greatest))
    axes.drawing.path(ends, colour, width, dash)


def _number(month: date) -> int:
    return month.year * MONTHS_A_YEAR + month.month - 1


def _dates(at: Sequence[int]) -> list[tuple[float, str]]:
    step = max(1, -(-(at[-1] - at[0] + 1) // MOST_DATES))
    chosen = range(at[0], at[-1] + 1, step)
    return [(n, f"{n // MONTHS_A_YEAR}-{n % MONTHS_A_YEAR + 1:02}") for n in chosen]
