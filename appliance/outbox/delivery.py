"""A report, and its way to one destination."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    LEASED = "leased"
    DELIVERED = "delivered"
    REFUSED = "refused"
    """Refused for good, or given up: it waits for a person."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was made; ``path`` is a PS3.10 file, ``created_at`` seconds since the epoch.

    ``predecessor_uid`` is the SOP Instance UID of the report it replaces, or empty.
    """

    sop_instance_uid: str
    sop_class_uid: str
    study_instance_uid: str
    predecessor_uid: str
    path: Path
    sha256: str
    created_at: float


@dataclass(frozen=True, slots=True)
class Delivery:
    """One leased delivery; ``attempts`` counts the leases, this one included."""

    id: int
    destination: str
    report: Report
    attempts: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much a destination still has to get.

    Attributes:
        destination: Its name.
        waiting: Deliveries under way or waiting.
        refused: Deliveries that wait for a person.
        delivered: Deliveries that arrived.
        oldest_unsent_at: When the oldest report under way was made, seconds since the epoch.
        last_error: Why the newest refused delivery was refused, or the oldest waiting one failed.
    """

    destination: str
    waiting: int
    refused: int
    delivered: int
    oldest_unsent_at: float | None
    last_error: str
