"""``appliance outbox``: reports on their way, and sending again what was refused."""

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.errors import EXIT_OK, NotFoundError
from appliance.outbox import Backlog, Outbox

COLUMNS = ("destination", "waiting", "refused", "delivered", "oldest_unsent_at", "last_error")


def run(context: Context) -> int:
    """List or retry. Raises NotFoundError when there is nothing to retry, StateError."""
    if not context.configuration.ledger_path.exists():
        return _nothing(context)
    with opened_ledger(context) as ledger:
        outbox = Outbox(context.configuration.outbox_dir, ledger, SYSTEM_CLOCK)
        return _list(context, outbox) if _lists(context) else _retry(context, outbox)


def _lists(context: Context) -> bool:
    return bool(context.arguments.action == "list")


def _nothing(context: Context) -> int:
    if not _lists(context):
        raise NotFoundError(context.texts.say("outbox.empty"))
    context.say("outbox.empty")
    return EXIT_OK


def _list(context: Context, outbox: Outbox) -> int:
    backlog = outbox.backlog()
    if not backlog:
        return _nothing(context)
    header = [context.texts.say(f"outbox.{name}") for name in COLUMNS]
    print(columns([header, *map(_row, backlog)], right=frozenset({1, 2, 3})))  # noqa: T201 - asked for
    return EXIT_OK


def _row(backlog: Backlog) -> list[str]:
    counts = map(str, (backlog.waiting, backlog.refused, backlog.delivered))
    oldest = backlog.oldest_unsent_at
    return [
        backlog.destination,
        *counts,
        "-" if oldest is None else iso8601(oldest),
        backlog.last_error or "-",
    ]


def _retry(context: Context, outbox: Outbox) -> int:
    arguments = context.arguments
    count = outbox.retry(sop_instance_uid=arguments.report, destination=arguments.destination)
    context.say("outbox.retried", count=count)
    return EXIT_OK
