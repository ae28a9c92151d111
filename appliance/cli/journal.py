"""``appliance journal``: is the record of decisions whole."""

from appliance.alarms import AlarmCode, Alarms
from appliance.cli.context import Context
from appliance.cli.opened import opened_ledger
from appliance.clock import SYSTEM_CLOCK
from appliance.errors import EXIT_OK, StateError
from appliance.journal import WITNESS_NAME, Journal, Verdict


def run(context: Context) -> int:
    """Verify the chain. Raises StateError naming the first entry that is not right."""
    verdict = _verify(context)
    if not verdict.intact:
        raise StateError(
            context.texts.say(f"journal.{verdict.breakage}", seq=verdict.broken_seq),
            str(context.configuration.ledger_path),
            context.texts.say("journal.remedy"),
        )
    context.say("journal.intact", entries=verdict.entries, unwitnessed=verdict.unwitnessed)
    return EXIT_OK


def _verify(context: Context) -> Verdict:
    path = context.configuration.ledger_path
    if not path.exists():
        if path.with_name(WITNESS_NAME).exists():
            raise StateError(context.texts.say("journal.ledger_gone"), str(path))
        return Verdict(entries=0)
    with opened_ledger(context) as ledger:
        verdict = Journal(ledger, SYSTEM_CLOCK).verify()
        alarms = Alarms(ledger, SYSTEM_CLOCK)
        if verdict.intact:
            alarms.clear(AlarmCode.JOURNAL_BROKEN)
        else:
            detail = f"entry {verdict.broken_seq} {verdict.breakage}"
            alarms.raise_(AlarmCode.JOURNAL_BROKEN, detail=detail)
    return verdict
