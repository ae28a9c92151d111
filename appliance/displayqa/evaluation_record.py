"""What came of a display for programs (evaluate.schema.json); numbers to nine digits."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from appliance.displayqa.evaluation import Evaluation, Item
from appliance.displayqa.measurement import Measurements, Reading
from appliance.displayqa.ruleset import Pick
from appliance.displayqa.ruleset_record import check_as_json, head_as_json, limit_as_json

READINGS = "readings"
"""The occasion without a name: what the readings bear on."""


def as_json(found: Evaluation, measured: Measurements, pick: Pick) -> dict[str, Any]:
    """For programs; numbers to nine significant digits."""
    response = found.response
    return {
        "ruleset": head_as_json(found.ruleset, pick),
        "test": str(found.test or READINGS),
        "verdict": str(found.verdict),
        "kappa_delta_percent": _rounded(response.k_delta_percent) if response else None,
        "items": [_item(each, pick) for each in found.items],
        "visual": [
            check_as_json(each.check, pick) | {"verdict": str(each.verdict)} for each in found.seen
        ],
        "not_judged": left_out(found),
        "unverified": list(found.unverified),
        "method": str(measured.method),
        "bits": measured.bits,
        "ambient_cd_m2": _number(measured.ambient_cd_m2),
        "illuminance_lx": _number(measured.illuminance_lx),
        "response": _response(found, measured),
        "conformance": _conformance(found),
        "readings": list(_readings(measured)),
    }


def left_out(found: Evaluation) -> list[str]:
    """What of the ruleset was left out."""
    limits = [each.identifier for each in found.not_judged]
    return [*limits, *(each.identifier for each in found.not_seen)]


def _item(item: Item, pick: Pick) -> dict[str, Any]:
    missing = item.missing
    return limit_as_json(item.limit) | {
        "meaning": pick(item.limit.quantity.meaning),
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
