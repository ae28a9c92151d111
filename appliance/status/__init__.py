"""How the box is doing: what came in, what waits, what went out, what is wrong.

**Knows:** how to count the ledger's rows, reading only.
**Does not know:** any patient; and nobody depends on it being there.
"""

from appliance.status.snapshot import DestinationQueue, Snapshot, take_snapshot

__all__ = ["DestinationQueue", "Snapshot", "take_snapshot"]
