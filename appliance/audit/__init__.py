"""The audit trail for others: DICOM's audit messages on their way to the site's repository.

**Knows:** audit messages by PS3.15 A.5 as values and as XML, syslog's frames (RFC 5424) and their
way by TLS (RFC 5425), the queue of what was not sent yet, and how far each source was told.
**Does not know:** the ledger's other tables, which events there are in the box (``services``), and
whether anybody may know who a patient is.
"""

from appliance.audit import codes, events
from appliance.audit.events import Here, Seen, Stage
from appliance.audit.message import AuditMessage, Outcome, Participant
from appliance.audit.queue import AuditQueue, Waiting
from appliance.audit.repository import NotTaken, Repository
from appliance.audit.syslog import Sender

__all__ = [
    "AuditMessage",
    "AuditQueue",
    "Here",
    "NotTaken",
    "Outcome",
    "Participant",
    "Repository",
    "Seen",
    "Sender",
    "Stage",
    "Waiting",
    "codes",
    "events",
]
