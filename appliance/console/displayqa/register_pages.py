"""The list of displays, one of them with its history, and the forms of the register."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from markupsafe import Markup
from starlette.responses import Response

from appliance.console.displayqa import overview, registration
from appliance.console.displayqa.asking import CONFLICT, NO_OPERATOR, OPERATOR, Asked
from appliance.console.displayqa.desk import Judged, Tests
from appliance.console.displayqa.field import Answers, Field, Pair
from appliance.console.displayqa.outcome import figure_of
from appliance.displayqa.quantity import Quantity
from appliance.displayqa.report.charts.history import Told, history_chart
from appliance.displayqa.report.words import Language, Words
from appliance.displayqa.ruleset import Limit, Operator, Ruleset
from appliance.displayqa.sessions.session import Session
from appliance.displays.display import Display
from appliance.errors import RefusedError

HOME = "/displayqa"
NAME_TAKEN: Pair = (
    "There is a display of that name already.",
    "同じ識別名のモニタが既に登録されています。",
)
SHOWN = 12
"""Tests of a display on its page, unless all are asked for."""
TRENDS = {
    Quantity.MAX_LUMINANCE: "displayqa.trend_max",
    Quantity.CONTRAST_RESPONSE: "displayqa.trend_kappa",
}


def home(asked: Asked) -> Response:
    """Every display by workstation, and what is due."""
    with asked.desk.tests() as tests:
        every = list(_standings(tests, asked.desk.now().date()))
        return asked.page(
            "home.html",
            workstations=overview.by_workstation(every),
            urgent=overview.urgent(every),
            rulesets=tests.rulesets,
        )


def display(asked: Asked) -> Response:
    """One display: what is known of it, its tests, its trends."""
    with asked.desk.tests() as tests:
        shown = tests.register.display(asked.named("name"))
        sessions = list(tests.sessions(shown.name))
        is_whole = bool(asked.answers.get("all"))
        judged = [tests.judged(each.identifier) for each in sessions if _is_measured(each)]
        return asked.page(
            "display.html",
            display=shown,
            entered=tests.register.history(shown.name)[-1],
            entered_at=_moment(tests.register.history(shown.name)[-1].at),
            fields=registration.fields(tests.rulesets.values()),
            values=registration.filled(shown),
            standing=overview.standing(shown, sessions, asked.desk.now().date()),
            sessions=list(reversed(sessions))[: None if is_whole else SHOWN],
            hidden=0 if is_whole else max(0, len(sessions) - SHOWN),
            trends=list(_trends(judged, shown, tests.rulesets, asked)),
            ruleset=tests.rulesets.get(shown.ruleset),
        )


def register(asked: Asked) -> Response:
    """The form of a new display, and what was sent of it."""
    with asked.desk.tests() as tests:
        fields = registration.fields(tests.rulesets.values())
        if not asked.is_form:
            return _form(asked, fields, registration.blank() | dict(asked.answers), {})
        found = registration.registered(fields, asked.answers)
        if isinstance(found, Display) and asked.operator:
            try:
                tests.register.enter(found, asked.operator)
            except RefusedError:
                return _form(asked, fields, asked.answers, {"name": NAME_TAKEN})
            return asked.leading_to(f"{HOME}/displays/{found.name}")
        return _form(asked, fields, asked.answers, _complaints(asked, found))


def change(asked: Asked) -> Response:
    """The same form of a display that there is; its name stays."""
    name = asked.named("name")
    with asked.desk.tests() as tests:
        fields = registration.fields(tests.rulesets.values())
        known = registration.filled(tests.register.display(name))
        if not asked.is_form:
            return _form(asked, fields, known, {}, name)
        typed = {**asked.answers, "name": name}
        found = registration.registered(fields, typed)
        if isinstance(found, Display) and asked.operator:
            tests.register.change(found, asked.operator)
            return asked.leading_to(f"{HOME}/displays/{name}")
        return _form(asked, fields, typed, _complaints(asked, found), name)


def retire(asked: Asked) -> Response:
    """Take a display out of use, once somebody said so."""
    name = asked.named("name")
    with asked.desk.tests() as tests:
        shown = tests.register.display(name)
        if asked.is_form and asked.operator:
            tests.register.retire(name, asked.operator)
            return asked.leading_to(HOME)
        wrong = {OPERATOR: NO_OPERATOR} if asked.is_form else {}
        return asked.page("retire.html", 422 if wrong else 200, display=shown, complaints=wrong)


def _form(
    asked: Asked,
    fields: Sequence[Field],
    values: Answers,
    complaints: Mapping[str, Pair],
    name: str = "",
) -> Response:
    status = CONFLICT if NAME_TAKEN in complaints.values() else 422 if complaints else 200
    return asked.page(
        "register.html", status, fields=fields, values=values, complaints=complaints, name=name
    )


def _complaints(asked: Asked, found: Display | Mapping[str, Pair]) -> dict[str, Pair]:
    wrong = {} if isinstance(found, Display) else dict(found)
    return wrong if asked.operator else {**wrong, OPERATOR: NO_OPERATOR}


def _standings(tests: Tests, today: date) -> Iterator[overview.Standing]:
    for name, entered in tests.register.in_use().items():
        if entered.display:
            yield overview.standing(entered.display, tests.sessions(name), today)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at).astimezone()


def _is_measured(session: Session) -> bool:
    return bool(session.ended and not session.ended.is_given_up and session.readings)


def _trends(
    judged: Sequence[Judged], shown: Display, rulesets: Mapping[str, Ruleset], asked: Asked
) -> Iterator[Markup]:
    """A chart of each figure that at least two tests have."""
    words = Words(Language(asked.texts.language))
    for quantity, key in TRENDS.items():
        told = [_told(each, quantity) for each in judged]
        known = [each for each in told if each]
        if len(known) > 1:
            title = asked.texts.say(key)
            labels = (title, f"{title} [{quantity.unit.replace('m2', 'm²')}]")
            between = _between(rulesets.get(shown.ruleset), quantity, known)
            yield Markup(history_chart(known, between, labels, words))  # noqa: S704 - an SVG of ours


def _told(judged: Judged, quantity: Quantity) -> Told | None:
    value = figure_of(judged.evaluation, quantity)
    if value is None:
        return None
    first = judged.session.entries[0]
    return Told(first.at, value, is_baseline=judged.session.begun.occasion == "acceptance")


def _between(
    ruleset: Ruleset | None, quantity: Quantity, told: Sequence[Told]
) -> tuple[float, float] | None:
    """What the ruleset allows, to the edge of the chart on the open side."""
    limits = [each for each in ruleset.limits if each.quantity is quantity] if ruleset else []
    if not limits:
        return None
    limit: Limit = limits[0]
    value = float(limit.value)
    if limit.operator in {Operator.AT_LEAST, Operator.ABOVE}:
        return value, max(value, *(each.value for each in told))
    return 0.0, value
