"""What was received, kept as bytes before anything understands it.

**Knows:** how an object becomes durable (file, then ledger row), what a repeat and a conflict
are, which objects make up a study, what remains of those that are not whole any more, how far a
performed procedure step is, and how each study ended.
**Does not know:** associations and statuses (``receive``), and what an object says of dose.
"""

from appliance.spool.arrival import Arrival, Instance, Kept, Recovery, Verdict
from appliance.spool.dataset import read_attributes, read_dataset
from appliance.spool.reduction import Reduction, Reductions, Remains, Why
from appliance.spool.spool import Spool
from appliance.spool.step import StepState, StepVerdict
from appliance.spool.steps import StepKept, Steps
from appliance.spool.study import Decision, Outcome, WaitingStudy

__all__ = [
    "Arrival",
    "Decision",
    "Instance",
    "Kept",
    "Outcome",
    "Recovery",
    "Reduction",
    "Reductions",
    "Remains",
    "Spool",
    "StepKept",
    "StepState",
    "StepVerdict",
    "Steps",
    "Verdict",
    "WaitingStudy",
    "Why",
    "read_attributes",
    "read_dataset",
]
