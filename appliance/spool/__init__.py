"""What was received, kept as bytes before anything understands it.

**Knows:** how an object becomes durable (file, then ledger row), what a repeat and a conflict
are, which objects make up a study, and how each study ended.
**Does not know:** associations and statuses (``receive``), and what an object says.
"""

from appliance.spool.arrival import Arrival, Instance, Kept, Recovery, Verdict
from appliance.spool.dataset import read_attributes, read_dataset
from appliance.spool.spool import Spool
from appliance.spool.study import Decision, Outcome, WaitingStudy

__all__ = [
    "Arrival",
    "Decision",
    "Instance",
    "Kept",
    "Outcome",
    "Recovery",
    "Spool",
    "Verdict",
    "WaitingStudy",
    "read_attributes",
    "read_dataset",
]
