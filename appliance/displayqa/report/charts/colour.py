"""Chromaticities in a part of the CIE 1976 diagram."""

from collections.abc import Mapping, Sequence

from appliance.charts.axes import Axes, Scale
from appliance.charts.drawing import GOOD, INK, REFERENCE, Drawing
from appliance.displayqa.chromaticity import D65, Chromaticity
from appliance.displayqa.report.words import Words

SIZE = (392.0, 372.0)
"""So that a step of u' is as long as one of v'."""
LEAST_HALF = 0.012
RINGS = (0.005, 0.01)
COLOURS = (GOOD, "#b45f06")


def chromaticity_chart(points: Mapping[str, Sequence[Chromaticity]], words: Words) -> str:
    """Points of each kind, by its name, about the brightest or only one; D65 beside them.

    ``points``: at least one. Rings are of 0.005 and 0.01 about D65.
    """
    drawing = Drawing(*SIZE, words.say("chart_colour"))
    every = [_pair(each) for kind in points.values() for each in kind] + [_pair(D65)]
    middle, half = _square(every)
    axes = Axes(drawing, SIZE, *(Scale(each - half, each + half) for each in middle))
    ticks = [(each, f"{each:.4g}") for each in axes.across.ticks(5)]
    axes.frame(("u\u2032", "v\u2032"), ticks)
    white = axes.at(*_pair(D65))
    for ring in RINGS:
        edge = axes.at(_pair(D65)[0] + ring, _pair(D65)[1])
        if ring < half:
            drawing.dot(white, edge[0] - white[0], stroke=REFERENCE, dash="3 3")
    drawing.cross(white, 4, INK)
    drawing.text((white[0] + 7, white[1] - 6), "D65")
    for row, ((name, kind), colour) in enumerate(zip(points.items(), COLOURS, strict=False)):
        for each in kind:
            drawing.dot(axes.at(*_pair(each)), 3.2, "none", colour)
        drawing.dot((72, 26 + 18 * row), 3.2, "none", colour)
        drawing.text((82, 30 + 18 * row), name)
    return drawing.markup


def _pair(point: Chromaticity) -> tuple[float, float]:
    return float(point.u_prime), float(point.v_prime)


def _square(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], float]:
    """The middle of all of them, and half the side of a square that has them."""
    columns = tuple(zip(*points, strict=True))
    ends = [(min(column), max(column)) for column in columns]
    across, up = ((least + most) / 2 for least, most in ends)
    reach = max(most - least for least, most in ends) / 2
    return (across, up), max(1.25 * reach, LEAST_HALF)
