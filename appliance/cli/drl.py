"""``appliance drl``: the site's usual doses beside diagnostic reference levels."""

import sys
from dataclasses import replace
from pathlib import Path

from appliance.cli.context import Context
from appliance.cli.explain import lettering
from appliance.cli.medians import as_chart, as_csv, as_json, as_text
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK
from appliance.doses import Doses
from appliance.drl.comparison import Comparison, compared
from appliance.drl.reference import Reference, reference
from appliance.drl.strip_chart import chart
from appliance.drl.table import shipped_text
from appliance.errors import EXIT_OK, NotFoundError, RefusedError
from appliance.ledger.durable import write_file
from appliance.services.perspective import perspective

PLOTS = (".svg", ".png")
FORMATS = {"text": as_text, "json": as_json, "csv": as_csv}


def run(context: Context) -> int:
    """Compare, write a table, or acknowledge. Raises NotFoundError, RefusedError."""
    arguments = context.arguments
    if arguments.write_table is not None:
        _write_table(context, arguments.write_table)
    elif arguments.acknowledge:
        _acknowledge(context, arguments.acknowledge)
    else:
        _compare(context)
    return EXIT_OK


def _compare(context: Context) -> None:
    arguments, configuration = context.arguments, context.configuration
    plot: Path | None = arguments.plot
    if plot is not None and plot.suffix.lower() not in PLOTS:
        raise RefusedError(context.texts.say("drl.ending"), str(plot))
    by = reference(configuration.drl, configuration.data_dir, arguments.edition)
    found = _compared(context, by)
    print(FORMATS[arguments.format](found, by, context))  # noqa: T201 - what was asked for
    if plot is not None:
        texts, typeface = lettering(context)
        picture = chart(as_chart(found, by, replace(context, texts=texts)), typeface)
        content = picture.png() if plot.suffix.lower() == ".png" else picture.svg()
        write_file(plot.absolute(), content)
        sys.stderr.write(context.texts.say("drl.written", file=plot) + "\n")


def _compared(context: Context, by: Reference) -> Comparison:
    """The comparison asked for; the alarms of the box follow from its own settings."""
    arguments = context.arguments
    if not context.configuration.ledger_path.exists():
        return Comparison(0, (), {})
    with opened_ledger(context) as ledger:
        doses = Doses(ledger, SYSTEM_CLOCK)
        found = compared(
            doses.examinations(arguments.from_day, arguments.to_day),
            by.tables,
            by.exams,
            by.procedures,
            arguments.each,
        )
        perspective(context.configuration, ledger, SYSTEM_CLOCK).compare()
    return found


def _write_table(context: Context, file: Path) -> None:
    edition = context.arguments.edition or context.configuration.drl.edition
    try:
        text = shipped_text(edition)
    except KeyError:
        raise NotFoundError(f"there is no shipped table {edition}", "--edition") from None
    write_file(file.absolute(), text.encode())
    context.say("drl.written", file=file)


def _acknowledge(context: Context, study: str) -> None:
    person: str = context.arguments.by
    if not person:
        raise RefusedError(context.texts.say("drl.who"))
    if not context.configuration.ledger_path.exists():
        raise NotFoundError(context.texts.say("drl.no_history"))
    with opened_ledger(context) as ledger:
        known = perspective(context.configuration, ledger, SYSTEM_CLOCK).acknowledge(study, person)
    if not known:
        raise NotFoundError(context.texts.say("drl.no_alert"), study)
    context.say("drl.acknowledged", study=study)
