"""Whether readers saw a number piece by piece as geometry has it.

Geometry alone says where a decimal point is; a piece of ink that nobody saw as a character, or a
character where there is no ink of its own, says that geometry may be wrong.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from appliance.dosescreen.characters import Placed
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph, around
from appliance.dosescreen.transcript import Transcript

POINTS = (".", ",")
REACH = 0.25
"""A character belongs to ink no farther from its middle than this, in heights of a capital."""


def witnessed(transcript: Transcript, number: Sequence[Glyph]) -> bool:
    """Whether nobody saw a character beside the glyphs of a number, and somebody one in each.

    True where no reader that sees places looked.
    """
    held = [_held(places, number) for places in transcript.placed(number[0]) if places]
    if not held or any(None in each for each in held):
        return not held
    return all(
        transcript.is_known(glyph) or 1 in {each[glyph] for each in held} for glyph in number
    )


def _held(places: Sequence[Placed], number: Sequence[Glyph]) -> Counter[Glyph | None]:
    """How many characters each glyph holds; None counts those for which there is no ink."""
    span = around(glyph.box for glyph in number)
    held: Counter[Glyph | None] = Counter()
    inside = (each for each in places if span.left <= each.x < span.right)
    nearest = ((each, min(number, key=partial(_distance, each))) for each in inside)
    for seen, glyph in sorted(nearest, key=lambda pair: _distance(*pair)):
        far = _distance(seen, glyph) > (0 if held[glyph] else REACH * glyph.capital_px)
        alike = (seen.character in POINTS) == (mark(glyph) in POINTS)
        held[glyph if alike and not far else None] += 1
    return held


def _distance(seen: Placed, glyph: Glyph) -> float:
    return max(glyph.box.left - seen.x, seen.x - glyph.box.right, 0)
