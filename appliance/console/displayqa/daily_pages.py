"""The check of a display on each day that it is used: one form, every question on it."""

from collections.abc import Mapping

from starlette.responses import Response

from appliance.console.displayqa import answer
from appliance.console.displayqa.asking import Asked, page
from appliance.console.displayqa.field import Pair
from appliance.console.displayqa.test_pages import test_path
from appliance.displayqa.patterns import found
from appliance.displayqa.ruleset import Check, Occasion, Ruleset
from appliance.displayqa.sessions.happening import Remarked, Seen
from appliance.displayqa.sessions.step import Look, Way
from appliance.displays.display import Display
from appliance.errors import NotFoundError

ALL_FINE = "all_fine"
WAYS: dict[Way, Pair] = {
    Way.ARCHIVE: ("Images in the viewer", "ビューアで表示した画像"),
    Way.BROWSER: ("A page in a browser", "ブラウザのページ"),
}


def daily(asked: Asked) -> Response:
    """The form, and what was sent of it: kept whole, or not at all."""
    with asked.desk.tests() as tests:
        display = tests.register.display(asked.named("name"))
        ruleset = tests.rulesets.get(display.ruleset)
        if ruleset is None:
            raise NotFoundError("there is no ruleset of that name", display.ruleset)
        checks = [each for each in ruleset.checks if Occasion.DAILY in each.tests]
        if not asked.is_form or not checks:
            return _form(asked, display, ruleset, checks, {})
        answers = [_seen(asked, each) for each in checks]
        wrong = {
            name: why
            for each in answers
            if not isinstance(each, Seen)
            for name, why in each.items()
        }
        if wrong:
            return _form(asked, display, ruleset, checks, wrong)
        session = tests.begin(display.name, Occasion.DAILY, _way(asked), operator=asked.person.name)
        remark = answer.remarked(asked.answers)
        if isinstance(remark, Remarked):
            tests.submit(session.identifier, remark, asked.person.name)
        for each in answers:
            if isinstance(each, Seen):
                tests.submit(session.identifier, each, asked.person.name)
        return asked.leading_to(test_path(session))


def _form(
    asked: Asked, display: Display, ruleset: Ruleset, checks: list[Check], wrong: Mapping[str, Pair]
) -> Response:
    return page(
        asked,
        "daily.html",
        422 if wrong else 200,
        display=display,
        ruleset=ruleset,
        checks=[(each, each.pattern if found(each.pattern) else "") for each in checks],
        ways=WAYS,
        way=str(_way(asked)),
        complaints=wrong,
        all_fine=ALL_FINE,
    )


def _seen(asked: Asked, check: Check) -> Seen | Mapping[str, Pair]:
    """What was answered of one check; the button for all says yes where nothing was chosen."""
    name = check.identifier
    chosen = asked.answers.get(f"answer-{name}", "")
    if not chosen and asked.answers.get(ALL_FINE):
        chosen = answer.YES
    given = {"answer": chosen, "remark": asked.answers.get(f"remark-{name}", "")}
    found_ = answer.seen(Look(check), given)
    return found_ if isinstance(found_, Seen) else {name: found_["answer"]}


def _way(asked: Asked) -> Way:
    typed = asked.answers.get("way", "")
    return next((each for each in WAYS if each == typed), Way.ARCHIVE)
