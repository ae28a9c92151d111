"""The reader of digits by their shape."""

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.dosescreen.digits import features, holes, opinions
from appliance.dosescreen.readers.protocol import Readings
from appliance.dosescreen.segment import Glyph, Line

SURE = 0.9
HOLES = {"0": (1, 2), "4": (0, 1), "6": (1,), "8": (2,), "9": (1,)}
"""Enclosed regions each digit may have (a zero may be dotted or struck); others have none."""
STANDS = 0.8


@dataclass(frozen=True, slots=True)
class ShapeReader:
    """Reads digits that stand on the line and are as tall as capitals; nothing else."""

    name: str = "shape"

    def read(self, lines: Sequence[Line]) -> Readings:
        """Digits the networks are sure of and whose holes fit."""
        glyphs = [
            glyph
            for line in lines
            for word in line.words
            for glyph in word.glyphs
            if _could_be_digit(glyph)
        ]
        distinct = {glyph.shape_key: glyph for glyph in glyphs}
        found = opinions([features(glyph.grey) for glyph in distinct.values()])
        digits = {
            key: opinion.digit
            for (key, glyph), opinion in zip(distinct.items(), found, strict=True)
            if opinion.digit is not None
            and opinion.probability >= SURE
            and holes(glyph.grey) in HOLES.get(opinion.digit, (0,))
        }
        return Readings(
            self.name,
            {glyph: digits[glyph.shape_key] for glyph in glyphs if glyph.shape_key in digits},
        )


def _could_be_digit(glyph: Glyph) -> bool:
    tall = glyph.box.height >= STANDS * glyph.capital_px
    return tall and abs(glyph.rise_px) <= max(1, 0.1 * glyph.capital_px)
