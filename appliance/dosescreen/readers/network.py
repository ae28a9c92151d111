"""A reader that knows characters by their look, in any font."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from appliance.dosescreen.characters import Network, Placed
from appliance.dosescreen.readers.protocol import Readings
from appliance.dosescreen.segment import Glyph, Line, Word

CERTAIN = 0.6
"""A character of a lower probability is part of a word and no vote on a glyph."""


@dataclass(frozen=True, slots=True)
class NetworkReader:
    """Reads words with one network, and glyphs that hold one character each."""

    network: Network

    @property
    def name(self) -> str:
        """The network's name."""
        return self.network.name

    def read(self, lines: Sequence[Line]) -> Readings:
        """Every word, where its characters stand, and every glyph that is one character."""
        places = self.network.read(lines)
        words = {
            word: ("".join(each.character for each in placed),) for word, placed in places.items()
        }
        return Readings(self.name, dict(_glyphs(places)), words, places)


def _glyphs(places: Mapping[Word, tuple[Placed, ...]]) -> Iterator[tuple[Glyph, str]]:
    for word, placed in places.items():
        for glyph in word.glyphs:
            inside = within(glyph, placed)
            if len(inside) == 1 and inside[0].certainty >= CERTAIN:
                yield glyph, inside[0].character


def within(glyph: Glyph, placed: Sequence[Placed]) -> list[Placed]:
    """The characters that have their middle in a glyph."""
    return [each for each in placed if glyph.box.left <= each.x < glyph.box.right]
