"""``appliance orders``: what the RIS ordered, and the site's table of JJ1017 codes."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import iso8601
from appliance.errors import EXIT_OK, ApplianceError, ConfigurationError, NotFoundError
from appliance.ledger.durable import write_file
from appliance.orders.code_table import COLUMNS, CodeTable, read_table
from appliance.orders.inquiry import Question
from appliance.orders.order import Code, Order
from appliance.orders.register import Register, Search, Unmapped
from appliance.orders.worklist import TooMany, Unanswered, Worklist

T = TypeVar("T")
FOR_SPREADSHEETS = "utf-8-sig"


def run(context: Context) -> int:
    """List, find, check or print. Raises ConfigurationError, NotFoundError, ApplianceError."""
    ACTIONS[context.arguments.action](context)
    return EXIT_OK


def _list(context: Context) -> None:
    searches = _of_ledger(context, Register.searches)
    if not searches:
        context.say("orders.none")
        return
    header = [context.texts.say(f"orders.{name}") for name in ("since", "state", "reason", "study")]
    print(columns([header, *(_row(context, each) for each in searches)]))  # noqa: T201 - asked for


def _row(context: Context, search: Search) -> list[str]:
    state = context.texts.say(f"orders.{search.state}")
    return [iso8601(search.asked_at), state, search.reason or "-", search.study_instance_uid]


def _find(context: Context) -> None:
    arguments, configuration = context.arguments, context.configuration
    if not configuration.worklist.host:
        raise ConfigurationError(context.texts.say("orders.no_ris"), "worklist.host")
    question = Question(
        accession_number=arguments.accession,
        study_instance_uid=arguments.study,
        patient_id=arguments.patient,
        date=arguments.date,
    )
    match Worklist(configuration.worklist, configuration.receiver.ae_title).find(question):
        case Unanswered(detail):
            raise ApplianceError(context.texts.say("orders.no_answer"), detail)
        case TooMany():
            raise ApplianceError(context.texts.say("orders.too_many"))
        case answers:
            found = [each for each in answers if question.is_answered_by(each)]
    if not found:
        raise NotFoundError(context.texts.say("orders.not_found"))
    for order in found:
        print(columns(list(_order(order))), end="\n\n")  # noqa: T201 - asked for


def _order(order: Order) -> Iterator[list[str]]:
    for each in fields(order):
        value = getattr(order, each.name)
        texts = map(_code, value) if isinstance(value, tuple) else [value]
        yield from ([each.name, text] for text in texts if text)


def _code(code: Code) -> str:
    return f"{code.value} ({code.scheme}) {code.meaning}"


def _check(context: Context) -> None:
    file = context.arguments.table or context.configuration.code_table
    table = read_table(file.read_bytes())
    for fault in table.faults:
        context.say(
            "orders.warning" if fault.is_warning else "orders.fault",
            file=file,
            line=fault.line,
            what=fault.what,
        )
    expect_sound(context, table, file)
    context.say("orders.sound", file=file, count=len(table.rows), version=table.version)
    context.say("orders.unverified")


def expect_sound(context: Context, table: CodeTable, file: Path) -> None:
    """Raise ConfigurationError when rows of the table are not used."""
    if errors := table.errors:
        what = context.texts.say("orders.faulty", count=len(errors), first=errors[0].what)
        remedy = context.texts.say("orders.the_others")
        raise ConfigurationError(what, f"{file}:{errors[0].line}", remedy)


def _unmapped(context: Context) -> None:
    file = context.configuration.code_table
    table = read_table(file.read_bytes()) if file.exists() else CodeTable()
    found = _of_ledger(context, Register.all_unmapped)
    left = [each for each in found if table.find(each.code) is None]
    text = "".join(_lines(context, left))
    if context.arguments.output is None:
        print(text, end="")  # noqa: T201 - asked for
    else:
        write_file(context.arguments.output.absolute(), text.encode(FOR_SPREADSHEETS))
        context.say("orders.written", file=context.arguments.output, count=len(left))


def _lines(context: Context, unmapped: list[Unmapped]) -> Iterator[str]:
    for row in ([*COLUMNS], *(_unmapped_row(context, each) for each in unmapped)):
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(row)
        yield line.getvalue()


def _unmapped_row(context: Context, unmapped: Unmapped) -> list[str]:
    code, note = unmapped.code, context.texts.say("orders.studies", count=unmapped.studies)
    return [code.value, code.scheme, "", code.meaning, note]


def _of_ledger(context: Context, ask: Callable[[Register], list[T]]) -> list[T]:
    if not context.configuration.ledger_path.exists():
        return []
    with opened_ledger(context) as ledger:
        return ask(Register(context.configuration.orders_dir, ledger))


ACTIONS: dict[str, Callable[[Context], None]] = {
    "list": _list,
    "find": _find,
    "check": _check,
    "unmapped": _unmapped,
}
