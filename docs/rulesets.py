"""The tables of displayqa.md: quantities, rulesets, and why an item may be incomplete."""

from collections.abc import Callable, Iterator

from appliance.displayqa.certainty import Certainty
from appliance.displayqa.finding import Absence
from appliance.displayqa.quantity import Quantity
from appliance.displayqa.ruleset import Check, Interval, Kind, Limit, Ruleset
from appliance.displayqa.ruleset_file import shipped, usable
from appliance.displayqa.ruleset_record import limit_text


def quantities() -> str:
    """Every quantity that a limit may be of."""
    rows = [f"| `{each}` | {' / '.join(each.meaning)} | {each.unit or '-'} |" for each in Quantity]
    return "\n".join(["| quantity | meaning | unit |", "|---|---|---|", *rows]) + "\n"


def absences() -> str:
    """Why an item has no value."""
    rows = [
        f"| `{each}` | {each.meaning[0]}{', which is a failure' if each.is_a_failure else ''} "
        f"| {each.meaning[1]} |"
        for each in Absence
    ]
    return "\n".join(["| reason | meaning | 意味 |", "|---|---|---|", *rows]) + "\n"


def certainties() -> str:
    """How sure a verdict may be."""
    rows = [f"| `{each}` | {each.meaning[0]} | {each.meaning[1]} |" for each in Certainty]
    return "\n".join(["| certainty | meaning | 意味 |", "|---|---|---|", *rows]) + "\n"


def limits() -> str:
    """Every shipped ruleset with its limits."""
    return "\n".join(line for each in usable(shipped()).values() for line in _ruleset(each))


def _ruleset(by: Ruleset) -> Iterator[str]:
    yield from (f"### `{by.name}`", "", f"{' / '.join(by.title)}. {by.document}.", "")
    if any(by.note):
        yield from (*by.note, "")
    yield from ("| item | limit | kind | tests | source |", "|---|---|---|---|---|")
    yield from (_limit(each) for each in by.limits)
    yield ""
    if by.checks:
        checks = ", ".join(f"`{each.identifier}`" for each in by.checks)
        yield from (f"Visual checks: {checks}.", "")
    if by.intervals:
        every = ", ".join(
            f"{each.test} every {each.days} day{'s' if each.days > 1 else ''}"
            for each in by.intervals
        )
        yield from (f"Intervals: {every}; {_source(by.intervals[0])}.", "")


def _limit(of: Limit) -> str:
    places = f", {of.positions} places" if of.positions else ""
    alone = ", without ambient light" if of.is_without_ambient else ""
    kind = "" if of.kind is Kind.REQUIRED else str(of.kind)
    asked = f"{limit_text(of)}{places}{alone}"
    return f"| `{of.identifier}` | {asked} | {kind} | {_tests(of)} | {_source(of)} |"


def checks() -> str:
    """Every visual check, once."""
    rows: dict[str, None] = {}
    for by in usable(shipped()).values():
        for each in by.checks:
            texts = " ".join(each.text)
            line = f"| `{each.identifier}` | {each.pattern} | {texts} | {_tests(each)} "
            rows[line + f"| {_source(each)} |"] = None
    head = ["| check | pattern | what is looked for | tests | source |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _tests(of: Limit | Check) -> str:
    return ", ".join(sorted(of.tests))


def _source(of: Limit | Check | Interval) -> str:
    return of.source if of.verified else f"**unverified**: {of.source}"


RULESETS: dict[str, Callable[[], str]] = {
    "displayqa-quantities": quantities,
    "displayqa-absences": absences,
    "displayqa-certainties": certainties,
    "displayqa-limits": limits,
    "displayqa-checks": checks,
}
