"""Commissioning: what was tried of the box where it stands, what came of it, and who was there.

**Knows:** the steps, what a trial can find, the tables ``commissioning``, ``commissioning_result``,
``commissioning_protocol`` and ``caller``; a result is never changed, only followed by another one.
**Does not know:** how anything is tried (``services``), and how it looks (``console``). Nothing
here names a patient.
"""

from appliance.commissioning.calls import Caller, Calls
from appliance.commissioning.finding import Finding, Verdict, What, plain
from appliance.commissioning.register import Commissioning, Commissionings, Protocol
from appliance.commissioning.result import Outcome, Result, Step, newest, outcome_of

__all__ = [
    "Caller",
    "Calls",
    "Commissioning",
    "Commissionings",
    "Finding",
    "Outcome",
    "Protocol",
    "Result",
    "Step",
    "Verdict",
    "What",
    "newest",
    "outcome_of",
    "plain",
]
