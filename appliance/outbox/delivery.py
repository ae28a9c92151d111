"""What leaves, and its way to one destination."""

from collections.abc import Sequence
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


class Kind(StrEnum):
    """What is sent."""

    REPORT = "report"
    """Made here, or completed here."""
    NATIVE_REPORT = "native-report"
    """The CT's own, as it was received."""
    DOSE_SCREEN = "dose-screen"
    IMAGE = "image"
    """Whatever else was received, if it has no pixels, too; of what is made here, a test pattern
    and the report of a display."""

    @property
    def is_report(self) -> bool:
        """Whether the recogniser hands it over; else it goes on as soon as it was received."""
        return self in REPORTS


REPORTS = frozenset({Kind.REPORT, Kind.NATIVE_REPORT})
EVERYWHERE = "*"
"""In place of names: every destination that is sent such objects."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An object that leaves; ``path`` is a PS3.10 file, ``created_at`` seconds since the epoch.

    ``predecessor_uid`` is the SOP Instance UID of the report it replaces, or empty. ``sha256`` is
    of a report's whole file, but of the data set alone of a dose screen or an image.
    """

    id: int
    kind: Kind
    sop_instance_uid: str
    sop_class_uid: str
    study_instance_uid: str
    predecessor_uid: str
    path: Path
    sha256: str
    created_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """What becomes of an object that was received, once and for all.

    Attributes:
        instance_id: Its row in the spool.
        kind: What it is sent as; None if it never leaves.
        rule: The name of the rule it matched, or empty.
        destinations: Where it goes; a native report goes on when the recogniser hands it over.
        keep_days: Days to keep it, if the rule says; None: as everything is kept.
    """

    instance_id: int
    kind: Kind | None
    rule: str = ""
    destinations: Sequence[str] = ()
    keep_days: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An object of the spool that is sent on: ``path`` relative to it, ``sha256`` of its data set.

    One that is made here is described likewise.

    ``study_instance_uid`` keeps its order; one that is in no study has something of its own there.
    """

    sop_instance_uid: str
    sop_class_uid: str
    study_instance_uid: str
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One leased delivery; ``attempts`` counts the leases, this one included."""

    id: int
    destination: str
    outgoing: Outgoing
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A delivery that did not arrive yet, for people."""

    outgoing_id: int
    kind: Kind
    sop_instance_uid: str
    study_instance_uid: str
    state: State
    attempts: int
    created_at: float
    last_error: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much a destination still has to get.

    Attributes:
        destination: Its name.
        waiting: Deliveries under way or waiting.
        refused: Deliveries that wait for a person.
        delivered: Deliveries that arrived.
        oldest_unsent_at: When the first that is under way came to be, seconds since the epoch.
        last_error: Why the newest refused delivery was refused, or the last one tried failed.
        held: Why nothing is tried at all, or empty.
    """

    destination: str
    waiting: int
    refused: int
    delivered: int
    oldest_unsent_at: float | None
    last_error: str
    held: str = ""
