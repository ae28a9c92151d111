"""Rulesets, limits and checks as JSON, and a limit as it is written."""

from fractions import Fraction
from typing import Any

from appliance.displayqa.ruleset import Check, Limit, Pick, Ruleset


def head_as_json(by: Ruleset, pick: Pick) -> dict[str, Any]:
    """What tells a ruleset from others."""
    return {
        "name": by.name,
        "version": by.version,
        "digest": by.digest,
        "title": pick(by.title),
        "document": by.document,
        "note": pick(by.note),
        "tests": list(by.tests),
        "unverified": by.unverified,
    }


def limit_as_json(limit: Limit) -> dict[str, Any]:
    """A limit for programs."""
    return {
        "name": limit.identifier,
        "quantity": str(limit.quantity),
        "level": limit.level,
        "unit": limit.quantity.unit,
        "operator": str(limit.operator),
        "limit": float(limit.value),
        "kind": str(limit.kind),
        "verified": limit.verified,
    }


def check_as_json(check: Check, pick: Pick) -> dict[str, Any]:
    """A visual check for programs."""
    return {
        "name": check.identifier,
        "pattern": check.pattern,
        "text": pick(check.text),
        "verified": check.verified,
    }


def limit_text(limit: Limit) -> str:
    """Operator, figure and unit."""
    return f"{limit.operator} {figure(limit.value)} {limit.quantity.unit}".rstrip()


def figure(value: Fraction) -> str:
    """As a decimal if it is one, else as the fraction."""
    rest = value.denominator
    for prime in (2, 5):
        while not rest % prime:
            rest //= prime
    return f"{float(value):.9g}" if rest == 1 else str(value)
