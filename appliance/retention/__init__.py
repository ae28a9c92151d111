"""How long what the box has is kept, and what is never removed.

**Knows:** the site's days, what holds an object back (undecided, undelivered, not committed,
called back), the order in which room is made, and the tables of what was removed.
**Does not know:** when it is time to work (``services.keeping``), and how a file is made smaller
(``spool``).
"""

from appliance.retention.due import Due, Held, Step, due_steps, next_moment
from appliance.retention.holds import Hold, Holds
from appliance.retention.kept import KeptStudies
from appliance.retention.kind import Kind, kind_of
from appliance.retention.leftovers import Leftovers
from appliance.retention.study import Freed, Removal

__all__ = [
    "Due",
    "Freed",
    "Held",
    "Hold",
    "Holds",
    "KeptStudies",
    "Kind",
    "Leftovers",
    "Removal",
    "Step",
    "due_steps",
    "kind_of",
    "next_moment",
]
