"""What reading a study's screens brought to light about their scanner's learnt atlas."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from appliance.dosescreen.jury import READERS_NEEDED
from appliance.dosescreen.learning.contradiction import Contradiction
from appliance.dosescreen.learning.drawn import Drawn, drawn
from appliance.dosescreen.learning.learnt import (
    DIGITS,
    LEARNT,
    LearntAtlas,
    Lesson,
    Withdrawal,
    learn,
    withdraw,
)
from appliance.dosescreen.learning.lessons import lessons
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.sighting import Sighting
from appliance.dosescreen.transcript import Transcript


@dataclass(frozen=True, slots=True, eq=False)
class Experience:
    """What one study says about one scanner.

    Attributes:
        atlas: What had been learnt of the scanner before; an empty one at first contact.
        lessons: What the study teaches; none where it was not accepted.
        contradictions: What of the atlas it refutes.
        rests_on: The shapes and digits that were read in it on the learnt atlas's word alone.
    """

    atlas: LearntAtlas
    lessons: tuple[Lesson, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    rests_on: frozenset[tuple[Drawn, str]] = frozenset()

    def refuted(self, atlas: LearntAtlas, at: float) -> LearntAtlas:
        """``atlas`` without what the study contradicts; ``at`` is in seconds since the epoch."""
        withdrawals = (
            Withdrawal(shape=each.shape, character=each.held, why=each.why, withdrawn_at=at)
            for each in self.contradictions
        )
        return withdraw(atlas, withdrawals)

    def taught(self, atlas: LearntAtlas, at: float) -> LearntAtlas:
        """``atlas`` with what the study teaches; ``at`` is in seconds since the epoch."""
        return learn(atlas, (replace(lesson, learnt_at=at) for lesson in self.lessons))


def experiences(sightings: Sequence[Sighting], *, accepted: bool) -> tuple[Experience, ...]:
    """What the screens of one study say, scanner by scanner; ``accepted`` when it is recognised."""
    by_scanner: dict[str, list[Sighting]] = {}
    for seen in sightings:
        if seen.atlas is not None:
            by_scanner.setdefault(seen.atlas.scanner.identifier, []).append(seen)
    return tuple(
        _experience(atlas, group, accepted=accepted)
        for group in by_scanner.values()
        if (atlas := group[0].atlas) is not None
    )


def _experience(atlas: LearntAtlas, sightings: Sequence[Sighting], *, accepted: bool) -> Experience:
    found = {(each.shape, each.held): each for seen in sightings for each in seen.contradictions}
    return Experience(
        atlas,
        tuple(_lessons(sightings)) if accepted else (),
        tuple(found.values()),
        frozenset().union(*(rests_on(atlas, seen.transcript) for seen in sightings)),
    )


def _lessons(sightings: Sequence[Sighting]) -> Iterator[Lesson]:
    for seen in sightings:
        page, software = seen.finding, seen.scanner.software_versions if seen.scanner else ""
        asked = any(not reading.exact for reading in seen.transcript.readings)
        if asked and isinstance(page, PageRecord) and not page.doubts:
            yield from lessons(seen.screen, seen.transcript, page, software)


def rests_on(atlas: LearntAtlas, transcript: Transcript) -> frozenset[tuple[Drawn, str]]:
    """The digits on a screen that no two readers but the learnt atlas vouch for."""
    on_screen = {
        shape: glyph
        for line in transcript.lines
        for word in line.words
        for glyph in word.glyphs
        if DIGITS.intersection(atlas.held.get(shape := drawn(glyph), ""))
    }
    verdicts = {shape: transcript.verdict(glyph) for shape, glyph in on_screen.items()}
    return frozenset(
        (shape, verdict.digit)
        for shape, verdict in verdicts.items()
        if verdict.sure and verdict.digit and _is_needed(verdict.readers.split("+"))
    )


def _is_needed(readers: Sequence[str]) -> bool:
    """Whether the readers that agree are too few without the learnt atlas."""
    return LEARNT in readers and len(readers) <= READERS_NEEDED
