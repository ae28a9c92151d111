"""The reader that knows the scanner: the shapes its own accepted screens have taught."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.dosescreen.learning.drawn import drawn
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

    Letters that touch are known together, in words alone.
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
        known = self._known([glyph for word in words for glyph in word.glyphs])
        texts = {word: (self._text(known, word.glyphs),) for word in words}
        return Readings(self.name, known, texts, exact=True, settled=self.atlas.is_settled)

    def _known(self, glyphs: Sequence[Glyph]) -> dict[Glyph, str]:
        """What the glyphs are: of those with the same bits all, and as the same, or none.

        In a transcript they speak for each other.
        """
        named = {glyph: self.atlas.held.get(drawn(glyph), "") for glyph in glyphs}
        alike: dict[tuple[int, int, bytes], set[str]] = defaultdict(set)
        for glyph, found in named.items():
            alike[glyph.shape_key].add(found)
        return {
            glyph: found
            for glyph, found in named.items()
            if found and len(alike[glyph.shape_key]) == 1
        }

    def _text(self, known: Mapping[Glyph, str], glyphs: Sequence[Glyph]) -> str:
        texts = [self._characters(known, glyph) for glyph in glyphs]
        return _spelt(texts, [known.get(glyph, "") for glyph in glyphs])

    def _characters(self, known: Mapping[Glyph, str], glyph: Glyph) -> str:
        found = known.get(glyph, "")[:1] or self.atlas.ligatures.get(drawn(glyph))
        return found or mark(glyph) or UNKNOWN

    def _knows(self, lines: Sequence[Line]) -> bool:
        every = [glyph for line in lines for glyph in line.glyphs]
        held, ligatures = self.atlas.held, self.atlas.ligatures
        known = sum(shape in held or shape in ligatures for shape in map(drawn, every))
        return known > 0 and known >= LEAST_SHARE * len(every)


def _spelt(texts: list[str], characters: Sequence[str]) -> str:
    """A word of ``texts``, glyph by glyph, which may also be another of their ``characters``.

    What may be a digit or a letter is a letter among letters of its case: Pelvis, BODY, but L1.
    What may be a capital is none behind a small letter: Beck.
    """
    one_each = "".join(text if len(text) == 1 else UNKNOWN for text in texts)
    for run in re.finditer("[01]+", one_each):
        at, after = run.span()
        beside = "".join(texts[:at])[-1:] + "".join(texts[after:])[:1]
        letters = [_letter(each, beside) for each in characters[at:after]]
        if beside.isalpha() and all(letters):
            texts[at:after] = letters
    for at in range(1, len(texts)):
        before = texts[at - 1][-1:]
        if before.islower() and texts[at].isupper():
            texts[at] = _letter(characters[at], before) or texts[at]
    return "".join(texts)


def _letter(characters: str, beside: str) -> str:
    """The letter among ``characters`` of the case of the first one ``beside``; or nothing."""
    lower = beside[:1].islower()
    return next((each for each in characters if each.isalpha() and each.islower() == lower), "")
