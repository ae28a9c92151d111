"""What a person wants done once more: a study read, a report sent. Each is journalled.

**Knows:** that the wish and its journal entry are durable together.
**Does not know:** who reads (``bench``) and who sends (``courier``).
"""

from dataclasses import dataclass

from appliance import log
from appliance.clock import Clock
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.outbox import Outbox, Outgoing
from appliance.spool.rereadings import Rereadings

REREADING_ASKED = "rereading-asked"
"""The entry's kind; its body is ``study_instance_uid`` and ``by``."""
SENDING_ASKED = "sending-asked"
"""The entry's kind; its body is ``study_instance_uid``, ``sop_instance_uid``, ``destination`` and
``by``."""


@dataclass(frozen=True, slots=True)
class Again:
    """What ``by``, a person, wants once more."""

    ledger: Ledger
    clock: Clock
    by: str

    def read(self, study: str) -> None:
        """Have the recogniser read a study anew from what is here of it.

        What a person decided about it stands, and what was removed cannot be read. Raises
        RefusedError when it is to be read already.
        """
        with self.ledger.transaction():
            if not Rereadings(self.ledger, self.clock).ask(study):
                raise RefusedError("it is to be read again already", study)
            self._journal(REREADING_ASKED, study_instance_uid=study)
        log.info("rereading_asked", study=study)

    def send(self, outbox: Outbox, report: Outgoing, destination: str) -> None:
        """Have a report sent now: once more where it arrived, else what waits or was refused.

        Raises NotFoundError where it is not to go to ``destination``.
        """
        study, uid = report.study_instance_uid, report.sop_instance_uid
        with self.ledger.transaction():
            arrived = outbox.send_again(uid, destination)
            if not arrived and not outbox.retry(sop_instance_uid=uid, destination=destination):
                raise NotFoundError("it does not go there", destination)
            what = {"study_instance_uid": study, "sop_instance_uid": uid}
            self._journal(SENDING_ASKED, **what, destination=destination)
        log.info("sending_asked", report=uid, destination=destination)

    def _journal(self, kind: str, **body: str) -> None:
        Journal(self.ledger, self.clock).append(kind, body | {"by": self.by})
