"""The Storage, Storage Commitment, Modality Performed Procedure Step and Verification SCP.

**Knows:** who may call, which objects and transfer syntaxes are taken, how bytes come off the
network fast and without a silent peer in the way, and which status each outcome gets.
**Does not know:** what an object says; its bytes go to the spool unopened.
"""

from appliance.receive.commitment import Register
from appliance.receive.notice import Called, Conflict, NoRoom, Notice, Saturated, TurnedAway
from appliance.receive.scp import StorageSCP

__all__ = [
    "Called",
    "Conflict",
    "NoRoom",
    "Notice",
    "Register",
    "Saturated",
    "StorageSCP",
    "TurnedAway",
]
