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
from appliance.dosescreen.learning import Experience, LearntAtlas
from appliance.dosescreen.learning.codec import shape_to_text
from appliance.services.shelf import Shelf


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

    def due(self) -> Sequence[str]:
        """Studies whose report rests on what was withdrawn."""
        return self.atlases.due()


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
