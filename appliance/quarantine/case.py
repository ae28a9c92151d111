"""A quarantined study, and a person's decision about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import CTRadiationDose


class Closure(StrEnum):
    """How a case ended."""

    SETTLED = "settled"
    DISCARDED = "discarded"
    SUPERSEDED = "superseded"
    """A newer look at the study came to another result, with or without a new case."""


class Verdict(StrEnum):
    """What a person decided."""

    SETTLE = "settle"
    """Report the study with the record the person stands for."""
    DISCARD = "discard"
    """Report nothing."""
    WRONG_PATIENT = "wrong-patient"
    """Report nothing, because the screen is of another patient than its object says."""

    @property
    def is_release(self) -> bool:
        """Whether the study is reported by it."""
        return self is Verdict.SETTLE


@dataclass(frozen=True, slots=True)
class Decision:
    """A signed decision: who, and why; neither is blank.

    Attributes:
        person: Who decided.
        reason: Why, in the person's words.
        corrections: Field → text, as typed.
        accepted: Reasons of doubts that remain and that the person accepts.
        record: The dose record the person stands for; None when the study is discarded.
        seconded_by: Another person, who agreed; empty: nobody had to.
    """

    person: str
    reason: str
    corrections: Mapping[str, str] = field(default_factory=dict)
    accepted: tuple[Reason, ...] = ()
    record: CTRadiationDose | None = None
    seconded_by: str = ""

    def __post_init__(self) -> None:
        if not self.person.strip() or not self.reason.strip():
            raise ValueError("a decision is signed and has a reason")
        if self.seconded_by.strip() == self.person.strip():
            raise ValueError("nobody agrees with themselves")


@dataclass(frozen=True, slots=True)
class Settlement:
    """A decision about a case, as kept; ``decided_at`` is seconds since the epoch."""

    id: int
    case_id: int
    study_instance_uid: str
    verdict: Verdict
    decision: Decision
    decided_at: float


@dataclass(frozen=True, slots=True)
class FirstDecision:
    """A decision that waits until another person agrees; ``decided_at`` as in ``Settlement``.

    ``decision.record`` is None: what it comes to is worked out anew when somebody agrees.
    """

    id: int
    case_id: int
    verdict: Verdict
    decision: Decision
    decided_at: float


@dataclass(frozen=True, slots=True)
class Case:
    """One quarantined study.

    Attributes:
        id: The number a person names it by.
        study_instance_uid: The study.
        doubts: Why it waits; the first is the one it is listed under.
        evidence: What the recogniser knew, JSON-able, without any identity.
        pictures: The PNG files in the case's folder, by name.
        opened_at: Seconds since the epoch.
        closed_at: Seconds since the epoch, None while open.
        closed_as: How it ended, None while open.
    """

    id: int
    study_instance_uid: str
    doubts: tuple[Doubt, ...]
    evidence: Mapping[str, Any]
    pictures: Mapping[str, Path]
    opened_at: float
    closed_at: float | None
    closed_as: Closure | None

    @property
    def is_open(self) -> bool:
        """Whether it still waits, for a person or for the settlement to be applied."""
        return self.closed_as is None

    @property
    def reason(self) -> Reason:
        """The reason it is listed under."""
        return self.doubts[0].reason
