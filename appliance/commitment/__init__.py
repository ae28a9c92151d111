"""Storage commitment (PS3.4 Annex J), both ways, as far as it must survive a power cut.

**Knows:** what the box was asked to keep and what became of that; what a destination was asked to
keep and what it answered; in modules of their own how the messages read (``message``), and the
dialogues that the box begins (``dialogue``).
**Does not know:** whether an object is on the disk, when to ask or tell (``services``), and those
dialogues that others begin (``receive``).
"""

from appliance.commitment.commitments import Commitments, Due, Missing, Tally
from appliance.commitment.reference import COMMITTED, FailureReason, Reference
from appliance.commitment.requests import Request, Requests, RequestState
from appliance.commitment.transaction import ALL_COMMITTED, SOME_FAILED, Answer, Question

__all__ = [
    "ALL_COMMITTED",
    "COMMITTED",
    "SOME_FAILED",
    "Answer",
    "Commitments",
    "Due",
    "FailureReason",
    "Missing",
    "Question",
    "Reference",
    "Request",
    "RequestState",
    "Requests",
    "Tally",
]
