"""The reader that knows the scanner: the shapes its own accepted screens have taught."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.dosescreen.learning.learnt import LEARNT, LearntAtlas
from appliance.dosescreen.marks import mark
from appliance.dosescreen.readers.protocol import Readings
from appliance.dosescreen.segment import Glyph, Line
from appliance.dosescreen.touching import apart
from appliance.dosescreen.wording import UNKNOWN

LEAST_SHARE = 0.35
"""A screen of which it knows less was drawn with another font, and chance may be all it knows."""


@dataclass(frozen=True, slots=True)
class LearntReader:
    """Reads exact shapes, and words with a mark for every character that it does not know.

    Its digits are settled once it has all ten: then no number needs anyone else.
    """

    atlas: LearntAtlas
    name: str = LEARNT

    def apart(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """The lines with characters taken apart that touch and are known."""
        font = self.atlas.scanner.identifier
        return apart(lines, self.atlas.atlas.outlines(font)) if self._knows(lines) else tuple(lines)

    def read(self, lines: Sequence[Line]) -> Readings:
        """Every glyph it knows; nothing of a screen that it hardly knows."""
        words = [word for line in lines for word in line.words] if self._knows(lines) else []
        held = self.atlas.held
        glyphs = {
            glyph: held[glyph.shape_key]
            for word in words
            for glyph in word.glyphs
            if glyph.shape_key in held
        }
        texts = {word: ("".join(map(self._character, word.glyphs)),) for word in words}
        return Readings(self.name, glyphs, texts, exact=True, settled=self.atlas.is_settled)

    def _knows(self, lines: Sequence[Line]) -> bool:
        keys = Counter(
            glyph.shape_key for line in lines for word in line.words for glyph in word.glyphs
        )
        known = sum(count for key, count in keys.items() if key in self.atlas.held)
        return known > 0 and known >= LEAST_SHARE * keys.total()

    def _character(self, glyph: Glyph) -> str:
        return self.atlas.held.get(glyph.shape_key, "")[:1] or mark(glyph) or UNKNOWN
