"""A site's medians beside reference levels, written out: text, JSON, CSV, or what a chart shows."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.texts import Texts
from appliance.drl.comparison import Comparison, Row
from appliance.drl.reference import Reference
from appliance.drl.statistics import rounded
from appliance.drl.strip_chart import Chart, Strip

HEADER = ("exam", "quantity", "count", "median", "upper_quartile", "level", "ratio", "mark")
NUMBERS = frozenset({2, 3, 4, 5, 6})
MOST_REFUSED = 20
CSV_COLUMNS: Sequence[str] = (
    "edition",
    "exam",
    "level",
    "group",
    "phantom",
    "age_years",
    "standard_weight_kg",
    "quantity",
    "unit",
    "studies",
    "weight_unknown",
    "median",
    "percentile_75",
    "reference_level",
    "ratio",
    "above",
    "few",
    "verified",
    "source",
)


def as_text(found: Comparison, by: Reference, context: Context) -> str:
    """For people: a row a figure, and what was not compared."""
    texts = context.texts
    parts = [_title(found, by, context)]
    if found.rows:
        header = [texts.say(f"drl.{key}") for key in HEADER]
        parts.append(columns([header, *(_cells(row, context) for row in found.rows)], NUMBERS))
    else:
        parts.append(texts.say("drl.nothing"))
    if any(not row.figure.verified for row in found.rows):
        parts.append(texts.say("drl.unverified_note"))
    if found.refused:
        parts.append(f"{texts.say('drl.refused')}:\n{_refused(found, texts)}")
    return "\n\n".join(parts)


def _title(found: Comparison, by: Reference, context: Context) -> str:
    first, last, texts = context.arguments.from_day, context.arguments.to_day, context.texts
    period = texts.say("drl.period", first=first or "…", last=last or "…") if first or last else ""
    edition = texts.pick(by.tables[0].title)
    return texts.say("drl.title", edition=edition, studies=found.studies, period=period)


def _cells(row: Row, context: Context) -> list[str]:
    return [
        _name(row, context.texts),
        f"{row.quantity.symbol} {row.quantity.unit}",
        str(len(row.values)),
        str(rounded(row.median)),
        str(rounded(row.upper_quartile)),
        str(row.figure.value),
        f"{row.ratio:.2f}",
        ", ".join(_marks(row, context)),
    ]


def _name(row: Row, texts: Texts) -> str:
    """The examination, and what its figure is for."""
    parts = [texts.pick(row.exam.name), *filter(None, [texts.pick(row.level.name)])]
    ages = row.level.ages
    if ages is not None:
        parts.append(texts.say("drl.age", youngest=ages.youngest, below=ages.below or ""))
    if ages is not None and row.level.phantom is not None:
        parts.append(row.level.phantom.name)
    if row.group:
        parts.append(row.group)
    return ", ".join(parts)


def _marks(row: Row, context: Context) -> Iterator[str]:
    texts = context.texts
    if row.is_above:
        yield texts.say("drl.above")
    if not row.figure.verified:
        yield texts.say("drl.unverified")
    if len(row.values) < context.configuration.drl.minimum_studies:
        yield texts.say("drl.few")
    if row.weight_unknown:
        yield texts.say("drl.weight_unknown", count=row.weight_unknown)


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
        "rows": [_row_to_json(row, context) for row in found.rows],
        "refused": [
            {"reason": refusal, "label": label, "count": count}
            for (refusal, label), count in sorted(found.refused.items())
        ],
    }
    return json.dumps(body, ensure_ascii=False)


def _row_to_json(row: Row, context: Context) -> dict[str, Any]:
    ages, weight = row.level.ages, row.level.standard_weight_kg
    return {
        "edition": row.table.edition,
        "exam": row.exam.identifier,
        "level": row.level.name[0],
        "group": row.group,
        "phantom": row.level.phantom and row.level.phantom.name,
        "age_years": ages and [str(ages.youngest), str(ages.below or "")],
        "standard_weight_kg": weight and [str(each) for each in weight],
        "quantity": row.quantity,
        "unit": row.quantity.unit,
        "studies": len(row.values),
        "weight_unknown": row.weight_unknown,
        "median": str(rounded(row.median)),
        "percentile_75": str(rounded(row.upper_quartile)),
        "reference_level": str(row.figure.value),
        "ratio": f"{row.ratio:.3f}",
        "above": row.is_above,
        "few": len(row.values) < context.configuration.drl.minimum_studies,
        "verified": row.figure.verified,
        "source": row.figure.source,
    }


def as_csv(found: Comparison, by: Reference, context: Context) -> str:  # noqa: ARG001 - a format
    """A row a figure, with the keys of the JSON object's rows."""
    rows = [_row_to_json(row, context) for row in found.rows]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=CSV_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(row[key]) for key in CSV_COLUMNS})
    return out.getvalue().rstrip("\n")


def _cell(value: object) -> str:
    """For a spreadsheet; a text that would be taken for a formula begins with an apostrophe."""
    if isinstance(value, list):
        return "-".join(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def as_chart(found: Comparison, by: Reference, context: Context) -> Chart:
    """What a picture of them shows."""
    texts = context.texts
    return Chart(
        title=texts.say("drl.plot_title"),
        subtitle=_title(found, by, context),
        axis=texts.say("drl.axis"),
        legend={
            key: texts.say(f"drl.legend_{key}")
            for key in ("dot", "box", "median", "unverified", "above")
        },
        strips=tuple(_strip(row, context) for row in found.rows),
        empty=texts.say("drl.nothing"),
        footer=" ".join(table.identifier for table in by.tables),
    )


def _strip(row: Row, context: Context) -> Strip:
    texts, unit = context.texts, row.quantity.unit
    marks = [each for each in _marks(row, context) if each != texts.say("drl.above")]
    level = f"{texts.say('drl.level')} {row.figure.value} {unit}"
    count = texts.say("drl.counted", count=len(row.values))
    return Strip(
        name=f"{_name(row, texts)}, {row.quantity.symbol}",
        remark=" · ".join([level, count, *marks]),
        value=f"{rounded(row.median)} {unit}",
        shares=tuple(float(value / row.figure.value) for value in row.values),
        is_above=row.is_above,
        is_verified=row.figure.verified,
    )
