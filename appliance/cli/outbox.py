"""``appliance outbox``: what is on its way, and what a person does about what did not arrive."""

from dataclasses import asdict

from appliance.cli.columns import columns
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.commitment import Commitments, Tally
from appliance.errors import EXIT_OK, NotFoundError
from appliance.ledger import Ledger
from appliance.outbox import Backlog, Outbox, Queued
from appliance.services.renaming import move, renaming

COLUMNS = (
    "destination",
    "waiting",
    "refused",
    "delivered",
    "committed",
    "oldest_unsent_at",
    "last_error",
)
QUEUE_COLUMNS = ("order", "kind", "state", "attempts", "instance", "study", "since", "last_error")


def run(context: Context) -> int:
    """List, show one queue, retry, ask again for commitment, or move a queue to another name.

    Raises NotFoundError when there is nothing to retry or move, RefusedError, StateError.
    """
    if not context.configuration.ledger_path.exists():
        return _nothing(context)
    with opened_ledger(context) as ledger:
        outbox = Outbox(context.configuration.outbox_dir, ledger, SYSTEM_CLOCK)
        commitments = Commitments(ledger, SYSTEM_CLOCK)
        if context.arguments.action == "commit":
            return _commit(context, commitments)
        if context.arguments.action == "queue":
            return _queue(context, outbox)
        if context.arguments.action == "move":
            return _move(context, ledger)
        if _lists(context):
            return _list(context, outbox, commitments)
        return _retry(context, outbox)


def _lists(context: Context) -> bool:
    return bool(context.arguments.action in {"list", "queue"})


def _nothing(context: Context) -> int:
    if not _lists(context):
        raise NotFoundError(context.texts.say("outbox.empty"))
    context.say("outbox.empty")
    return EXIT_OK


def _list(context: Context, outbox: Outbox, commitments: Commitments) -> int:
    backlog = outbox.backlog()
    if not backlog:
        return _nothing(context)
    header = [context.texts.say(f"outbox.{name}") for name in COLUMNS]
    tallies = {each.destination: each for each in commitments.tallies()}
    rows = [_row(each, tallies.get(each.destination)) for each in backlog]
    print(columns([header, *rows], right=frozenset({1, 2, 3, 4})))  # noqa: T201 - asked for
    return EXIT_OK


def _row(backlog: Backlog, tally: Tally | None) -> list[str]:
    counts = map(str, (backlog.waiting, backlog.refused, backlog.delivered))
    oldest = backlog.oldest_unsent_at
    return [
        backlog.destination,
        *counts,
        f"{tally.committed}/{tally.open + tally.committed + tally.failed}" if tally else "-",
        "-" if oldest is None else iso8601(oldest),
        backlog.held or backlog.last_error or "-",
    ]


def _queue(context: Context, outbox: Outbox) -> int:
    arguments = context.arguments
    if arguments.destination not in {each.destination for each in outbox.backlog()}:
        raise NotFoundError(context.texts.say("outbox.unknown"), arguments.destination)
    header = [context.texts.say(f"outbox.{name}") for name in QUEUE_COLUMNS]
    rows = [_place(each) for each in outbox.queue(arguments.destination, arguments.most)]
    print(columns([header, *rows], right=frozenset({0, 3})))  # noqa: T201 - asked for
    return EXIT_OK


def _place(queued: Queued) -> list[str]:
    return [
        str(queued.outgoing_id),
        queued.kind,
        queued.state,
        str(queued.attempts),
        queued.sop_instance_uid,
        queued.study_instance_uid,
        iso8601(queued.created_at),
        queued.last_error or "-",
    ]


def _commit(context: Context, commitments: Commitments) -> int:
    count = commitments.retry(context.arguments.destination)
    context.say("outbox.asked_again", count=count)
    return EXIT_OK


def _move(context: Context, ledger: Ledger) -> int:
    arguments = context.arguments
    box = (context.configuration, ledger, SYSTEM_CLOCK)
    moving = renaming(*box, arguments.old, arguments.new)
    if arguments.dry_run:
        context.say("outbox.would_move", new=arguments.new, **asdict(moving.looked_at()))
    else:
        context.say("outbox.moved", new=arguments.new, **asdict(move(*box, moving, arguments.by)))
    return EXIT_OK


def _retry(context: Context, outbox: Outbox) -> int:
    arguments = context.arguments
    count = outbox.retry(sop_instance_uid=arguments.report, destination=arguments.destination)
    context.say("outbox.retried", count=count)
    return EXIT_OK
