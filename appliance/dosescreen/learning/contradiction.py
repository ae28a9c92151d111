"""What other readers say against a learnt atlas."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from appliance.dosescreen.learning.drawn import Drawn, drawn
from appliance.dosescreen.learning.learnt import LearntAtlas
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph
from appliance.dosescreen.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A shape that ``readers`` without the learnt atlas read as another ``digit``.

    ``held`` is the character that the atlas holds.
    """

    shape: Drawn
    held: str
    digit: str
    readers: str

    @property
    def why(self) -> str:
        """One sentence for the record."""
        return f"{self.readers} read {self.digit}"


def contradictions(
    atlas: LearntAtlas, transcript: Transcript, numbers: Iterable[Sequence[Glyph]]
) -> tuple[Contradiction, ...]:
    """What ``transcript``, made without ``atlas``, says against it in the numbers it accepts."""
    found: dict[tuple[Drawn, str], Contradiction] = {}
    for glyph in (glyph for number in numbers for glyph in number if mark(glyph) is None):
        verdict, shape = transcript.verdict(glyph), drawn(glyph)
        known = atlas.held.get(shape, "")
        if verdict.digit is not None and verdict.digit not in known:
            for key in ((shape, held) for held in known):
                found[key] = Contradiction(*key, verdict.digit, verdict.readers)
    return tuple(found.values())
