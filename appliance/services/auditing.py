"""The audit trail as processes write it: whether there is one, and that each began and ended.

**Knows:** where the settings of ``[audit]`` lead, and that nothing is written without a repository.
**Does not know:** how messages get there (``audit_trail``), what they look like (``audit``).
"""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from appliance import log
from appliance.audit import AuditMessage, AuditQueue, Here, Sender, Stage
from appliance.audit.events import application_activity
from appliance.clock import SYSTEM_CLOCK, Clock
from appliance.config import Configuration
from appliance.errors import StateError
from appliance.ledger import Ledger, open_ledger


def audit_queue(configuration: Configuration, ledger: Ledger) -> AuditQueue | None:
    """Where messages wait; None where there is no repository."""
    settings = configuration.audit
    if not settings.host:
        return None
    source_id = settings.source_id or configuration.receiver.ae_title
    return AuditQueue(ledger, source_id, settings.site_id, settings.most_waiting)


def here(configuration: Configuration, process: str) -> Here:
    """A process of this box."""
    return Here(process, configuration.receiver.ae_title.strip())


def sender() -> Sender:
    """The box by its host name."""
    return Sender(socket.gethostname())


def record(queue: AuditQueue, message: AuditMessage) -> None:
    """Keep a message; where that fails, as on a full disk, the work itself goes on."""
    try:
        queue.put(message)
    except sqlite3.OperationalError as failure:
        log.error("audit_message_not_written", reason=failure)


@contextmanager
def on_record(
    configuration: Configuration, process: str, clock: Clock = SYSTEM_CLOCK
) -> Iterator[None]:
    """Tell the audit trail that the process begins, and at the end of the block that it ended.

    One that is killed tells nothing; its next beginning shows it.
    """
    _tell(configuration, process, Stage.START, clock)
    yield
    _tell(configuration, process, Stage.STOP, clock)


def _tell(configuration: Configuration, process: str, stage: Stage, clock: Clock) -> None:
    if not configuration.audit.host:
        return
    try:
        configuration.data_dir.mkdir(0o750, parents=True, exist_ok=True)
        ledger = open_ledger(configuration.ledger_path)
    except (OSError, StateError) as failure:
        log.error("audit_message_not_written", reason=failure)
        return
    if (queue := audit_queue(configuration, ledger)) is not None:
        record(queue, application_activity(clock.wall(), here(configuration, process), stage))
    ledger.close()
