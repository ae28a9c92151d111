"""One figure of a display, test by test."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.charts.axes import Axes, Scale, around
from appliance.charts.drawing import BAND, GOOD, INK, REFERENCE, Drawing
from appliance.displayqa.report.words import Words

SIZE = (640.0, 230.0)
MOST_DATES = 6
DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class Told:
    """A figure at a time; ``is_baseline``: later ones are compared with it."""

    at: datetime
    value: float
    is_baseline: bool = False


def history_chart(
    told: Sequence[Told], between: tuple[float, float] | None, labels: tuple[str, str], words: Words
) -> str:
    """``told``: two at least, the oldest first; ``between``: what is allowed, None: no limit.

    ``labels``: what it is a chart of, and the figure with its unit.
    """
    title, beside = labels
    drawing = Drawing(*SIZE, title)
    times = [each.at.timestamp() for each in told]
    span = max(times[-1] - times[0], DAY_S)
    across = Scale(times[0] - span / 20, times[-1] + span / 20)
    axes = Axes(drawing, SIZE, across, around([each.value for each in told] + list(between or ())))
    if between:
        axes.band(*between, BAND)
    axes.frame((words.say("date"), beside), _dates(told))
    for baseline in (each for each in told if each.is_baseline):
        axes.rule(baseline.value, REFERENCE, "6 3")
    points = [axes.at(time, each.value) for time, each in zip(times, told, strict=True)]
    drawing.path(points, GOOD, 1.2)
    for point, each in zip(points, told, strict=True):
        drawing.dot(point, 4, INK if each.is_baseline else GOOD, "white")
    return drawing.markup


def _dates(told: Sequence[Told]) -> list[tuple[float, str]]:
    """Days below the axis that leave each other room; the first and the last always."""
    first, last = told[0].at, told[-1].at
    room = max((last - first).total_seconds(), DAY_S) / MOST_DATES
    chosen = [first]
    for each in told[1:-1]:
        apart = (each.at - chosen[-1]).total_seconds() >= room
        if apart and (last - each.at).total_seconds() >= room:
            chosen.append(each.at)
    if (last - chosen[-1]).total_seconds() >= room:
        chosen.append(last)
    return [(each.timestamp(), f"{each:%Y-%m-%d}") for each in chosen]
