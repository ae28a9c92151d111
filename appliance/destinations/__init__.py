"""The ways out: one module a kind, one registry.

A destination takes one object and answers with an outcome, as a value: delivered, to
be tried again, or refused for good.

**Knows:** how each kind of destination is reached, and which of its answers means what.
**Does not know:** which object is due, how often to try again, or who is told (``services``).
"""

from appliance.destinations.caller import Caller
from appliance.destinations.consignment import Consignment
from appliance.destinations.outcome import Cause, Delivered, Outcome, Refused, Retry
from appliance.destinations.registry import KINDS, Destination, open_destination

__all__ = [
    "KINDS",
    "Caller",
    "Cause",
    "Consignment",
    "Delivered",
    "Destination",
    "Outcome",
    "Refused",
    "Retry",
    "open_destination",
]
