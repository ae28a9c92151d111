"""The queue of a destination that was renamed, moved to its new name by a person.

**Knows:** which names are configured, what the new one is sent, and that it stands in the journal.
**Does not know:** how deliveries change their destination (``outbox``).
"""

from appliance import config
from appliance.alarms import AlarmCode, Alarms
from appliance.clock import Clock
from appliance.config import Configuration
from appliance.config.destination import DOSE_SCREENS, IMAGES, NATIVE_REPORTS, REPORTS
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.outbox import Kind, Moved, Outbox, Renaming

DELIVERIES_MOVED = "deliveries-moved"
_KINDS = {
    REPORTS: Kind.REPORT,
    NATIVE_REPORTS: Kind.NATIVE_REPORT,
    DOSE_SCREENS: Kind.DOSE_SCREEN,
    IMAGES: Kind.IMAGE,
}


def renaming(
    configuration: Configuration, ledger: Ledger, clock: Clock, old: str, new: str
) -> Renaming:
    """What can be done with the queue of ``old``.

    Raises RefusedError unless ``new`` is configured and ``old`` is not, NotFoundError when nothing
    was ever meant for ``old``.
    """
    configured = {each.name: each for each in configuration.destination}
    if new not in configured:
        raise RefusedError("no destination of this name is configured", new, "")
    if old in configured:
        hint = "only what a former destination did not get can be moved"
        raise RefusedError("this destination is still configured", old, hint)
    found = Renaming(ledger, clock, old, new, _kinds(configured[new]))
    if not found.is_known():
        raise NotFoundError("nothing was ever meant for this destination", old)
    return found


def move(
    configuration: Configuration, ledger: Ledger, clock: Clock, moving: Renaming, by: str
) -> Moved:
    """Do what ``moving`` would, durable with its journal entry.

    The alarm about the former name is cleared when nothing stays there. Raises RefusedError while
    something is being sent under it.
    """
    with ledger.transaction():
        moved = moving.done()
        if moved.under_way:
            hint = "restart the box, so that it uses the new name, and try again in a while"
            raise RefusedError("something is being sent under the former name", moving.old, hint)
        body = {"from": moving.old, "to": moving.new, "moved": moved.moved, "by": by}
        body |= {"there_already": moved.there_already, "not_taken": moved.not_taken}
        Journal(ledger, clock).append(DELIVERIES_MOVED, body)
        names = [each.name for each in configuration.destination]
        outbox = Outbox(configuration.outbox_dir, ledger, clock)
        if moving.old not in outbox.left_behind(names):
            Alarms(ledger, clock).clear(AlarmCode.DELIVERY_REFUSED, moving.old)
    return moved


def _kinds(settings: config.Destination) -> set[Kind]:
    return {kind for word, kind in _KINDS.items() if word in settings.send}
