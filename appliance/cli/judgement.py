"""What came of a display, written out for people and for programs (evaluate.schema.json)."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from appliance.cli.columns import columns
from appliance.cli.limits import check_as_json, head_as_json, item_name, limit_as_json, limit_text
from appliance.cli.texts import Texts
from appliance.displayqa.certainty import Certainty
from appliance.displayqa.evaluation import Evaluation, Item, SeenItem
from appliance.displayqa.measurement import Measurements, Reading
from appliance.displayqa.ruleset import Kind

HEADER = ("item", "value", "limit", "result", "remark")
DIGITS = 6
READINGS = "readings"
"""The occasion without a name: what the readings bear on."""


def as_text(found: Evaluation, measured: Measurements, texts: Texts) -> str:
    """For people: the verdict, a row an item, and what it does not rest on."""
    heads = [
        texts.say(f"displayqa.{key}") for key in ("item", "value", "limit", "result", "remark")
    ]
    rows = [_row(each, texts) for each in found.items]
    parts = [
        f"{texts.pick(found.ruleset.title)} ({found.ruleset.document})",
        texts.pick(found.ruleset.note),
        columns([heads, *rows]) if rows else "",
        "\n".join(_seen(each, texts) for each in found.seen),
        "\n".join(_of_response(found, texts)),
        "\n".join(_remarks(found, measured, texts)),
        texts.say(
            "displayqa.verdict",
            verdict=texts.pick(found.verdict.meaning),
            test=texts.say(f"displayqa.{found.test or READINGS}"),
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def as_json(found: Evaluation, measured: Measurements, texts: Texts) -> dict[str, Any]:
    """For programs; numbers to nine significant digits."""
    response = found.response
    return {
        "ruleset": head_as_json(found.ruleset, texts),
        "test": str(found.test or READINGS),
        "verdict": str(found.verdict),
        "kappa_delta_percent": _rounded(response.k_delta_percent) if response else None,
        "items": [_item(each, texts) for each in found.items],
        "visual": [
            check_as_json(each.check, texts) | {"verdict": str(each.verdict)} for each in found.seen
        ],
        "not_judged": _left_out(found),
        "unverified": list(found.unverified),
        "method": str(measured.method),
        "bits": measured.bits,
        "ambient_cd_m2": _number(measured.ambient_cd_m2),
        "illuminance_lx": _number(measured.illuminance_lx),
        "response": _response(found, measured),
        "conformance": _conformance(found),
        "readings": list(_readings(measured)),
    }


def _row(item: Item, texts: Texts) -> list[str]:
    return [
        item_name(item.limit, texts),
        "-" if item.value is None else f"{float(item.value):.{DIGITS}g} {item.limit.quantity.unit}",
        limit_text(item.limit),
        texts.pick(item.verdict.meaning),
        "; ".join(_said_of(item, texts)),
    ]


def _said_of(item: Item, texts: Texts) -> Iterator[str]:
    if item.missing:
        about = ", ".join(item.missing.about)
        yield texts.pick(item.missing.absence.meaning) + (f" ({about})" if about else "")
    if item.uncertainty is not None:
        yield f"±{float(item.uncertainty):.2g}"
    if item.certainty is Certainty.WITHIN_UNCERTAINTY:
        yield texts.pick(item.certainty.meaning)
    if item.limit.kind is not Kind.REQUIRED:
        yield texts.pick(item.limit.kind.meaning)
    if not item.limit.verified:
        yield texts.say("displayqa.unverified")


def _seen(seen: SeenItem, texts: Texts) -> str:
    mark = "" if seen.check.verified else f" [{texts.say('displayqa.unverified')}]"
    verdict = texts.pick(seen.verdict.meaning)
    return f"{seen.check.identifier}: {texts.pick(seen.check.text)} {verdict}{mark}"


def _of_response(found: Evaluation, texts: Texts) -> Iterator[str]:
    if found.response:
        yield texts.say(
            "displayqa.response",
            kappa=f"{found.response.k_delta_percent:.{DIGITS}g}",
            interval=found.response.worst_interval,
        )
        if not found.response.is_monotone:
            yield texts.say("displayqa.not_monotone")
    if found.conformance:
        yield texts.say(
            "displayqa.conformance",
            order=found.conformance.fit_order,
            lum=f"{found.conformance.lum_jnd:.3g}",
        )


def _remarks(found: Evaluation, measured: Measurements, texts: Texts) -> Iterator[str]:
    if measured.ambient_cd_m2 is None:
        yield texts.say("displayqa.no_ambient")
    left_out = _left_out(found)
    if left_out:
        yield texts.say("displayqa.not_judged", names=", ".join(left_out))
    if found.uncertain:
        names = ", ".join(each.limit.identifier for each in found.uncertain)
        yield texts.say("displayqa.uncertain", names=names)
    if found.unverified:
        yield texts.say("displayqa.unverified_note", count=len(found.unverified))


def _left_out(found: Evaluation) -> list[str]:
    """What of the ruleset was left out."""
    limits = [each.identifier for each in found.not_judged]
    return [*limits, *(each.identifier for each in found.not_seen)]


def _item(item: Item, texts: Texts) -> dict[str, Any]:
    missing = item.missing
    return limit_as_json(item.limit) | {
        "meaning": texts.pick(item.limit.quantity.meaning),
        "value": _number(item.value),
        "uncertainty": _number(item.uncertainty),
        "verdict": str(item.verdict),
        "certainty": str(item.certainty),
        "reason": str(missing.absence) if missing else None,
        "about": list(missing.about) if missing else [],
        "source": item.limit.source,
    }


def _response(found: Evaluation, measured: Measurements) -> dict[str, Any] | None:
    response = found.response
    if response is None:
        return None
    return {
        "first_jnd": _rounded(response.first_jnd),
        "last_jnd": _rounded(response.last_jnd),
        "step_jnd": _rounded(response.step_jnd),
        "worst_interval": response.worst_interval,
        "is_monotone": response.is_monotone,
        "intervals": [
            {
                "levels": list(levels),
                "measured": _rounded(each.measured),
                "expected": _rounded(each.expected),
                "deviation_percent": _rounded(100 * each.deviation),
            }
            for levels, each in zip(pairwise(measured.levels), response.intervals, strict=True)
        ],
    }


def _conformance(found: Evaluation) -> dict[str, Any] | None:
    of = found.conformance
    if of is None:
        return None
    return {
        "fit_order": of.fit_order,
        "lum_jnd": _rounded(of.lum_jnd),
        "mean_jnds": _rounded(of.mean_jnds),
        "jnds": [_rounded(each) for each in of.jnds],
    }


def _readings(measured: Measurements) -> Iterator[dict[str, Any]]:
    for level, reading in measured.scale.items():
        yield {"level": level, "position": None, **_reading(reading)}
    for level, places in measured.screen.items():
        for place, reading in places.items():
            yield {"level": level, "position": place, **_reading(reading)}


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "luminance_cd_m2": _number(reading.mean_cd_m2),
        "reads": len(reading.luminances_cd_m2),
        "spread_cd_m2": None if reading.spread_cd_m2 is None else _rounded(reading.spread_cd_m2),
    }


def _number(value: object) -> float | None:
    return None if value is None else _rounded(float(Fraction(str(value))))


def _rounded(value: float) -> float:
    return float(f"{value:.9g}")
