"""Storage commitment (PS3.4 Annex J), both ways, as far as it must survive a power cut.

**Knows:** what the box was asked to keep and what became of that; what a destination was asked to
keep and what it answered; how the messages read, and the dialogues that the box begins.
**Does not know:** whether an object is on the disk, when to ask or tell (``services``), and those
dialogues that others begin (``receive``).
"""

from appliance.commitment.commitments import Commitments, Due, Missing, Tally
from appliance.commitment.message import (
    ALL_COMMITTED,
    PUSH_MODEL,
    PUSH_MODEL_INSTANCE,
    REQUEST_COMMITMENT,
    SOME_FAILED,
    SYNTAXES,
    Answer,
    Question,
    read_answer,
    read_question,
    write_answer,
    write_question,
)
from appliance.commitment.reference import COMMITTED, FailureReason, Reference
from appliance.commitment.requests import Request, Requests, RequestState

__all__ = [
    "ALL_COMMITTED",
    "COMMITTED",
    "PUSH_MODEL",
    "PUSH_MODEL_INSTANCE",
    "REQUEST_COMMITMENT",
    "SOME_FAILED",
    "SYNTAXES",
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
    "read_answer",
    "read_question",
    "write_answer",
    "write_question",
]
