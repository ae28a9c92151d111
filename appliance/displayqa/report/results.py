"""The table of results: evaluation method, equipment, requirement, result, conclusion."""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.displayqa.certainty import Certainty
from appliance.displayqa.evaluation import Item, SeenItem, Verdict
from appliance.displayqa.level import at_depth
from appliance.displayqa.quantity import Quantity
from appliance.displayqa.report.figures import compared, requirement
from appliance.displayqa.report.subject import Subject
from appliance.displayqa.report.words import Words
from appliance.displayqa.ruleset import Check, Kind, Limit
from appliance.displayqa.sessions.plan import UNIFORM


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line; ``marks`` qualify the requirement, ``notes`` the conclusion."""

    identifier: str
    method: str
    equipment: str
    requirement: str
    result: str
    verdict: Verdict
    conclusion: str
    marks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def results(of: Subject, words: Words) -> Iterator[Row]:
    """A row for each limit and each visual check that was asked for."""
    for item in of.evaluation.items:
        yield _measured(item, of, words)
    for seen in of.evaluation.seen:
        yield _seen(seen, of, words)


def item_name(limit: Limit, words: Words) -> str:
    """What a limit is of."""
    name = words.pick(limit.quantity.meaning)
    return name if limit.level is None else words.say("level_said", name=name, level=limit.level)


def check_name(check: Check, words: Words) -> str:
    """What a visual check looks for."""
    return words.say("visual", text=words.pick(check.text))


def _measured(item: Item, of: Subject, words: Words) -> Row:
    notes = []
    if item.certainty is Certainty.WITHIN_UNCERTAINTY or item.value is not None:
        notes.append(words.say(item.certainty))
    return Row(
        identifier=item.limit.identifier,
        method=item_name(item.limit, words),
        equipment=_equipment(item.limit, of, words),
        requirement=requirement(item.limit),
        result=_result(item, words),
        verdict=item.verdict,
        conclusion=words.pick(item.verdict.meaning),
        marks=tuple(_marks(item.limit, words)),
        notes=tuple(notes),
    )


def _seen(seen: SeenItem, of: Subject, words: Words) -> Row:
    check = seen.check
    answered = of.session.seen.get(check.identifier)
    answer = {
        Verdict.PASS: "fulfilled",
        Verdict.FAIL: "not_fulfilled",
        Verdict.INCOMPLETE: "not_answered",
    }[seen.verdict]
    return Row(
        identifier=check.identifier,
        method=check_name(check, words),
        equipment=words.say("eyes", pattern=_pattern(check, words)),
        requirement=words.say("to_be_fulfilled"),
        result=words.say(answer),
        verdict=seen.verdict,
        conclusion=words.pick(seen.verdict.meaning),
        marks=() if check.verified else (words.say("unverified"),),
        notes=(answered.remark,) if answered and answered.remark else (),
    )


def _pattern(check: Check, words: Words) -> str:
    """What the site has to look at itself has a name in words."""
    own = {"any": "pattern_any", "reference image": "pattern_reference_image"}
    return words.say(own[check.pattern]) if check.pattern in own else check.pattern


def _result(item: Item, words: Words) -> str:
    if item.missing:
        about = ", ".join(item.missing.about)
        why = words.pick(item.missing.absence.meaning) + (f" ({about})" if about else "")
        return words.say("not_judged_value", why=why)
    if item.value is None:
        return words.say("not_known")
    return compared(item.value, item.limit, item.uncertainty)


def _marks(limit: Limit, words: Words) -> Iterator[str]:
    if limit.kind is not Kind.REQUIRED:
        yield words.say(limit.kind)
    if not limit.verified:
        yield words.say("unverified")


def _equipment(limit: Limit, of: Subject, words: Words) -> str:
    """The meter, and the pattern that is measured."""
    models = dict.fromkeys(each.model for each in of.meters)
    model = ", ".join(models) or words.say("not_known")
    if limit.quantity is Quantity.AMBIENT_RATIO:
        return f"{model}; {words.say('ambient')}"
    if not limit.quantity.is_of_screen:
        return f"{model}; {of.session.begun.grey_scale}"
    level = limit.level or 0
    pattern = UNIFORM.get(level, str(at_depth(level, of.measured.bits)[0]))
    return f"{model}; {pattern}"
