"""How a figure of a display goes from test to test: a chart, and what the line through it tells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from markupsafe import Markup

from appliance.displayqa.report.charts.history import Told, history_chart
from appliance.displayqa.report.figures import plain, requirement, with_unit
from appliance.displayqa.report.words import Language, Words
from appliance.displayqa.ruleset import Limit, Operator
from appliance.displayqa.trend import Crossing, Trend
from appliance.texts import Texts

FEWEST = 2
NEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """``change`` and ``crossing`` are sentences; empty where there is nothing to tell.

    ``is_near``: the limit may be met within ``NEAR`` of the last test.
    """

    name: str
    limit: str
    chart: Markup
    change: str
    crossing: str
    is_near: bool


def courses(trends: Sequence[Trend], texts: Texts) -> Iterator[Course]:
    """Of each figure that at least two tests have."""
    for each in trends:
        if len(each.points) >= FEWEST:
            yield _course(each, texts)


def _course(trend: Trend, texts: Texts) -> Course:
    quantity = trend.limit.quantity
    name = texts.pick(quantity.meaning)
    if trend.limit.level is not None:
        name += f" ({texts.say('displayqa.at_level', level=trend.limit.level)})"
    values = [float(each.value) for each in trend.points]
    told = [
        Told(
            datetime.combine(each.day, time(12)),
            float(each.value),
            is_baseline=each.value == trend.baseline,
        )
        for each in trend.points
    ]
    words = Words(Language(texts.language))
    labels = (name, with_unit(texts.say("displayqa.value"), quantity))
    chart = history_chart(told, _between(trend.limit, values), labels, words)
    return Course(
        name=name,
        limit=requirement(trend.limit),
        chart=Markup(chart),  # noqa: S704 - an SVG of ours
        change=_change(trend, texts),
        crossing=_crossing(trend.drift.crossing if trend.drift else None, texts),
        is_near=_is_near(trend),
    )


def _is_near(trend: Trend) -> bool:
    crossing = trend.drift.crossing if trend.drift else None
    if crossing is None:
        return False
    return (crossing.earliest or crossing.day) - trend.points[-1].day <= NEAR


def _between(limit: Limit, values: Sequence[float]) -> tuple[float, float]:
    """What the limit allows, to the edge of the chart on the open side."""
    value = float(limit.value)
    if limit.operator in {Operator.AT_LEAST, Operator.ABOVE}:
        return value, max(value, *values)
    return min(0.0, *values), value


def _change(trend: Trend, texts: Texts) -> str:
    drift = trend.drift
    if drift is None:
        return ""
    quantity, sign = trend.limit.quantity, "+" if drift.per_year > 0 else "\N{MINUS SIGN}"
    change = with_unit(f"{sign}{plain(abs(drift.per_year), 2)}", quantity)
    if drift.error_per_year is None:
        return texts.say("displayqa.yearly_of_two", change=change)
    key = "yearly" if drift.is_certain else "yearly_unsure"
    return texts.say(f"displayqa.{key}", change=change, error=plain(drift.error_per_year, 2))


def _crossing(crossing: Crossing | None, texts: Texts) -> str:
    if crossing is None:
        return ""
    earliest = crossing.earliest
    if earliest is None:
        return texts.say("displayqa.crossing", day=crossing.day)
    return texts.say("displayqa.crossing_from", day=crossing.day, earliest=earliest)
