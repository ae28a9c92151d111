"""Figures and the doses beside them for programs and spreadsheets; keys are in docs/commands.md."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from appliance.drl.comparison import Row
from appliance.drl.statistics import rounded

COLUMNS: Sequence[str] = (
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


def as_object(row: Row, minimum: int) -> dict[str, Any]:
    """One row, with the keys of ``COLUMNS``; below ``minimum`` studies are few."""
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
        "few": len(row.values) < minimum,
        "verified": row.figure.verified,
        "source": row.figure.source,
    }


def as_csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """``columns`` of ``rows``, under a head."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(row[key]) for key in columns] for row in rows)
    return out.getvalue()


def cell(value: object) -> str:
    """For a spreadsheet; a text that would be taken for a formula begins with an apostrophe."""
    if isinstance(value, list):
        return "-".join(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
