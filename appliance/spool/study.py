"""A study's arrivals and its decisions, as values."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a study ended. Nothing else happens to an arrival."""

    REPORTED = "reported"
    QUARANTINED = "quarantined"
    SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class WaitingStudy:
    """A study with arrivals that no decision has taken into account.

    ``last_instance_id`` is its newest arrival, ``newest_received_at`` when that came, in seconds
    since the epoch. ``in_progress`` says that the CT has begun a procedure step of it and not said
    that it ended.
    """

    study_instance_uid: str
    last_instance_id: int
    newest_received_at: float
    in_progress: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How a study ended, for the arrivals up to ``last_instance_id``.

    ``record`` is the dose record as JSON, ``decided_at`` seconds since the epoch.
    """

    study_instance_uid: str
    last_instance_id: int
    outcome: Outcome
    decided_at: float
    reason: str = ""
    record: str = "{}"
    layout: str = ""
    atlas: str = ""
