"""The reports made here, and where each still has to go.

A report is a file and a row; for every destination it has one delivery, which waits, is leased by
whoever is sending it, and ends as delivered or refused. Nothing is deleted when it is sent.

**Knows:** the tables ``report`` and ``delivery``, which delivery is due next, leases, and the order
of a report and the one it replaces.
**Does not know:** how a destination is reached (``destinations``) and how long to wait
(``services.forwarder``).
"""

from appliance.outbox.delivery import Backlog, Delivery, Report, State
from appliance.outbox.outbox import Outbox

__all__ = ["Backlog", "Delivery", "Outbox", "Report", "State"]
