"""The list of displays, one of them with its history, and the forms of the register."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from starlette.responses import Response

from appliance.console.asking import CONFLICT
from appliance.console.displayqa import overview, registration
from appliance.console.displayqa.asking import Asked, page
from appliance.console.displayqa.course import courses
from appliance.console.displayqa.field import Answers, Field, Pair
from appliance.displays.display import Display
from appliance.errors import RefusedError

HOME = "/displayqa"
NAME_TAKEN: Pair = (
    "There is a display of that name already.",
    "同じ識別名のモニタが既に登録されています。",
)
A_PAGE, MOST_URGENT = 12, 10
"""Workstations of a page, and tests that are due of it."""
SHOWN = 12
LONGEST = 6
"""Tests of a display on its page, unless all are asked for."""


def home(asked: Asked) -> Response:
    """Every display by workstation, and what is due."""
    with asked.desk.tests() as tests:
        displays = [each.display for each in tests.register.in_use().values() if each.display]
        every = overview.standings(displays, asked.desk.dues(), tests.open_sessions())
        workstations = list(overview.by_workstation(every).items())
        urgent = overview.urgent(every)
        at = max(0, min(_page(asked), (len(workstations) - 1) // A_PAGE))
        return page(
            asked,
            "home.html",
            workstations=dict(workstations[A_PAGE * at : A_PAGE * (at + 1)]),
            urgent=urgent[:MOST_URGENT],
            waiting=len(urgent),
            previous=f"{HOME}?page={at}" if at else None,
            next=f"{HOME}?page={at + 2}" if A_PAGE * (at + 1) < len(workstations) else None,
            rulesets=tests.rulesets,
        )


def display(asked: Asked) -> Response:
    """One display: what is known of it, its tests, its trends."""
    name = asked.named("name")
    with asked.desk.tests() as tests:
        shown = tests.register.display(name)
        sessions = list(reversed(tests.sessions(name)))
        going_on = [each for each in reversed(sessions) if each.ended is None]
        entered = tests.register.history(name)[-1]
        is_whole = bool(asked.answers.get("all"))
        return page(
            asked,
            "display.html",
            display=shown,
            entered=entered,
            entered_at=datetime.fromtimestamp(entered.at).astimezone(),
            fields=registration.fields(tests.rulesets.values()),
            values=registration.filled(shown),
            standing=overview.standings([shown], asked.desk.dues(), going_on)[0],
            sessions=sessions[: None if is_whole else SHOWN],
            hidden=0 if is_whole else max(0, len(sessions) - SHOWN),
            trends=list(courses(asked.desk.trends(name), asked.texts)),
            ruleset=tests.rulesets.get(shown.ruleset),
        )


def register(asked: Asked) -> Response:
    """The form of a new display, and what was sent of it."""
    with asked.desk.tests() as tests:
        fields = registration.fields(tests.rulesets.values())
        if not asked.is_form:
            return _form(asked, fields, registration.blank() | dict(asked.answers), {})
        found = registration.registered(fields, asked.answers, tests.rulesets)
        if isinstance(found, Display):
            try:
                tests.register.enter(found, asked.person.name)
            except RefusedError:
                return _form(asked, fields, asked.answers, {"name": NAME_TAKEN})
            return asked.leading_to(f"{HOME}/displays/{found.name}")
        return _form(asked, fields, asked.answers, found)


def change(asked: Asked) -> Response:
    """The same form of a display that there is; its name stays."""
    name = asked.named("name")
    with asked.desk.tests() as tests:
        fields = registration.fields(tests.rulesets.values())
        known = registration.filled(tests.register.display(name))
        if not asked.is_form:
            return _form(asked, fields, known, {}, name)
        typed = {**asked.answers, "name": name}
        found = registration.registered(fields, typed, tests.rulesets)
        if isinstance(found, Display):
            tests.register.change(found, asked.person.name)
            return asked.leading_to(f"{HOME}/displays/{name}")
        return _form(asked, fields, typed, found, name)


def retire(asked: Asked) -> Response:
    """Take a display out of use, once somebody said so."""
    name = asked.named("name")
    with asked.desk.tests() as tests:
        shown = tests.register.display(name)
        if asked.is_form:
            tests.register.retire(name, asked.person.name)
            return asked.leading_to(HOME)
        return page(asked, "retire.html", display=shown)


def _form(
    asked: Asked,
    fields: Sequence[Field],
    values: Answers,
    complaints: Mapping[str, Pair],
    name: str = "",
) -> Response:
    status = CONFLICT if NAME_TAKEN in complaints.values() else 422 if complaints else 200
    return page(
        asked,
        "register.html",
        status,
        fields=fields,
        values=values,
        complaints=complaints,
        name=name,
    )


def _page(asked: Asked) -> int:
    """Of the list, from 0."""
    text = asked.answers.get("page", "")
    return int(text) - 1 if text.isascii() and text.isdigit() and len(text) <= LONGEST else 0
