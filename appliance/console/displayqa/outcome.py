"""What came of a test, row by row, as a page sets it."""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.console.displayqa.field import Pair
from appliance.displayqa.certainty import Certainty
from appliance.displayqa.evaluation import Evaluation, Item, Verdict
from appliance.displayqa.report.figures import compared, requirement
from appliance.displayqa.ruleset import Kind

UNVERIFIED: Pair = ("limit unverified", "基準未照合")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item: ``value`` with its uncertainty, and ``limit``, are figures with units."""

    name: Pair
    level: str
    value: str
    limit: str
    verdict: Verdict
    counts: bool
    remarks: tuple[Pair, ...]


def rows(evaluation: Evaluation) -> tuple[Row, ...]:
    """What failed first, then what is incomplete, then what passed; in the ruleset's order."""
    order = (Verdict.FAIL, Verdict.INCOMPLETE, Verdict.PASS)
    ranked = sorted(evaluation.items, key=lambda each: (not each.counts, order.index(each.verdict)))
    return tuple(map(_row, ranked))


def _row(item: Item) -> Row:
    limit = item.limit
    return Row(
        name=limit.quantity.meaning,
        level="" if limit.level is None else str(limit.level),
        value="" if item.value is None else compared(item.value, limit, item.uncertainty),
        limit=requirement(limit),
        verdict=item.verdict,
        counts=item.counts,
        remarks=tuple(_remarks(item)),
    )


def _remarks(item: Item) -> Iterator[Pair]:
    if item.missing:
        about = ", ".join(item.missing.about)
        english, japanese = item.missing.absence.meaning
        yield (f"{english} ({about})", f"{japanese}({about})") if about else (english, japanese)
    if item.certainty is Certainty.WITHIN_UNCERTAINTY:
        yield item.certainty.meaning
    if item.limit.kind is not Kind.REQUIRED:
        yield item.limit.kind.meaning
    if not item.limit.verified:
        yield UNVERIFIED
