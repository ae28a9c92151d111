"""The grey scale: its luminances against the GSDF, and how far each contrast is from it."""

from collections.abc import Sequence
from itertools import pairwise

from appliance.charts.axes import Axes, Scale
from appliance.charts.drawing import BAD, BAND, GOOD, INK, REFERENCE, Drawing
from appliance.displayqa.gsdf import luminance_cd_m2
from appliance.displayqa.report.words import Words
from appliance.displayqa.response import ContrastResponse

SIZE = (640.0, 262.0)
FINE = 4
"""Points of the GSDF's curve between two levels."""
LEAST_CD_M2 = 0.01
EVERY = 3
"""One level in so many has its figure below the axis."""
BAR = 0.62
LEGEND = (470.0, 182.0)
"""Below the curve, which rises."""


def luminance_chart(
    levels: Sequence[int],
    luminances_cd_m2: Sequence[float | None],
    response: ContrastResponse | None,
    words: Words,
) -> str:
    """Luminance with ambient light by level; the GSDF between the ends where there is a response.

    None: not measured. At least one was.
    """
    drawing = Drawing(*SIZE, words.say("chart_luminance"))
    known = [max(each, LEAST_CD_M2) for each in luminances_cd_m2 if each is not None]
    up = Scale(min(known) / 1.4, max(known) * 1.4, is_logarithmic=True)
    axes = Axes(drawing, SIZE, Scale(levels[0], levels[-1]), up)
    ticks = [(float(each), str(each)) for each in levels[:: EVERY - 1]]
    axes.frame((words.say("level"), words.say("luminance_axis")), [*ticks, _last(levels)])
    if response:
        drawing.path(_gsdf(axes, levels, response), REFERENCE, 1.4, "6 3")
    for level, luminance in zip(levels, luminances_cd_m2, strict=True):
        if luminance is not None:
            drawing.dot(axes.at(level, luminance), 3.4, GOOD, "white")
    _legend(drawing, response, words)
    return drawing.markup


def contrast_chart(
    levels: Sequence[int], response: ContrastResponse, limit_percent: float | None, words: Words
) -> str:
    """The deviation of each interval in percent, beside the band that the limit leaves."""
    drawing = Drawing(*SIZE, words.say("chart_contrast"))
    errors = [100 * each.deviation for each in response.intervals]
    reach = 1.2 * max(limit_percent or 0.0, *(abs(each) for each in errors), 1.0)
    axes = Axes(drawing, SIZE, Scale(0.5, len(errors) + 0.5), Scale(-reach, reach))
    if limit_percent is not None:
        axes.band(-limit_percent, limit_percent, BAND)
    ticks = [(number, f"{number}") for number, _ in enumerate(pairwise(levels), 1) if number % 2]
    axes.frame((words.say("interval_axis"), words.say("contrast_axis")), ticks)
    axes.rule(0, INK)
    for sign in (-1, 1) if limit_percent is not None else ():
        axes.rule(sign * (limit_percent or 0.0), REFERENCE, "6 3")
    for number, error in enumerate(errors, 1):
        is_beyond = limit_percent is not None and abs(error) > limit_percent
        _bar(axes, number, error, BAD if is_beyond else GOOD)
    return drawing.markup


def _bar(axes: Axes, number: int, error: float, colour: str) -> None:
    x, top = axes.at(number - BAR / 2, max(error, 0))
    right, bottom = axes.at(number + BAR / 2, min(error, 0))
    axes.drawing.box((x, top), (right - x, max(bottom - top, 0.8)), colour)


def _gsdf(
    axes: Axes, levels: Sequence[int], response: ContrastResponse
) -> list[tuple[float, float]]:
    count = FINE * len(response.intervals)
    span = response.last_jnd - response.first_jnd
    points = []
    for at in range(count + 1):
        jnd = min(max(response.first_jnd + span * at / count, 1), 1023)
        level = levels[0] + (levels[-1] - levels[0]) * at / count
        points.append(axes.at(level, luminance_cd_m2(jnd)))
    return points


def _last(levels: Sequence[int]) -> tuple[float, str]:
    return float(levels[-1]), str(levels[-1])


def _legend(drawing: Drawing, response: ContrastResponse | None, words: Words) -> None:
    x, y = LEGEND
    drawing.box((x - 14, y - 18), (150, 44), "white")
    drawing.dot((x, y - 4), 3.4, GOOD, "white")
    drawing.text((x + 12, y), words.say("measured_points"))
    if response:
        drawing.path(((x - 10, y + 14), (x + 8, y + 14)), REFERENCE, 1.4, "6 3")
        drawing.text((x + 12, y + 18), words.say("gsdf_curve"))
