"""Which charts a report has, and what is said below each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.measurement import Measurements
from appliance.displayqa.quantity import Quantity
from appliance.displayqa.report.charts.colour import chromaticity_chart
from appliance.displayqa.report.charts.history import Told, history_chart
from appliance.displayqa.report.charts.response import contrast_chart, luminance_chart
from appliance.displayqa.report.charts.screen import screen_map
from appliance.displayqa.report.figures import plain
from appliance.displayqa.report.subject import Past, Subject
from appliance.displayqa.report.words import Words
from appliance.displayqa.ruleset import Kind, Limit, Operator

FEWEST = 2
"""Tests that make a history."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart: its title, the SVG, what is to be known of it; ``is_small``: several in a row."""

    title: str
    svg: str
    note: str
    is_small: bool = False


def curves(of: Subject, words: Words) -> Iterator[Figure]:
    """Every chart that there is something for."""
    yield from _response(of, words)
    yield from _screens(of, words)
    yield from _colours(of, words)
    yield from _histories(of, words)


def max_luminance_cd_m2(measured: Measurements) -> float | None:
    """Of the display alone, as histories compare it; None: not measured."""
    reading = measured.at(measured.levels[-1])
    return None if reading is None else float(measured.without_ambient(reading))


def _response(of: Subject, words: Words) -> Iterator[Figure]:
    measured, response = of.measured, of.evaluation.response
    readings = [measured.at(level) for level in measured.levels]
    seen = [None if each is None else float(measured.with_ambient(each)) for each in readings]
    if any(each is not None for each in seen):
        chart = luminance_chart(measured.levels, seen, response, words)
        yield Figure(words.say("chart_luminance"), chart, words.say(_ambient_note(measured)))
    if response:
        limit = _limit_of(of, Quantity.CONTRAST_RESPONSE)
        allowed = None if limit is None else float(limit.value)
        note = (
            words.say("no_contrast_limit")
            if allowed is None
            else words.say("contrast_band", limit=plain(allowed, 2))
        )
        chart = contrast_chart(measured.levels, response, allowed, words)
        yield Figure(words.say("chart_contrast"), chart, note)


def _ambient_note(measured: Measurements) -> str:
    if measured.method.sees_ambient:
        return "telescopic_note"
    return "no_ambient_chart" if measured.ambient_cd_m2 is None else "luminance_note"


def _screens(of: Subject, words: Words) -> Iterator[Figure]:
    proportion = of.display.width_px, of.display.height_px
    for level, places in sorted(of.measured.screen.items()):
        luminances = {place: float(each.mean_cd_m2) for place, each in places.items()}
        chart = screen_map(luminances, proportion, words)
        note = words.say("screen_note", level=level)
        yield Figure(words.say("chart_screen"), chart, note, is_small=True)


def _colours(of: Subject, words: Words) -> Iterator[Figure]:
    scale = [each.chromaticity for each in of.measured.scale.values()]
    screen = [
        each.chromaticity for places in of.measured.screen.values() for each in places.values()
    ]
    points = {words.say("grey_scale"): _known(scale), words.say("over_screen"): _known(screen)}
    points = {name: each for name, each in points.items() if each}
    if points:
        chart = chromaticity_chart(points, words)
        yield Figure(words.say("chart_colour"), chart, words.say("colour_note"), is_small=True)


def _known(points: Sequence[Chromaticity | None]) -> list[Chromaticity]:
    return [each for each in points if each is not None]


def _histories(of: Subject, words: Words) -> Iterator[Figure]:
    response = of.evaluation.response
    brightest = _told(of, lambda past: past.max_luminance_cd_m2, max_luminance_cd_m2(of.measured))
    kappa = _told(
        of, lambda past: past.k_delta_percent, response.k_delta_percent if response else None
    )
    charts = (
        (brightest, "chart_max_history", "luminance_axis", _allowed_max(of)),
        (kappa, "chart_kappa_history", "kappa_axis", _allowed_kappa(of)),
    )
    for told, title, axis, allowed in charts:
        if len(told) >= FEWEST:
            said = words.say(title)
            chart = history_chart(told, allowed, (said, words.say(axis)), words)
            yield Figure(said, chart, words.say("history_note"))


def _told(of: Subject, figure: Callable[[Past], float | None], now: float | None) -> list[Told]:
    before = [(past, figure(past)) for past in of.history]
    told = [Told(past.at, value, past.is_baseline) for past, value in before if value is not None]
    return told if now is None else [*told, Told(of.ended or of.last, now)]


def _allowed_kappa(of: Subject) -> tuple[float, float] | None:
    limit = _limit_of(of, Quantity.CONTRAST_RESPONSE)
    return None if limit is None else (0.0, float(limit.value))


def _allowed_max(of: Subject) -> tuple[float, float] | None:
    """About the baseline, where the ruleset limits the drift and there is one."""
    limit = _limit_of(of, Quantity.MAX_LUMINANCE_DRIFT)
    known = [past.max_luminance_cd_m2 for past in of.history if past.is_baseline]
    whole = [each for each in known if each is not None]
    if limit is None or not whole:
        return None
    share = float(limit.value) / 100
    return whole[-1] * (1 - share), whole[-1] * (1 + share)


def _limit_of(of: Subject, quantity: Quantity) -> Limit | None:
    """The limit from above that counts."""
    for item in of.evaluation.items:
        above = item.limit.operator in {Operator.AT_MOST, Operator.BELOW}
        if item.limit.quantity is quantity and item.limit.kind is not Kind.RECOMMENDED and above:
            return item.limit
    return None
