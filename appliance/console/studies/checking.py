"""What was checked of a study's doses, and how its sources agree, as the recogniser judged them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.console.studies.desk import Course
from appliance.console.studies.plain_text import visible
from appliance.dose.checks import Check, Evidence, Subject, checks
from appliance.dose.doubt import Doubt
from appliance.spool import Outcome

CHECKED = {Subject.READERS, Subject.SUM, Subject.LENGTH, Subject.LIMITS}
"""Those that the record alone tells; of pages and identity the doubts say what was wrong."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says what of one value: the source taken, those that agree, and those that differ."""

    field: str
    taken: str
    agreeing: tuple[str, ...]
    differing: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A source that was not put beside a row; ``why`` a word of ``read.schema.json``."""

    source: str
    row: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Checking:
    """How the doses were judged.

    Attributes:
        sources: Who said something, the one that says which events there were first.
        voices: Of every value that more than one said, or that somebody contradicts.
    """

    checks: tuple[Check, ...]
    doubts: tuple[Doubt, ...]
    sources: tuple[str, ...]
    voices: tuple[Voice, ...]
    refusals: tuple[Refused, ...]


def checking(course: Course) -> Checking:
    """Of the last decision."""
    doubts = _doubts(course)
    found = checks(Evidence(course.record, doubts, (), ()))
    return Checking(
        tuple(each for each in found if each.subject in CHECKED),
        doubts,
        tuple(visible(each) for each in course.merged.get("sources", ())),
        tuple(_voices(course.merged.get("agreement", {}))),
        tuple(
            Refused(visible(each["source"]), each.get("row"), visible(each["why"]))
            for each in course.merged.get("refusals", ())
        ),
    )


def _doubts(course: Course) -> tuple[Doubt, ...]:
    """Why the study waits, if it does."""
    if not course.decisions or course.decisions[-1].outcome is not Outcome.QUARANTINED:
        return ()
    return course.cases[-1][0].doubts if course.cases else ()


def _voices(agreement: Mapping[str, Any]) -> Sequence[Voice]:
    every = [
        Voice(
            visible(name),
            visible(each["taken"]),
            tuple(map(visible, each["agreeing"])),
            tuple((visible(kind), visible(text)) for kind, text in each["differing"].items()),
        )
        for name, each in agreement.items()
    ]
    return [each for each in every if len(each.agreeing) > 1 or each.differing]
