"""What leaves the box, and where each object still has to go.

An object is a file and a row: a report made here, or something that was received and is sent on.
For every destination it has one delivery, which waits, is leased by whoever is sending it, and ends
as delivered or refused. Nothing is deleted when it is sent.

**Knows:** the tables ``outgoing``, ``routed``, ``destination``, ``delivery`` and
``delivery_attempt``, which delivery is due next, leases, and that the objects of a study keep
their order.
**Does not know:** how a destination is reached (``destinations``), by which rule an object goes
where (``services.routing``) and how long to wait (``services.courier``).
"""

from appliance.outbox.delivery import (
    EVERYWHERE,
    REPORTS,
    Backlog,
    Delivery,
    Kind,
    Outgoing,
    Queued,
    Received,
    Routing,
    State,
)
from appliance.outbox.outbox import Outbox, is_sound
from appliance.outbox.renaming import Moved, Renaming

__all__ = [
    "EVERYWHERE",
    "REPORTS",
    "Backlog",
    "Delivery",
    "Kind",
    "Moved",
    "Outbox",
    "Outgoing",
    "Queued",
    "Received",
    "Renaming",
    "Routing",
    "State",
    "is_sound",
]
