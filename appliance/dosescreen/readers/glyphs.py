"""The reader that knows fonts: exact pixels, or nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.dosescreen.atlas import Atlas
from appliance.dosescreen.readers.protocol import Readings
from appliance.dosescreen.segment import Glyph, Line, Word

SCREEN_SHARE = 0.25
"""A font that explains less of the screen than this fits by chance."""


@dataclass(frozen=True, slots=True)
class GlyphReader:
    """Reads a line with a font that explains every glyph on it, or does not read the line."""

    atlas: Atlas
    name: str = "glyphs"

    def read(self, lines: Sequence[Line]) -> Readings:
        """Characters of every line that one font of the atlas explains whole."""
        glyphs = [glyph for line in lines for word in line.words for glyph in word.glyphs]
        ranking = self.atlas.fonts(Counter(glyph.shape_key for glyph in glyphs))
        fonts = [font for font, count in ranking if count >= SCREEN_SHARE * len(glyphs)]
        found: dict[Glyph, str] = {}
        words: dict[Word, tuple[str, ...]] = {}
        for line in lines:
            font = next((font for font in fonts if self._explains(font, line)), None)
            if font is None:
                continue
            for word in line.words:
                texts = [self.atlas.shapes[glyph.shape_key][font] for glyph in word.glyphs]
                found |= dict(zip(word.glyphs, texts, strict=True))
                words[word] = ("".join(text[0] for text in texts),)
        return Readings(self.name, found, words)

    def _explains(self, font: str, line: Line) -> bool:
        return all(
            font in self.atlas.shapes.get(glyph.shape_key, ())
            for word in line.words
            for glyph in word.glyphs
        )
