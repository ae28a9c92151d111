"""What a ruleset makes of the measurements of a display: a verdict for each item, and one of all.

Nothing that was not measured passes. Without a ``test`` the items that the readings bear on are
judged: the grey scale always, the others as far as anything of them was measured; what was left
out is named. With one, everything that the document asks on that occasion.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from appliance.displayqa.certainty import Certainty, certainty, uncertainty
from appliance.displayqa.conformance import Conformance, conformance
from appliance.displayqa.finding import (
    Missing,
    finding,
    observed_cd_m2,
)
from appliance.displayqa.level import at_depth
from appliance.displayqa.measurement import Measurements
from appliance.displayqa.quantity import Quantity
from appliance.displayqa.response import ContrastResponse, contrast_response
from appliance.displayqa.ruleset import Check, Kind, Limit, Occasion, Ruleset


class Verdict(StrEnum):
    """What is said of an item, or of all."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    INCOMPLETE = "incomplete"

    @property
    def meaning(self) -> tuple[str, str]:
        """For people, English and Japanese."""
        return {
            Verdict.PASS: ("pass", "適合"),
            Verdict.FAIL: ("fail", "不適合"),
            Verdict.INCOMPLETE: ("incomplete", "判定不能(測定不足)"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One limit, and what it makes of the measurements.

    Attributes:
        value: In the quantity's unit; None: ``missing`` says why.
        uncertainty: Of the value, k = 2; None: not known.
    """

    limit: Limit
    verdict: Verdict
    certainty: Certainty
    value: Fraction | None = None
    uncertainty: Fraction | None = None
    missing: Missing | None = None

    @property
    def counts(self) -> bool:
        """Whether the verdict of all depends on it."""
        return self.limit.kind is not Kind.RECOMMENDED


@dataclass(frozen=True, slots=True)
class SeenItem:
    """One visual check, and whether it was fulfilled; incomplete: nobody said."""

    check: Check
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came of it.

    Attributes:
        test: The occasion; None: what the readings bear on.
        not_judged: Limits of the ruleset that were left out, for nothing of them was measured.
        response: The grey scale against the GSDF; None: it could not be computed.
        conformance: FIT and LUM of PS3.14 annex C, which sets no limits; None likewise.
    """

    ruleset: Ruleset
    test: Occasion | None
    items: tuple[Item, ...]
    seen: tuple[SeenItem, ...]
    not_judged: tuple[Limit, ...]
    not_seen: tuple[Check, ...]
    response: ContrastResponse | None
    conformance: Conformance | None

    @property
    def verdict(self) -> Verdict:
        """Fail if anything that counts fails; pass only if everything that counts passes."""
        found = {each.verdict for each in self.items if each.counts}
        found |= {each.verdict for each in self.seen}
        if Verdict.FAIL in found:
            return Verdict.FAIL
        return Verdict.PASS if found == {Verdict.PASS} else Verdict.INCOMPLETE

    @property
    def unverified(self) -> tuple[str, ...]:
        """The limits and checks judged by that nobody has compared with the original."""
        limits = [each.limit for each in self.items if not each.limit.verified]
        checks = [each.check for each in self.seen if not each.check.verified]
        return (*(each.identifier for each in limits), *(each.identifier for each in checks))

    @property
    def uncertain(self) -> tuple[Item, ...]:
        """The items whose verdict another measurement may change."""
        return tuple(each for each in self.items if each.certainty is Certainty.WITHIN_UNCERTAINTY)


def evaluate(measured: Measurements, ruleset: Ruleset, test: Occasion | None = None) -> Evaluation:
    """Judge ``measured`` by ``ruleset``; the same values give the same evaluation."""
    asked = [each for each in ruleset.limits if _is_asked(each, measured, test)]
    looked_at = [each for each in ruleset.checks if _is_looked_at(each, measured, test)]
    luminances = observed_cd_m2(measured)
    return Evaluation(
        ruleset=ruleset,
        test=test,
        items=tuple(judged(measured, each) for each in asked),
        seen=tuple(SeenItem(each, _seen(measured, each)) for each in looked_at),
        not_judged=tuple(_left_out(ruleset.limits, asked, test)),
        not_seen=tuple(_left_out(ruleset.checks, looked_at, test)),
        response=None if isinstance(luminances, Missing) else _response(luminances),
        conformance=None if isinstance(luminances, Missing) else _conformance(luminances),
    )


def judged(measured: Measurements, limit: Limit) -> Item:
    """One limit."""
    value = finding(measured, limit)
    if isinstance(value, Missing):
        verdict = Verdict.FAIL if value.absence.is_a_failure else Verdict.INCOMPLETE
        sure = Certainty.CERTAIN if value.absence.is_a_failure else Certainty.UNKNOWN
        return Item(limit=limit, verdict=verdict, certainty=sure, missing=value)
    within = uncertainty(measured, limit)
    return Item(
        limit=limit,
        verdict=Verdict.PASS if limit.operator.holds(value, limit.value) else Verdict.FAIL,
        certainty=certainty(value, limit.value, within),
        value=value,
        uncertainty=within,
    )


Asked = TypeVar("Asked", Limit, Check)


def _left_out(
    known: Sequence[Asked], judged_by: Sequence[Asked], test: Occasion | None
) -> Iterator[Asked]:
    """What the document asks on the occasion, and nothing was made of."""
    for each in known:
        if each not in judged_by and (test is None or test in each.tests):
            yield each


def _is_asked(limit: Limit, measured: Measurements, test: Occasion | None) -> bool:
    quantity = limit.quantity
    if quantity.is_chromatic and measured.is_monochrome:
        return False
    if quantity.is_between_displays and measured.displays == 1 and not measured.beside:
        return False
    return test in limit.tests if test else quantity.is_response or _bears(measured, limit)


def _bears(measured: Measurements, limit: Limit) -> bool:
    """Whether anything was measured that only this kind of limit needs."""
    quantity = limit.quantity
    if quantity.is_chromatic and not any(_coloured(measured, limit)):
        return False
    if quantity.is_of_screen:
        return any(each in measured.screen for each in at_depth(limit.level or 0, measured.bits))
    return {
        Quantity.TARGET_DEVIATION: measured.target_cd_m2 is not None,
        Quantity.MAX_LUMINANCE_DRIFT: measured.baseline is not None,
    }.get(quantity, True)


def _coloured(measured: Measurements, limit: Limit) -> Iterator[bool]:
    """Whether each reading that the limit could need has a chromaticity."""
    if not limit.quantity.is_of_screen:
        yield from (bool(each.chromaticities) for each in measured.scale.values())
    for places in measured.screen.values() if limit.quantity.is_of_screen else ():
        yield from (bool(each.chromaticities) for each in places.values())


def _is_looked_at(check: Check, measured: Measurements, test: Occasion | None) -> bool:
    return test in check.tests if test else check.identifier in measured.seen


def _seen(measured: Measurements, check: Check) -> Verdict:
    answer = measured.seen.get(check.identifier)
    if answer is None:
        return Verdict.INCOMPLETE
    return Verdict.PASS if answer else Verdict.FAIL


def _response(luminances_cd_m2: list[float]) -> ContrastResponse | None:
    try:
        return contrast_response(luminances_cd_m2)
    except ValueError:  # told by the item: Absence.NO_CONTRAST
        return None


def _conformance(luminances_cd_m2: list[float]) -> Conformance | None:
    try:
        return conformance(luminances_cd_m2)
    except ValueError:  # too near the ends of the GSDF; it counts in no verdict
        return None
