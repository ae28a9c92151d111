"""A test of a display: begun, gone on with step by step, and what came of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from datetime import timedelta
from fractions import Fraction

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.console.asking import NOT_FOUND
from appliance.console.displayqa import answer, beginning
from appliance.console.displayqa.asking import Asked, page
from appliance.console.displayqa.desk import BY_HAND, Tests
from appliance.console.displayqa.field import Pair, complaints
from appliance.console.displayqa.figure import plain_text
from appliance.console.displayqa.outcome import rows
from appliance.console.displayqa.preview import preview
from appliance.console.displayqa.progress import key
from appliance.console.displayqa.register_pages import HOME
from appliance.console.displayqa.running import remarks, running
from appliance.console.queue import Queue
from appliance.console.rendering import pair
from appliance.console.screen.views import PAGE_PATH
from appliance.displayqa.measurement import Method
from appliance.displayqa.report.forms import Form
from appliance.displayqa.report.page import content_security_policy
from appliance.displayqa.report.words import Language
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.sessions.happening import Happening, Placed, Repeated
from appliance.displayqa.sessions.places import NAMES
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Light, Look, Measure, Place, Way
from appliance.displays.display import Display
from appliance.errors import NotFoundError, RefusedError

WRONG_CODE: Pair = (
    "No page shows this code. Look at the page on the workstation: codes change.",
    "このコードを表示しているページがありません。端末のページの現在のコードを確認してください。",
)
TOO_MANY: Pair = (
    "Too many wrong codes. Wait some minutes.",
    "コードの誤入力が続いたため、数分待ってから入力してください。",
)
IN_USE: Pair = (
    "Another test is going on with this meter, or on this display. Interrupt that one first.",
    "この輝度計またはモニタは別の試験で使用中です。先にその試験を一時停止してください。",
)
NO_METER: Pair = ("Please choose a meter.", "輝度計を選択してください。")
NO_MODEL: Pair = ("Please say which meter it is.", "輝度計の名称を入力してください。")
LONGEST_MODEL = 64
MEDIA_TYPES = {
    Form.HTML: "text/html",
    Form.PDF: "application/pdf",
    Form.CSV: "text/csv",
    Form.JSON: "application/json",
}
PAPERS = Queue(most=4)
"""Of reports as PDF, which take seconds and 150 MiB each."""
REPEATABLE = ("pattern", "place", "check")
REOPENED_WITHIN = timedelta(hours=24)
"""For so long after its end a part of a test may be repeated, as its room has it."""
Wrong = Mapping[str, Pair]


def test_path(session: Session) -> str:
    """Where a test is."""
    return f"{HOME}/tests/{session.identifier}"


def begin(asked: Asked) -> Response:
    """The form of a new test, and what was sent of it."""
    with asked.desk.tests() as tests:
        display = tests.register.display(asked.named("name"))
        ruleset = tests.rulesets.get(display.ruleset)
        if ruleset is None:
            raise NotFoundError("there is no ruleset of that name", display.ruleset)
        fields = beginning.fields(ruleset)
        if not asked.is_form:
            dues = asked.desk.dues().get(display.name, ())
            is_accepted = all(each.test is not Occasion.ACCEPTANCE for each in dues)
            values = beginning.blank(ruleset, is_accepted=is_accepted)
            return page(
                asked,
                "begin.html",
                display=display,
                ruleset=ruleset,
                fields=fields,
                values=values,
                complaints={},
                going_on=tests.open_sessions(display.name),
            )
        wrong = complaints(fields, asked.answers)
        if wrong:
            return page(
                asked,
                "begin.html",
                422,
                display=display,
                ruleset=ruleset,
                fields=fields,
                values=asked.answers,
                complaints=wrong,
                going_on=(),
            )
        session = tests.begin(
            display.name,
            Occasion(asked.answers["occasion"]),
            Way(asked.answers["way"]),
            operator=asked.person.name,
            method=Method(asked.answers["method"]),
        )
        return asked.leading_to(f"{test_path(session)}/equipment")


def equipment(asked: Asked) -> Response:
    """Which page and which meter: chosen, or chosen anew."""
    number = asked.number("test")
    with asked.desk.tests() as tests:
        session = tests.session(number)
        wrong: dict[str, Pair] = {}
        if session.ended:
            return asked.leading_to(test_path(session))
        if asked.is_form:
            meter = _meter(asked, session, wrong)
            _pair(asked, session, wrong)
            if not wrong and _is_conducted(asked, session, meter, wrong):
                return asked.leading_to(test_path(session))
        return _choosing(asked, tests.display_of(session), session, wrong)


def test(asked: Asked) -> Response:
    """A test that goes on, or what came of one."""
    with asked.desk.tests() as tests:
        session = tests.session(asked.number("test"))
        return _ended(asked, tests, session) if session.ended else _running(asked, tests, session)


def act(asked: Asked) -> Response:
    """What a person did on the page of a test."""
    does = ACTS.get(asked.named("act"))
    if does is None:
        raise HTTPException(NOT_FOUND)
    with asked.desk.tests() as tests:
        session = tests.session(asked.number("test"))
        wrong = does(asked, tests, session)
        if wrong:
            return _running(asked, tests, session, wrong)
    asked.desk.wake(session.identifier)
    return asked.leading_to(test_path(session))


def give_up(asked: Asked) -> Response:
    """End a test that is not gone on with, once somebody said so."""
    with asked.desk.tests() as tests:
        session = tests.session(asked.number("test"))
        if session.ended:
            return asked.leading_to(test_path(session))
        if asked.is_form:
            asked.desk.interrupt(session.identifier)
            tests.give_up(session.identifier, asked.person.name)
            return asked.leading_to(test_path(session))
        return page(
            asked,
            "give_up.html",
            session=session,
            display=tests.display_of(session),
        )


def pattern(asked: Asked) -> Response:
    """A small picture of a pattern."""
    try:
        ratio = Fraction(int(asked.answers.get("w", "4")), int(asked.answers.get("h", "3")))
    except (ValueError, ZeroDivisionError):
        ratio = Fraction(4, 3)
    picture = preview(asked.named("pattern"), ratio) if ratio > 0 else None
    if picture is None:
        raise HTTPException(NOT_FOUND)
    return Response(picture, media_type="image/png", headers={"cache-control": "max-age=86400"})


def report(asked: Asked) -> Response:
    """The report of a test, as a page or a file."""
    try:
        form = Form(asked.named("form"))
        language = Language(asked.answers.get("in") or asked.texts.language)
    except ValueError as failure:
        raise HTTPException(NOT_FOUND) from failure
    with PAPERS if form is Form.PDF else nullcontext():
        name, content = asked.desk.report(asked.number("test"), form, language)
    headers = {"content-security-policy": content_security_policy()} if form is Form.HTML else {}
    headers |= {"content-disposition": f'inline; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


def _choosing(asked: Asked, display: Display, session: Session, wrong: Wrong) -> Response:
    is_by_hand = session.begun.way is not Way.BROWSER
    meters = () if is_by_hand else asked.desk.meters()
    usable = [each.name for each in meters if not each.fault]
    return page(
        asked,
        "equipment.html",
        422 if wrong else 200,
        session=session,
        display=display,
        meters=meters,
        chosen=asked.answers.get("meter") or next(iter(usable), ""),
        page=asked.desk.page(session.display),
        address=str(asked.request.url.replace(path=PAGE_PATH, query="")),
        is_by_hand=is_by_hand,
        by_hand=BY_HAND,
        complaints=wrong,
    )


def _running(asked: Asked, tests: Tests, session: Session, wrong: Wrong | None = None) -> Response:
    values = running(asked.desk, tests.display_of(session), session, asked.texts)
    return page(asked, "running.html", 422 if wrong else 200, complaints=wrong or {}, **values)


def _ended(asked: Asked, tests: Tests, session: Session) -> Response:
    try:
        judged = tests.judged(session.identifier)
    except NotFoundError:  # the ruleset went; the readings are there
        judged = None
    return page(
        asked,
        "ended.html",
        session=session,
        display=tests.display_of(session),
        judged=judged,
        rows=rows(judged.evaluation) if judged else (),
        remarks=remarks(session),
        can_repeat=tuple(_repeatable(asked, session)),
        report=f"{test_path(session)}/report",
    )


def _repeatable(asked: Asked, session: Session) -> Iterator[tuple[str, Pair]]:
    """What of a test that has ended can be measured or looked at again."""
    is_fresh = asked.desk.now() - session.entries[-1].at < REOPENED_WITHIN
    if session.ended is None or session.ended.is_given_up or not is_fresh:
        return
    if session.measured.scale:
        yield f"pattern:{session.begun.grey_scale}", pair("displayqa", "repeat_scale")
    for place in dict.fromkeys(place for _, place in session.readings if place):
        yield f"place:{place}", NAMES[place]
    for step in session.steps:
        if isinstance(step, Look):
            yield f"check:{step.check.identifier}", step.check.text


def _meter(asked: Asked, session: Session, wrong: dict[str, Pair]) -> str:
    chosen = asked.answers.get("meter", "")
    if session.begun.way is not Way.BROWSER:
        chosen = BY_HAND
    if not chosen:
        wrong["meter"] = NO_METER
    if chosen != BY_HAND:
        return chosen
    model = plain_text(asked.answers.get("model", ""))[:LONGEST_MODEL]
    if not model:
        wrong["model"] = NO_MODEL
    return f"{BY_HAND} {model}"


def _is_conducted(asked: Asked, session: Session, meter: str, wrong: dict[str, Pair]) -> bool:
    try:
        asked.desk.conduct(session.identifier, meter)
    except RefusedError:
        wrong["meter"] = IN_USE
    return not wrong


def _pair(asked: Asked, session: Session, wrong: dict[str, Pair]) -> None:
    code = plain_text(asked.answers.get("code", "")).replace(" ", "").replace("-", "")
    if not code:
        return
    try:
        if not asked.desk.pair(code, session.display, _address(asked)):
            wrong["code"] = WRONG_CODE
    except RefusedError:
        wrong["code"] = TOO_MANY


def _address(asked: Asked) -> str:
    """Of who asks; empty where there is none."""
    client = asked.request.client
    return client.host if client else ""


def _step(asked: Asked, tests: Tests, session: Session) -> Wrong | None:
    """The answer to the step that was asked for; to another one, it is not taken."""
    if asked.answers.get("key") != key(session) or not session.remaining:
        return None
    match session.remaining[0]:
        case Look() as look:
            said: Happening | Wrong = answer.seen(look, asked.answers)
        case Light():
            said = answer.light_told(asked.answers)
        case Place(name):
            said = Placed(place=name)
        case Measure() as measure:
            said = answer.measured(measure, asked.answers)
    return _kept(asked, tests, session, said)


def _repeat(asked: Asked, tests: Tests, session: Session) -> Wrong | None:
    named = {name: asked.answers.get(name, "") for name in REPEATABLE}
    kind, _, what = asked.answers.get("what", "").partition(":")
    if kind in REPEATABLE:
        named[kind] = what
    if not any(named.values()):
        return None
    return _kept(asked, tests, session, Repeated(**named))


def _remark(asked: Asked, tests: Tests, session: Session) -> Wrong | None:
    return _kept(asked, tests, session, answer.remarked(asked.answers))


def _go_on(asked: Asked, _: Tests, session: Session) -> None:
    asked.desk.conduct(session.identifier)


def _interrupt(asked: Asked, _: Tests, session: Session) -> None:
    asked.desk.interrupt(session.identifier)


def _kept(asked: Asked, tests: Tests, session: Session, said: Happening | Wrong) -> Wrong | None:
    if isinstance(said, Mapping):
        return said
    tests.submit(session.identifier, said, asked.person.name)
    return None


ACTS: Mapping[str, Callable[[Asked, Tests, Session], Wrong | None]] = {
    "step": _step,
    "repeat": _repeat,
    "remark": _remark,
    "go-on": _go_on,
    "interrupt": _interrupt,
}
