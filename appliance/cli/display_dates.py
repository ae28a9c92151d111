"""``appliance displayqa due`` and ``trends``: when to test again, and where a display heads."""

import json
from typing import Any

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.limits import item_name
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK
from appliance.displayqa.ruleset_record import limit_text
from appliance.displayqa.sessions.due import Due, Urgency
from appliance.displayqa.trend import Crossing, Drift, Trend
from appliance.errors import EXIT_OK
from appliance.services.display_records import DisplayRecords
from appliance.services.display_schedule import DisplaySchedule


def run(context: Context) -> int:
    """List what is due, or the trends of a display. Raises NotFoundError."""
    with opened_ledger(context) as ledger:
        records = DisplayRecords(context.configuration, ledger, SYSTEM_CLOCK)
        schedule = DisplaySchedule(records)
        {"due": _due, "trends": _trends}[context.arguments.action](context, schedule)
    return EXIT_OK


def _due(context: Context, schedule: DisplaySchedule) -> None:
    rows = [
        (name, each)
        for name, dues in schedule.every().items()
        for each in dues
        if context.arguments.all or each.urgency is not Urgency.LATER
    ]
    if context.arguments.format == "json":
        _print_json([_due_as_json(name, each) for name, each in rows])
    elif rows:
        heads = [context.texts.say(f"display_dates.{key}") for key in ("display", "test", "state")]
        heads += [context.texts.say("display_dates.day"), context.texts.say("display_dates.last")]
        print(columns([heads, *(_row(context, *row) for row in rows)]))  # noqa: T201 - asked for
    else:
        context.say("display_dates.none_due")


def _row(context: Context, name: str, due: Due) -> list[str]:
    last = f"{due.last.entries[0].at:%Y-%m-%d}" if due.last else "-"
    test = context.texts.say(f"displayqa.{due.test}")
    return [name, test, context.texts.pick(due.urgency.meaning), str(due.day or "-"), last]


def _due_as_json(name: str, due: Due) -> dict[str, Any]:
    return {
        "display": name,
        "test": str(due.test),
        "urgency": str(due.urgency),
        "day": due.day.isoformat() if due.day else None,
        "last_test": due.last.identifier if due.last else None,
    }


def _trends(context: Context, schedule: DisplaySchedule) -> None:
    trends = [each for each in schedule.trends(context.arguments.display) if each.points]
    if context.arguments.format == "json":
        _print_json([_trend_as_json(each) for each in trends])
    elif trends:
        keys = ("item", "limit", "count", "baseline", "last", "drift", "crossing")
        heads = [context.texts.say(f"display_dates.{key}") for key in keys]
        print(columns([heads, *(_line(context, each) for each in trends)]))  # noqa: T201 - same
        context.say("display_dates.straight")
    else:
        context.say("display_dates.no_tests")


def _line(context: Context, trend: Trend) -> list[str]:
    limit, baseline = trend.limit, trend.baseline
    return [
        item_name(limit, context.texts),
        limit_text(limit),
        str(len(trend.points)),
        "-" if baseline is None else f"{float(baseline):.4g}",
        f"{float(trend.points[-1].value):.4g}",
        "-" if trend.drift is None else _drift(context, trend.drift),
        "-" if trend.drift is None else _crossing(context, trend.drift.crossing),
    ]


def _drift(context: Context, drift: Drift) -> str:
    change = f"{drift.per_year:+.3g}"
    if drift.error_per_year is None:
        return context.texts.say("display_dates.unsure", change=change)
    return context.texts.say(
        "display_dates.per_year", change=change, error=f"{drift.error_per_year:.2g}"
    )


def _crossing(context: Context, crossing: Crossing | None) -> str:
    if crossing is None:
        return "-"
    if crossing.earliest is None:
        return context.texts.say("display_dates.untold", day=crossing.day)
    return context.texts.say(
        "display_dates.between",
        day=crossing.day,
        earliest=crossing.earliest,
        latest=crossing.latest or "-",
    )


def _trend_as_json(trend: Trend) -> dict[str, Any]:
    return {
        "item": trend.limit.identifier,
        "quantity": str(trend.limit.quantity),
        "unit": trend.limit.quantity.unit,
        "operator": str(trend.limit.operator),
        "limit": float(trend.limit.value),
        "baseline": None if trend.baseline is None else float(trend.baseline),
        "points": [
            {"day": each.day.isoformat(), "test": each.test, "value": float(each.value)}
            for each in trend.points
        ],
        "drift": None if trend.drift is None else _drift_as_json(trend.drift),
    }


def _drift_as_json(drift: Drift) -> dict[str, Any]:
    crossing = drift.crossing
    days = (crossing.day, crossing.earliest, crossing.latest) if crossing else (None, None, None)
    told = [each.isoformat() if each else None for each in days]
    return {
        "per_year": drift.per_year,
        "error_per_year": drift.error_per_year,
        "crossing": dict(zip(("day", "earliest", "latest"), told, strict=True))
        if crossing
        else None,
    }


def _print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201 - what was asked for
