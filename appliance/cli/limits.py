"""Rulesets written out: all of them, or the limits and checks of one."""

from collections.abc import Sequence
from typing import Any

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.texts import Texts
from appliance.displayqa.ruleset import Check, Interval, Kind, Limit, Ruleset
from appliance.displayqa.ruleset_record import (
    check_as_json,
    head_as_json,
    limit_as_json,
    limit_text,
)


def listing(known: Sequence[Ruleset], context: Context) -> str:
    """For people: a row a ruleset."""
    texts = context.texts
    heads = [texts.say(f"displayqa.{key}") for key in ("name", "title", "tests", "state")]
    rows = [
        [each.name, texts.pick(each.title), ", ".join(each.tests), _state(each, texts)]
        for each in known
    ]
    return columns([heads, *rows])


def listing_as_json(known: Sequence[Ruleset], texts: Texts) -> list[dict[str, Any]]:
    """For programs: the same."""
    return [head_as_json(each, texts.pick) for each in known]


def one_as_text(by: Ruleset, texts: Texts) -> str:
    """For people: its limits and checks, each with its source."""
    heads = [texts.say(f"displayqa.{key}") for key in ("item", "limit", "tests", "kind", "source")]
    limits = [
        [
            item_name(each, texts),
            limit_text(each),
            ", ".join(sorted(each.tests)),
            texts.pick(each.kind.meaning),
            origin(each, texts),
        ]
        for each in by.limits
    ]
    checks = [
        f"{each.identifier} ({each.pattern}; {', '.join(sorted(each.tests))})\n"
        f"  {texts.pick(each.text)}\n  {origin(each, texts)}"
        for each in by.checks
    ]
    head = f"{by.name} {by.version}: {texts.pick(by.title)}\n{by.document}"
    intervals = [
        texts.say("displayqa.interval", test=each.test, days=each.days, source=origin(each, texts))
        for each in by.intervals
    ]
    parts = [head, texts.pick(by.note), columns([heads, *limits]), *checks, "\n".join(intervals)]
    return "\n\n".join(part for part in parts if part)


def one_as_json(by: Ruleset, texts: Texts) -> dict[str, Any]:
    """For programs: the same."""
    limits = [
        limit_as_json(each) | {"tests": sorted(each.tests), "source": each.source}
        for each in by.limits
    ]
    checks = [
        check_as_json(each, texts.pick) | {"tests": sorted(each.tests), "source": each.source}
        for each in by.checks
    ]
    intervals = [
        {"test": each.test, "days": each.days, "source": each.source, "verified": each.verified}
        for each in by.intervals
    ]
    return head_as_json(by, texts.pick) | {
        "limits": limits,
        "checks": checks,
        "intervals": intervals,
    }


def item_name(limit: Limit, texts: Texts) -> str:
    """What the limit is of, with the level of the screen."""
    name = texts.pick(limit.quantity.meaning)
    return name if limit.level is None else f"{name} ({limit.level})"


def origin(asked: Limit | Check | Interval, texts: Texts) -> str:
    """The source, marked when nobody has compared the figure with the original."""
    return (
        asked.source if asked.verified else f"{texts.say('displayqa.unverified')}: {asked.source}"
    )


def _state(by: Ruleset, texts: Texts) -> str:
    """How much of it is unverified, and whether its limits are only examples."""
    words = []
    if by.unverified:
        words.append(texts.say("displayqa.unverified_count", count=by.unverified))
    if any(each.kind is Kind.EXAMPLE for each in by.limits):
        words.append(texts.say("displayqa.examples"))
    return "; ".join(words)
