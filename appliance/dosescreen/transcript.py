"""What stands on one screen: its lines, and what their readers said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from appliance.dosescreen.characters import SPACE, Placed
from appliance.dosescreen.cutting import recut
from appliance.dosescreen.jury import Jury, Verdict
from appliance.dosescreen.marks import mark
from appliance.dosescreen.numerals import whole
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.segment import Glyph, Line, Word
from appliance.dosescreen.touching import Shape, apart


@dataclass(frozen=True, eq=False)
class Transcript:
    """The lines of a screen, and everything the readers saw on it."""

    lines: tuple[Line, ...]
    jury: Jury

    @property
    def readings(self) -> tuple[Readings, ...]:
        """What each reader said."""
        return self.jury.readings

    def texts(self, word: Word) -> tuple[str, ...]:
        """The texts a word may be; of one put together, those of its parts."""
        return self.jury.texts(word)

    def verdict(self, glyph: Glyph) -> Verdict:
        """What ``glyph`` is, if it is a digit."""
        return self.jury.verdict(glyph)

    def letter(self, glyph: Glyph) -> str | None:
        """The character that two readers name most, and no reader another; else None."""
        return self.jury.letter(glyph)

    def letters(self, glyph: Glyph) -> str:
        """The characters that readers of text took this shape for, most frequent first."""
        return self.jury.letters(glyph)

    def is_known(self, glyph: Glyph) -> bool:
        """Whether a reader has exactly these pixels."""
        return self.jury.is_known(glyph)

    def apart(self) -> "Transcript":
        """The same with digits that touch taken apart, and parted numbers put together."""
        every = (glyph for line in self.lines for glyph in line.glyphs)
        shapes = {
            glyph.shape_key: Shape(glyph.ink, glyph.rise_px)
            for glyph in every
            if mark(glyph) in (".", "-") or self.verdict(glyph).sure
        }
        lines = recut(apart(self.lines, shapes.values()), self.readings)
        cut = Transcript(lines, self.jury.on(lines))
        return replace(cut, lines=whole(lines, cut.is_numeral, lambda g: cut.verdict(g).sure))

    def is_numeral(self, glyph: Glyph) -> bool:
        """Whether it is surely a digit, and no letter that looks like one."""
        return self.verdict(glyph).sure and self.letters(glyph)[:1].isdigit()

    def without(self, reader: str) -> "Transcript":
        """The same as if ``reader`` had not been asked; itself when it was not."""
        others = self.jury.without(reader)
        return self if others is self.jury else replace(self, jury=others)

    def placed(self, glyph: Glyph) -> tuple[tuple[Placed, ...], ...]:
        """The characters, no spaces, on the line of ``glyph``, reader by reader."""
        line = self._line_of.get(glyph)
        if line is None:
            return ()
        seen = (reading.places[line] for reading in self.readings if reading.places)
        return tuple(tuple(e for e in places if e.character != SPACE) for places in seen)

    @cached_property
    def _line_of(self) -> Mapping[Glyph, int]:
        """The line of every glyph, by number."""
        return {
            glyph: number
            for number, line in enumerate(self.lines)
            for word in line.words
            for glyph in word.glyphs
        }


def words_of(lines: Sequence[Line]) -> list[Word]:
    """Every word, line by line."""
    return [word for line in lines for word in line.words]
