"""``appliance displayqa sessions``: the tests of displays, listed, judged, given up, done again."""

import json
from typing import Any

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.display_test import say_judged
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK
from appliance.displayqa.evaluation import Verdict
from appliance.displayqa.evaluation_record import as_json
from appliance.displayqa.sessions import record
from appliance.displayqa.sessions.happening import Repeated
from appliance.displayqa.sessions.session import Session
from appliance.errors import EXIT_OK, NotFoundError, RefusedError
from appliance.services.display_tests import DisplayTests


def run(context: Context) -> int:
    """List, show, give up or repeat. Raises NotFoundError, RefusedError."""
    deeds = {"list": _list, "show": _show, "give-up": _give_up, "repeat": _repeat}
    with opened_ledger(context) as ledger:
        tests = DisplayTests(context.configuration, ledger, SYSTEM_CLOCK)
        return deeds[context.arguments.deed](context, tests)


def _list(context: Context, tests: DisplayTests) -> int:
    arguments = context.arguments
    if arguments.display and tests.register.last(arguments.display) is None:
        raise NotFoundError(context.texts.say("displays.unknown"), arguments.display)
    if arguments.open:
        found = tests.open_sessions(arguments.display)[-arguments.last :]
    else:
        found = tests.sessions(arguments.display, last=arguments.last)
    if arguments.format == "json":
        _print_json([head(each) for each in found])
    elif found:
        names = ("number", "display", "test", "begun", "by", "state")
        heads = [context.texts.say(f"display_sessions.{name}") for name in names]
        print(columns([heads, *(_row(context, each) for each in found)]))  # noqa: T201 - asked for
    else:
        context.say("display_sessions.none")
    return EXIT_OK


def _row(context: Context, session: Session) -> list[str]:
    begun, at = session.begun, session.entries[0].at
    test = context.texts.say(f"displayqa.{begun.occasion}")
    number, since = str(session.identifier), f"{at:%Y-%m-%d %H:%M}"
    return [number, session.display, test, since, begun.operator, _state(context, session)]


def _state(context: Context, session: Session) -> str:
    ended = session.ended
    if ended is None:
        return context.texts.say("display_sessions.open", count=len(session.remaining))
    if ended.is_given_up:
        return context.texts.say("display_sessions.given_up")
    return context.texts.pick(Verdict(ended.verdict).meaning)


def head(session: Session) -> dict[str, Any]:
    """What tells a test from others, for programs."""
    begun, ended = session.begun, session.ended
    return {
        "number": session.identifier,
        "display": session.display,
        "test": str(begun.occasion),
        "way": str(begun.way),
        "method": str(begun.method),
        "begun_at": session.entries[0].at.isoformat(timespec="seconds"),
        "operator": begun.operator,
        "ruleset": begun.ruleset,
        "remaining": len(session.remaining),
        "is_given_up": bool(ended and ended.is_given_up),
        "verdict": ended.verdict if ended and not ended.is_given_up else None,
    }


def _show(context: Context, tests: DisplayTests) -> int:
    identifier = context.arguments.session
    if context.arguments.format == "text":
        return say_judged(context, tests, identifier)
    judged = tests.judged(identifier)
    _print_json(
        head(judged.session)
        | {
            "is_ruleset_changed": judged.is_ruleset_changed,
            "is_steady": judged.session.is_steady,
            "baseline": judged.baseline.identifier if judged.baseline else None,
            "beside": [each.identifier for each in judged.beside],
            "happenings": [
                {
                    "at": each.at.isoformat(timespec="milliseconds"),
                    "kind": record.kind_of(each.happening),
                    **record.as_json(each.happening),
                }
                for each in judged.session.entries
            ],
            "evaluation": as_json(judged.evaluation, judged.measured, context.texts.pick),
        }
    )
    return EXIT_OK


def _give_up(context: Context, tests: DisplayTests) -> int:
    session = tests.give_up(context.arguments.session, context.arguments.by)
    context.say("display_sessions.ended", number=session.identifier)
    return EXIT_OK


def _repeat(context: Context, tests: DisplayTests) -> int:
    arguments = context.arguments
    again = Repeated(pattern=arguments.pattern, place=arguments.place, check=arguments.check)
    if (again == Repeated()) is not arguments.everything:
        raise RefusedError(context.texts.say("display_sessions.what"), str(arguments.session))
    before = tests.session(arguments.session)
    session = tests.submit(arguments.session, again, arguments.by)
    if len(session.remaining) == len(before.remaining):
        context.say("display_sessions.nothing")
    context.say("display_sessions.again", number=session.identifier, count=len(session.remaining))
    return EXIT_OK


def _print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201 - what was asked for
