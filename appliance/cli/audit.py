"""``appliance audit``: what the site's audit repository has not been told yet."""

from collections import Counter

from appliance.audit import AuditQueue, codes
from appliance.audit.events import audit_log_used
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK, iso8601
from appliance.errors import EXIT_OK, RefusedError
from appliance.services.auditing import audit_queue

LOG_URI = "urn:dose-appliance:audit"
_MEANINGS = {code.value: code.meaning for code in codes.ALL}


def run(context: Context) -> int:
    """Count what waits; with ``--xml`` write it, which is told to the repository as well."""
    with opened_ledger(context) as ledger:
        queue = audit_queue(context.configuration, ledger)
        if queue is None:
            context.say("audit.off")
            return EXIT_OK
        if context.arguments.xml is not None:
            _write(context, queue)
        else:
            _count(context, queue)
    return EXIT_OK


def _count(context: Context, queue: AuditQueue) -> None:
    waiting = queue.waiting(queue.count())
    since = iso8601(waiting[0].occurred_at) if waiting else "-"
    context.say("audit.waiting", messages=len(waiting), since=since)
    for event, messages in sorted(Counter(each.event for each in waiting).items()):
        context.say("audit.event", event=f"{event} {_MEANINGS[event]}", messages=messages)


def _write(context: Context, queue: AuditQueue) -> None:
    person, folder = context.arguments.by.strip(), context.arguments.xml
    if not person:
        raise RefusedError(context.texts.say("audit.unsigned"), "--by")
    queue.put(audit_log_used(SYSTEM_CLOCK.wall(), person, LOG_URI))
    folder.mkdir(parents=True, exist_ok=True)
    waiting = queue.waiting(queue.count())
    for each in waiting:
        (folder / f"{each.number:010}.xml").write_text(each.xml, "ascii")
    context.say("audit.written", messages=len(waiting), folder=folder)
