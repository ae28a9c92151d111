"""How the box is doing: what came in, what waits, what went out, what is wrong; and who is told.

**Knows:** how to count the ledger's rows, reading only; the documents that are made of it, what of
an alarm may leave the box, the topics of MQTT, and how a broker is kept informed through its
outages ([mqtt](../../docs/mqtt.md)).
**Does not know:** any patient; any command: nothing that a broker says changes anything here but
which alarms stand at the broker. Nobody depends on it being there.
"""

from appliance.status.alarm_notice import AlarmNotice
from appliance.status.event import EventKind, Events
from appliance.status.health import Check, Verdict, health_document
from appliance.status.outgoing import Outgoing
from appliance.status.snapshot import DestinationQueue, Snapshot, take_snapshot
from appliance.status.stamp import Device
from appliance.status.state import state_document
from appliance.status.topics import Topics

__all__ = [
    "AlarmNotice",
    "Check",
    "DestinationQueue",
    "Device",
    "EventKind",
    "Events",
    "Outgoing",
    "Snapshot",
    "Topics",
    "Verdict",
    "health_document",
    "state_document",
    "take_snapshot",
]
