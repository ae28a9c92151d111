"""``appliance quarantine``: what waits, why, and a person's signed decision."""

import json

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.cli.record import doubts_text, indented, record_table
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.dose.codec import doubt_to_json, record_from_json
from appliance.dose.plausibility import doubts
from appliance.errors import EXIT_OK, NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.quarantine import Case, Quarantine, Settlement, Verdict
from appliance.services.native_reports import acknowledge
from appliance.services.settling import Settling, expect_signed


def run(context: Context) -> int:
    """List, show or decide. Raises NotFoundError, RefusedError, StateError."""
    if not context.configuration.ledger_path.exists():
        return _nothing_ever_ran(context)
    with opened_ledger(context) as ledger:
        folder = context.configuration.quarantine_dir
        quarantine = Quarantine(folder, ledger, SYSTEM_CLOCK)
        if _is_acknowledged(context):
            _acknowledge(context, ledger)
        elif context.arguments.action in ACTIONS:
            ACTIONS[context.arguments.action](context, quarantine)
        else:
            _decide(context, Settling(quarantine, Journal(ledger, SYSTEM_CLOCK), ledger, doubts))
    return EXIT_OK


def _nothing_ever_ran(context: Context) -> int:
    if context.arguments.action != "list":
        wanted = context.arguments.study if _is_acknowledged(context) else context.arguments.id
        raise NotFoundError(context.texts.say("quarantine.empty"), str(wanted))
    if context.arguments.format == "text":
        context.say("quarantine.empty")
    return EXIT_OK


def _list(context: Context, quarantine: Quarantine) -> None:
    cases = quarantine.cases(open_only=not context.arguments.all)
    if context.arguments.format == "json":
        for case in cases:
            print(json.dumps(_as_json(case), ensure_ascii=False))  # noqa: T201 - asked for
    elif cases:
        names = ("id", "since", "state", "reason", "study")
        header = [context.texts.say(f"quarantine.{name}") for name in names]
        print(columns([header, *(_row(case, context) for case in cases)]))  # noqa: T201 - asked for
    else:
        context.say("quarantine.empty")


def _row(case: Case, context: Context) -> list[str]:
    state = context.texts.say(f"quarantine.{case.closed_as or 'open'}")
    since = iso8601(case.opened_at)
    return [str(case.id), since, state, str(case.reason), case.study_instance_uid]


def _as_json(case: Case) -> dict[str, object]:
    return {
        "id": case.id,
        "study": case.study_instance_uid,
        "reason": case.reason,
        "opened_at": iso8601(case.opened_at),
        "closed_at": None if case.closed_at is None else iso8601(case.closed_at),
        "closed_as": case.closed_as,
        "doubts": [doubt_to_json(doubt) for doubt in case.doubts],
        "pictures": [str(file) for file in case.pictures.values()],
    }


def _show(context: Context, quarantine: Quarantine) -> None:
    case = quarantine.case(context.arguments.id)
    context.say(
        "quarantine.header",
        id=case.id,
        state=context.texts.say(f"quarantine.{case.closed_as or 'open'}"),
        since=iso8601(case.opened_at),
        study=case.study_instance_uid,
    )
    print(indented(doubts_text(case.doubts, context.texts)))  # noqa: T201 - asked for
    record = case.evidence.get("record")
    if record:
        context.say("quarantine.record")
        print(indented(record_table(record_from_json(record), context.texts)))  # noqa: T201 - the same
    for file in case.pictures.values():
        context.say("quarantine.picture", file=file)
    settlement = quarantine.settlement(case.id)
    if settlement:
        _say_decision(context, "quarantine.decision", settlement)


def _is_acknowledged(context: Context) -> bool:
    return bool(context.arguments.action == "acknowledge")


def _acknowledge(context: Context, ledger: Ledger) -> None:
    arguments = context.arguments
    expect_signed(arguments.by, arguments.reason)
    acknowledge(ledger, SYSTEM_CLOCK, arguments.study, arguments.by.strip(), arguments.reason)
    context.say("quarantine.acknowledged", study=arguments.study)


def _decide(context: Context, settling: Settling) -> None:
    arguments = context.arguments
    if arguments.action in WITHOUT_REPORT:
        verdict = WITHOUT_REPORT[arguments.action]
        settlement = settling.discard(arguments.id, arguments.by, arguments.reason, verdict)
    else:
        settlement = settling.settle(
            arguments.id, arguments.by, arguments.reason, _typed(context), arguments.accept_doubt
        )
    _say_decision(context, "quarantine.done", settlement)


def _typed(context: Context) -> dict[str, str]:
    typed: dict[str, str] = {}
    for field, value in context.arguments.set:
        if field in typed:
            raise RefusedError(context.texts.say("quarantine.twice"), field)
        typed[field] = value
    return typed


def _say_decision(context: Context, key: str, settlement: Settlement) -> None:
    context.say(
        key,
        id=settlement.case_id,
        verdict=context.texts.say(f"quarantine.{settlement.verdict}"),
        person=settlement.decision.person,
        when=iso8601(settlement.decided_at),
        reason=settlement.decision.reason,
    )


WITHOUT_REPORT = {"discard": Verdict.DISCARD, "wrong-patient": Verdict.WRONG_PATIENT}
ACTIONS = {"list": _list, "show": _show}
"""Those that change nothing; the others are a person's decision."""
