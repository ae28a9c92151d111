"""Learning from the studies that a box reads, and taking back what a later one refutes.

**Knows:** when a lesson counts (the study was reported), when a shape is withdrawn, and which
studies are read again then.
**Does not know:** what a lesson is (``dosescreen.learning``) and how a study is read again
(``study_work``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from appliance import log
from appliance.atlases import Atlases, Use
from appliance.clock import Clock
from appliance.dose.codec import record_from_json
from appliance.dose.correction import corrections, value_at
from appliance.dosescreen.learning import Experience, LearntAtlas
from appliance.dosescreen.learning.codec import shape_to_text
from appliance.dosescreen.learning.correction import Retyped
from appliance.dosescreen.learning.learnt import DIGITS
from appliance.quarantine import Case, Decision
from appliance.services.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Reexamination:
    """A study that is to be read again without what was learnt."""

    study_instance_uid: str


@dataclass(frozen=True, slots=True)
class Learning:
    """What the box learns: ``shelf`` and ``atlases`` are the same ledger's."""

    shelf: Shelf
    atlases: Atlases
    clock: Clock

    def heed(self, study: str, experiences: Sequence[Experience]) -> None:
        """Take back what a study refutes, whether it is reported or waits."""
        refute(self.shelf, experiences, self.clock.wall())
        for each in experiences:
            if each.contradictions:
                log.warning(
                    "atlas_refuted",
                    study=study,
                    scanner=each.atlas.scanner.identifier,
                    characters="".join(sorted(found.held for found in each.contradictions)),
                )

    def rest(self, study: str, experiences: Iterable[Experience]) -> None:
        """Note what a study's next report rests on; to be durable before the report is."""
        self.atlases.rest(study, [use for each in experiences for use in _uses(each)])

    def learn(self, study: str, experiences: Iterable[Experience]) -> None:
        """Learn from a study that was reported."""
        for atlas in teach(self.shelf, experiences, self.clock.wall()):
            log.info(
                "atlas_grew",
                study=study,
                scanner=atlas.scanner.identifier,
                version=atlas.version,
                shapes=len(atlas.held),
            )

    def due(self) -> list[Reexamination]:
        """Studies whose report rests on what was withdrawn."""
        return [Reexamination(study) for study in self.atlases.due()]

    def withdrawn(self) -> dict[str, str]:
        """By scanner, the digits withdrawn that nobody has acknowledged, and why."""
        found: dict[str, list[str]] = {}
        for scanner, character, body in self.atlases.unacknowledged():
            if character in DIGITS:
                found.setdefault(scanner, []).append(f"{character}: {body['why']}")
        return {scanner: "; ".join(each) for scanner, each in found.items()}


def retyped(case: Case, decision: Decision) -> Iterator[Retyped]:
    """The numbers of a case that a person typed otherwise, where they stand on a screen."""
    body = case.evidence.get("record")
    record = record_from_json(body) if body else None
    for each in corrections(decision.corrections) if record else ():
        sourced = value_at(record, each)
        origin = sourced.origin if sourced else None
        if sourced and origin and origin.box and origin.sop_instance_uid and not each.removes:
            yield Retyped(
                origin.sop_instance_uid, origin.frame or 0, origin.box, sourced.text, each.text
            )


def refute(shelf: Shelf, experiences: Iterable[Experience], at: float) -> None:
    """Withdraw what the experiences contradict; ``at`` is in seconds since the epoch."""
    for each in experiences:
        if each.contradictions:
            shelf.update(each.atlas.scanner, partial(each.refuted, at=at))


def teach(shelf: Shelf, experiences: Iterable[Experience], at: float) -> list[LearntAtlas]:
    """Learn what the experiences teach; the atlases that grew. ``at`` as above."""
    grown = []
    for each in experiences:
        scanner = each.atlas.scanner
        before = shelf.get(scanner.identifier)
        after = shelf.update(scanner, partial(each.taught, at=at)) if each.lessons else before
        if after is not None and (before is None or after.version != before.version):
            grown.append(after)
    return grown


def _uses(experience: Experience) -> Iterator[Use]:
    scanner, known = experience.atlas.scanner.identifier, len(experience.atlas.history)
    for shape, digit in sorted(experience.rests_on):
        yield Use(scanner, shape_to_text(shape), digit, known)
