"""What came of trying a step: one result a try, the newest of a subject counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from appliance.commissioning.finding import Finding, Verdict


class Step(StrEnum):
    """What is gone through beside a CT, in this order."""

    NETWORK = "network"
    TITLES = "titles"
    ECHO = "echo"
    SCREENS = "screens"
    DESTINATIONS = "destinations"
    WORKLIST = "worklist"
    BROKER = "broker"
    METER = "meter"
    ALARMS = "alarms"


class Outcome(StrEnum):
    """How a try ended."""

    PASSED = "passed"
    DOUBTFUL = "doubtful"
    FAILED = "failed"
    LEFT_OUT = "left-out"
    """A person decided not to try it, and said why."""
    CANCELLED = "cancelled"
    NOTHING = "nothing"
    """There was nothing to try: it is not set up."""

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to do it again to end."""
        return self is not Outcome.CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One try; times are wall times in seconds since the epoch.

    Attributes:
        number: Of its row; 0 before it is kept.
        subject: What of the step was tried, such as a destination's name; empty: all of it.
        by: Who had it tried.
        note: What that person wrote beside it: why it was left out, or what was seen.
    """

    step: Step
    outcome: Outcome
    by: str
    began_at: float
    ended_at: float
    subject: str = ""
    findings: tuple[Finding, ...] = ()
    note: str = ""
    number: int = 0


def outcome_of(findings: Sequence[Finding]) -> Outcome:
    """The worst of what was found; nothing at all is a failure."""
    verdicts = {each.verdict for each in findings}
    if Verdict.BAD in verdicts or not findings:
        return Outcome.FAILED
    if Verdict.DOUBTFUL in verdicts:
        return Outcome.DOUBTFUL
    return Outcome.PASSED if Verdict.GOOD in verdicts else Outcome.NOTHING


def newest(results: Iterable[Result], step: Step) -> dict[str, Result]:
    """The newest result of each subject of ``step``; ``results`` with the oldest first."""
    return {each.subject: each for each in results if each.step is step}
