"""What a reader is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from appliance.dosescreen.characters import Placed
from appliance.dosescreen.segment import Glyph, Line, Word


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """What one reader saw.

    Attributes:
        reader: Its name.
        glyphs: Characters a glyph may be, most likely first; glyphs it cannot read are absent.
        words: Texts a word may be, where the reader reads whole words.
        places: The characters of each line and where their middles are, where the reader sees
            that; spaces are characters.
        certainties: How certain it is of a glyph, 0 to 1, where it can tell.
        trust: How certain it is of any other glyph.
        exact: Characters are known by their exact pixels; a letter is then no digit.
        settled: Its digits were settled on earlier screens of the scanner: one that nobody
            contradicts needs no second reader.
    """

    reader: str
    glyphs: Mapping[Glyph, str] = field(default_factory=dict)
    words: Mapping[Word, tuple[str, ...]] = field(default_factory=dict)
    places: Sequence[Sequence[Placed]] = ()
    certainties: Mapping[Glyph, float] = field(default_factory=dict)
    trust: float = 0.85
    exact: bool = False
    settled: bool = False


class Reader(Protocol):
    """Something that reads glyphs, for itself: what another reader says it does not know."""

    @property
    def name(self) -> str:
        """Its name in origins and doubts."""

    def read(self, lines: Sequence[Line]) -> Readings:
        """What it makes of one screen's lines."""
