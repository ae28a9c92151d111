"""The pages of commissioning, each a function of what is asked to what is answered."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from appliance.accounts import Right
from appliance.commissioning import Commissioning, Step
from appliance.console import asking
from appliance.console.commissioning.desk import FROM_CT, TO_CT, Desk
from appliance.console.commissioning.view import StepView, step_view
from appliance.errors import NotFoundError, RefusedError

HOME = "/commissioning"
MOST_FORMER = 20
NEWEST = 1 << 53
MOST_DIGITS = 15
UNPROCESSABLE = 422
DIFFERENCE = "/settings/difference"
"""Where settings that were written are compared and applied."""
FOLDER = "commissioning"
WATCHED = {Step.TITLES, Step.ECHO, Step.SCREENS}
"""Steps whose page shows what comes by itself."""
Asked = asking.Asked[Desk]


def home(asked: Asked) -> Response:
    """Every step of the open one, or a form that begins one; and those that ended."""
    return _home(asked)


def begin(asked: Asked) -> Response:
    """Begin one."""
    title = asked.answers.get("title", "").strip()
    if not title:
        return _home(asked, UNPROCESSABLE, wrong=True)
    asked.desk.begin(title, asked.person.name)
    return asked.leading_to(HOME)


def step(asked: Asked) -> Response:
    """One step: what is to be done, what came of it, and what comes in."""
    return _step(asked, _named(asked))


def live(asked: Asked) -> Response:
    """What changes of that page, alone."""
    of = _open(asked)
    return asked.page(f"{FOLDER}/live.html", **_shown(asked, of, _named(asked)))


def attempt(asked: Asked) -> Response:
    """Try it, or part of it."""
    wanted, subject = _named(asked), asked.answers.get("subject", "")
    try:
        asked.desk.attempt(wanted, subject, asked.answers, asked.person.name)
    except RefusedError as refused:
        wrong = "busy" if refused.remedy == "wait" else "wrong_peer"
        if wrong == "wrong_peer" and wanted is not Step.ECHO:
            raise
        return _step(asked, wanted, UNPROCESSABLE, wrong=wrong, wrong_in=subject)
    return asked.leading_to(_path(wanted, subject))


def cancel(asked: Asked) -> Response:
    """End a try."""
    wanted, subject = _named(asked), asked.answers.get("subject", "")
    asked.desk.cancel(wanted, subject)
    return asked.leading_to(_path(wanted, subject))


def leave_out(asked: Asked) -> Response:
    """Do without it, and say why."""
    wanted, subject = _named(asked), asked.answers.get("subject", "")
    why = asked.answers.get("why", "").strip()
    if not why:
        return _step(asked, wanted, UNPROCESSABLE, wrong="why_missing", wrong_in=subject)
    asked.desk.leave_out(wanted, subject, why, asked.person.name)
    return asked.leading_to(_path(wanted, subject))


def enter(asked: Asked) -> Response:
    """The lines that enter a caller into the settings; a form writes them there."""
    name = asked.answers.get("name", "").strip() or "ct-1"
    caller = {each: asked.answers.get(each, "") for each in ("calling_ae", "address")}
    may, by = asked.person.may(Right.CONFIGURE), asked.person.name
    if asked.is_form and may and asked.desk.enter(name, **caller, by=by):
        return asked.leading_to(DIFFERENCE)
    lines = asked.desk.lines(name, caller["calling_ae"], caller["address"])
    return asked.page(
        f"{FOLDER}/enter.html",
        UNPROCESSABLE if asked.is_form else 200,
        name=name,
        caller=caller,
        lines=lines,
        home=HOME,
        may=may,
        failed=asked.is_form,
    )


def end(asked: Asked) -> Response:
    """What a protocol would say, and the button that makes it."""
    of = _open(asked)
    if asked.is_form:
        asked.desk.end(asked.person.name)
        return asked.leading_to(f"{HOME}/end")
    steps = _steps(asked, of)
    return asked.page(
        f"{FOLDER}/end.html",
        of=of,
        home=HOME,
        ending=asked.desk.ending(),
        open_parts=[(each, part) for each in steps for part in each.parts if not part.is_settled],
        failed=sum(part.state == "bad" for each in steps for part in each.parts),
    )


def making(asked: Asked) -> Response:
    """How far the protocol is; leads to it once it is made."""
    current = asked.desk.current()
    if current is not None:
        return asked.page(f"{FOLDER}/making.html", ending=asked.desk.ending(), home=HOME)
    newest = asked.desk.former(1, NEWEST)
    there = f"{HOME}/{newest[0].number}" if newest else HOME
    return Response(headers={"hx-redirect": there})


def ended(asked: Asked) -> Response:
    """One that has ended, or the open one: its results, and its protocols."""
    of = asked.desk.commissioning(_number(asked, "number"))
    return asked.page(
        f"{FOLDER}/ended.html",
        of=of,
        home=HOME,
        steps=_steps(asked, of),
        protocols=asked.desk.protocols(of.number),
    )


def file(asked: Asked) -> Response:
    """A file of a protocol."""
    from appliance.console.commissioning.paper import content_security_policy  # noqa: PLC0415 - jinja

    name = asked.named("name")
    content = asked.desk.file(_number(asked, "protocol"), name)
    is_page = name.endswith(".html")
    headers = {"content-disposition": f'inline; filename="{name}"'}
    headers |= {"content-security-policy": content_security_policy()} if is_page else {}
    kind = "text/html; charset=utf-8" if is_page else "application/pdf"
    return Response(content, media_type=kind, headers=headers)


def _home(asked: Asked, status: int = 200, **more: Any) -> Response:  # noqa: ANN401 - of a template
    of = asked.desk.current()
    before = asked.answers.get("before", "") if not asked.is_form else ""
    former = asked.desk.former(MOST_FORMER, _before(before))
    has_more = len(former) == MOST_FORMER
    values: dict[str, Any] = {
        "of": of,
        "home": HOME,
        "steps": _steps(asked, of) if of else (),
        "former": [each for each in former if not each.is_open],
        "first": HOME if before else None,
        "next": f"{HOME}?before={former[-1].number}" if has_more else None,
        "wrong": False,
    }
    return asked.page(f"{FOLDER}/home.html", status, **values | more)


def _step(asked: Asked, wanted: Step, status: int = 200, **more: Any) -> Response:  # noqa: ANN401
    of = asked.desk.current()
    if of is None:
        return asked.leading_to(HOME)
    order = list(Step)
    at = order.index(wanted)
    values: dict[str, Any] = {
        "previous": order[at - 1] if at else None,
        "next": order[at + 1] if at + 1 < len(order) else None,
        "home": HOME,
        "wrong": "",
        "wrong_in": "",
        "destinations": {each.name: each for each in asked.desk.destinations()},
        "scanners": asked.desk.scanners() if wanted in {Step.ECHO, Step.TITLES} else (),
        "own": asked.desk.own() if wanted is Step.TITLES else None,
        "from_ct": FROM_CT,
        "to_ct": TO_CT,
    }
    values |= _shown(asked, of, wanted)
    return asked.page(f"{FOLDER}/step.html", status, **values | more)


def _shown(asked: Asked, of: Commissioning, wanted: Step) -> Mapping[str, Any]:
    """What of a step changes by itself."""
    view = _view(asked, of, wanted)
    return {
        "of": of,
        "view": view,
        "live_path": f"{HOME}/steps/{wanted}/live",
        "is_watched": wanted in WATCHED or any(each.is_running for each in view.parts),
        "callers": asked.desk.callers() if wanted in {Step.TITLES, Step.ECHO} else None,
        "arrivals": asked.desk.arrivals() if wanted is Step.SCREENS else None,
        "confirming": asked.desk.confirming() if wanted is Step.SCREENS else (),
        "now": asked.desk.now(),
        "home": HOME,
    }


def _view(asked: Asked, of: Commissioning, wanted: Step) -> StepView:
    results, running = asked.desk.results(of.number), asked.desk.running() if of.is_open else {}
    return step_view(wanted, asked.desk.subjects(wanted), results, running, asked.texts)


def _steps(asked: Asked, of: Commissioning) -> list[StepView]:
    results, running = asked.desk.results(of.number), asked.desk.running() if of.is_open else {}
    subjects = {each: asked.desk.subjects(each) for each in Step}
    if not of.is_open:  # destinations may have been entered or taken out since
        subjects[Step.DESTINATIONS] = list(
            dict.fromkeys(each.subject for each in results if each.step is Step.DESTINATIONS)
        )
    return [step_view(each, subjects[each], results, running, asked.texts) for each in Step]


def _before(text: str) -> int:
    """What an address says of the list; from the newest on where that is no number."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else NEWEST


def _number(asked: Asked, name: str) -> int:
    number = asked.number(name)
    if number > NEWEST:
        raise NotFoundError("there is nothing of that number", name)
    return number


def _open(asked: Asked) -> Commissioning:
    of = asked.desk.current()
    if of is None:
        raise RefusedError("nothing is open", "commissioning")
    return of


def _named(asked: Asked) -> Step:
    try:
        return Step(asked.named("step"))
    except ValueError as unknown:
        raise NotFoundError("there is no such step", asked.named("step")) from unknown


def _path(wanted: Step, subject: str) -> str:
    return f"{HOME}/steps/{wanted}" + (f"#part-{subject}" if subject.isascii() and subject else "")
