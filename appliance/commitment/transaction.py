"""What one asks and the other answers, whatever it is written as (PS3.4 J.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.commitment.reference import Reference

ALL_COMMITTED, SOME_FAILED = 1, 2
"""Event Type IDs of the N-EVENT-REPORT (PS3.4 J.3.3)."""
UUID_ROOT = "2.25."
"""Of a Transaction UID that nobody had before (PS3.5 B.2)."""


@dataclass(frozen=True, slots=True)
class Question:
    """Asks to keep objects."""

    transaction_uid: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Says of each object COMMITTED or why it is not."""

    transaction_uid: str
    verdicts: Mapping[Reference, int]

    @property
    def event_type(self) -> int:
        """The Event Type ID that goes with it."""
        return ALL_COMMITTED if not any(self.verdicts.values()) else SOME_FAILED
