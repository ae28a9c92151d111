"""The reader that knows fonts: exact pixels, or nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.dosescreen.atlas import Atlas
from appliance.dosescreen.readers.protocol import Readings
from appliance.dosescreen.segment import Glyph, Line, Word
from appliance.dosescreen.touching import apart

FOUND_SHARE, READ_SHARE = 0.35, 0.6
"""A font is tried when it explains the first share of the glyphs, and read with when, touching
characters taken apart, it explains the second."""
MOST_FONTS = 3
EXACT = 0.97
"""How certain a character is whose every pixel is known; another font may draw another one so."""


@dataclass(frozen=True, slots=True)
class GlyphReader:
    """Reads with fonts of the atlas that draw most of the screen pixel by pixel."""

    atlas: Atlas
    name: str = "glyphs"

    def apart(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """The lines with characters taken apart that touch in a font of the atlas."""
        fonts = self._fonts(lines, FOUND_SHARE)
        return apart(lines, self.atlas.outlines(fonts[0])) if fonts else tuple(lines)

    def read(self, lines: Sequence[Line]) -> Readings:
        """Every glyph that a font of the screen has; words whose every glyph it has."""
        fonts = self._fonts(lines, READ_SHARE)
        found: dict[Glyph, str] = {}
        words: dict[Word, tuple[str, ...]] = {}
        for line in lines if fonts else ():
            for word in line.words:
                font = max(fonts, key=lambda font: self._explained(font, word))
                texts = [self._characters(font, glyph) for glyph in word.glyphs]
                found |= {
                    glyph: text for glyph, text in zip(word.glyphs, texts, strict=True) if text
                }
                if self._explained(font, word) >= READ_SHARE * len(word.glyphs):
                    words[word] = ("".join(text[:1] or "?" for text in texts),)
        return Readings(self.name, found, words, trust=EXACT, exact=True)

    def _fonts(self, lines: Sequence[Line], share: float) -> list[str]:
        glyphs = [glyph for line in lines for glyph in line.glyphs]
        ranking = self.atlas.fonts(Counter(glyph.shape_key for glyph in glyphs))
        return [font for font, count in ranking[:MOST_FONTS] if count >= share * len(glyphs)]

    def _explained(self, font: str, word: Word) -> int:
        return sum(bool(self._characters(font, glyph)) for glyph in word.glyphs)

    def _characters(self, font: str, glyph: Glyph) -> str:
        return self.atlas.shapes.get(glyph.shape_key, {}).get(font, "")
