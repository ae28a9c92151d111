"""What is due on all workstations, one workstation, and what came of every test."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.console.asking import NOT_FOUND
from appliance.console.displayqa import overview
from appliance.console.displayqa.asking import Asked, page
from appliance.console.displayqa.desk import Tests
from appliance.console.displayqa.register_pages import HOME
from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.due import Urgency
from appliance.displays.sessions import Wanted

ROWS = 50
LONGEST = 64
FILTERS = ("display", "workstation", "occasion", "verdict", "first", "last")
ORDER = (Urgency.OVERDUE, Urgency.DUE, Urgency.FIRST, Urgency.LATER)


def due(asked: Asked) -> Response:
    """Every display by when it is to be tested: overdue the longest first."""
    with asked.desk.tests() as tests:
        every = _standings(asked, tests)
    wanted = asked.answers.get("urgency", "")
    listed = [each for each in every if wanted in {"", each.urgency}]
    listed.sort(key=lambda each: (ORDER.index(each.urgency), overview.order(each)))
    at = _number(asked.answers.get("from", ""), 0)
    base = {"urgency": wanted} if wanted else {}
    return page(
        asked,
        "due.html",
        listed=listed[at : at + ROWS],
        total=len(listed),
        at=at,
        counts={each: sum(one.urgency is each for one in every) for each in ORDER},
        wanted=wanted,
        previous=_address("due", {**base, "from": max(0, at - ROWS)}) if at else None,
        next=_address("due", {**base, "from": at + ROWS}) if len(listed) > at + ROWS else None,
    )


def workstation(asked: Asked) -> Response:
    """One workstation: its displays, whether a page is open on each, and its last tests."""
    name = asked.named("name")
    with asked.desk.tests() as tests:
        mine = overview.by_workstation(_standings(asked, tests)).get(name)
        if mine is None:
            raise HTTPException(NOT_FOUND)
        return page(
            asked,
            "workstation.html",
            name=name,
            standings=mine,
            pages={each.display.name: asked.desk.page(each.display.name) for each in mine},
            results=tests.results(Wanted(workstation=name, most=12)),
            rulesets=tests.rulesets,
        )


def results(asked: Asked) -> Response:
    """What came of every test, the newest first, by display, workstation, test, verdict and day."""
    chosen = {name: asked.answers.get(name, "")[:LONGEST] for name in FILTERS}
    first, last = _day(chosen["first"]), _day(chosen["last"])
    wanted = Wanted(
        display=chosen["display"],
        workstation=chosen["workstation"],
        occasion=chosen["occasion"],
        verdict=chosen["verdict"],
        since=_second(first),
        until=_second(last + timedelta(days=1)) if last else None,
        before=_number(asked.answers.get("before", ""), Wanted().before),
        most=ROWS + 1,
    )
    with asked.desk.tests() as tests:
        found = tests.results(wanted)
        displays = [each.display for each in tests.register.in_use().values() if each.display]
    kept = {name: value for name, value in chosen.items() if value}
    more = {**kept, "before": found[ROWS - 1].identifier} if len(found) > ROWS else None
    return page(
        asked,
        "results.html",
        results=found[:ROWS],
        chosen=chosen,
        displays=sorted(each.name for each in displays),
        workstations=sorted({each.workstation for each in displays}),
        occasions=tuple(Occasion),
        kinds=tuple(Verdict),
        first_page=_address("results", kept) if "before" in asked.answers else None,
        next=_address("results", more) if more else None,
    )


def _standings(asked: Asked, tests: Tests) -> list[overview.Standing]:
    displays = [each.display for each in tests.register.in_use().values() if each.display]
    return overview.standings(displays, asked.desk.dues(), tests.open_sessions())


def _address(name: str, terms: Mapping[str, object]) -> str:
    return f"{HOME}/{name}?{urlencode(terms)}" if terms else f"{HOME}/{name}"


def _number(text: str, otherwise: int) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < len(str(2**62))
    return int(text) if is_number else otherwise


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _second(day: date | None) -> float | None:
    """When a day begins, by the box's zone."""
    return None if day is None else datetime(day.year, day.month, day.day).astimezone().timestamp()
