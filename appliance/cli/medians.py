"""A site's medians beside reference levels, written out: text, JSON, CSV, or what a chart shows."""

import json
from typing import Any

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.texts import Texts
from appliance.drl import export
from appliance.drl.comparison import Comparison, Row
from appliance.drl.reference import Reference
from appliance.drl.statistics import rounded
from appliance.drl.strip_chart import Chart
from appliance.drl.strips import strips
from appliance.drl.words import marks_of, name_of, words

HEADER = ("exam", "quantity", "count", "median", "upper_quartile", "level", "ratio", "mark")
NUMBERS = frozenset({2, 3, 4, 5, 6})
MOST_REFUSED = 20


def as_text(found: Comparison, by: Reference, context: Context) -> str:
    """For people: a row a figure, and what was not compared."""
    texts, said = context.texts, words(context.texts.language)
    parts = [_title(found, by, context)]
    if found.rows:
        header = [(said if key == "level" else texts).say(f"drl.{key}") for key in HEADER]
        parts.append(columns([header, *(_cells(row, context) for row in found.rows)], NUMBERS))
    else:
        parts.append(said.say("drl.nothing"))
    if any(not row.figure.verified for row in found.rows):
        parts.append(texts.say("drl.unverified_note"))
    if found.refused:
        parts.append(f"{texts.say('drl.refused')}:\n{_refused(found, texts)}")
    return "\n\n".join(parts)


def _title(found: Comparison, by: Reference, context: Context) -> str:
    first, last = context.arguments.from_day, context.arguments.to_day
    texts = words(context.texts.language)
    period = texts.say("drl.period", first=first or "…", last=last or "…") if first or last else ""
    edition = texts.pick(by.tables[0].title)
    return texts.say("drl.title", edition=edition, studies=found.studies, period=period)


def _cells(row: Row, context: Context) -> list[str]:
    said = words(context.texts.language)
    return [
        name_of(row, said),
        f"{row.quantity.symbol} {row.quantity.unit}",
        str(len(row.values)),
        str(rounded(row.median)),
        str(rounded(row.upper_quartile)),
        str(row.figure.value),
        f"{row.ratio:.2f}",
        ", ".join(marks_of(row, said, _minimum(context))),
    ]


def _refused(found: Comparison, texts: Texts) -> str:
    """What was not compared, most first."""
    counted = sorted(found.refused.items(), key=lambda entry: (-entry[1], entry[0]))
    rows = [
        [str(count), texts.pick(refusal.meaning), label or texts.say("drl.whole")]
        for (refusal, label), count in counted[:MOST_REFUSED]
    ]
    return columns(rows, right=frozenset({0}))


def as_json(found: Comparison, by: Reference, context: Context) -> str:
    """One JSON object, with the keys of docs/commands.md."""
    first, last = context.arguments.from_day, context.arguments.to_day
    body = {
        "tables": [table.identifier for table in by.tables],
        "from": first and first.isoformat(),
        "to": last and last.isoformat(),
        "studies": found.studies,
        "rows": _objects(found, context),
        "refused": [
            {"reason": refusal, "label": label, "count": count}
            for (refusal, label), count in sorted(found.refused.items())
        ],
    }
    return json.dumps(body, ensure_ascii=False)


def as_csv(found: Comparison, by: Reference, context: Context) -> str:  # noqa: ARG001 - a format
    """A row a figure, with the keys of the JSON object's rows."""
    return export.as_csv(export.COLUMNS, _objects(found, context)).rstrip("\n")


def _objects(found: Comparison, context: Context) -> list[dict[str, Any]]:
    return [export.as_object(row, _minimum(context)) for row in found.rows]


def _minimum(context: Context) -> int:
    return context.configuration.drl.minimum_studies


def as_chart(found: Comparison, by: Reference, context: Context) -> Chart:
    """What a picture of them shows."""
    footer = " ".join(table.identifier for table in by.tables)
    said = words(context.texts.language)
    return strips(found.rows, said, _minimum(context), _title(found, by, context), footer)
