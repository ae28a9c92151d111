"""A reader that knows characters by their look, in any font."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from appliance.dosescreen.characters import Network, Placed, within
from appliance.dosescreen.readers.protocol import Readings
from appliance.dosescreen.segment import Glyph, Line, Word

CERTAIN = 0.5
"""A character of a lower probability is part of a word and no vote on a glyph."""


@dataclass(frozen=True, slots=True)
class NetworkReader:
    """Reads lines with one network."""

    network: Network

    @property
    def name(self) -> str:
        """The network's name."""
        return self.network.name

    def read(self, lines: Sequence[Line]) -> Readings:
        """Where characters stand; every word, and every glyph that is one character."""
        return placed_on(Readings(self.name, places=self.network.read(lines)), lines)


def placed_on(reading: Readings, lines: Sequence[Line]) -> Readings:
    """``reading``, its characters given to the words and glyphs of ``lines`` by their places."""
    words: dict[Word, tuple[str, ...]] = {}
    seen: dict[Glyph, Placed] = {}
    for line, placed in zip(lines, reading.places, strict=True):
        characters = [each for each in placed if each.character.strip()]
        for word in line.words:
            words[word] = ("".join(each.character for each in within(word.box, characters)),)
            seen.update(_read(word, characters))
    glyphs = {glyph: each.character for glyph, each in seen.items()}
    certainties = {glyph: each.certainty for glyph, each in seen.items()}
    return replace(reading, words=words, glyphs=glyphs, certainties=certainties)


def _read(word: Word, characters: Sequence[Placed]) -> Iterator[tuple[Glyph, Placed]]:
    """The glyphs that hold one character, which no other glyph holds as well."""
    inside = {glyph: within(glyph.box, characters) for glyph in word.glyphs}
    holders = Counter(each for held in inside.values() for each in held)
    for glyph, held in inside.items():
        if len(held) == 1 and held[0].certainty >= CERTAIN and holders[held[0]] == 1:
            yield glyph, held[0]
