"""Numbers whose digits a wide gap has parted into words, put together again.

A 1 has more paper around it than other digits. Digits stand as far from each other within a number
everywhere on a screen; two that stand no farther belong to one number.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph, Line, Word

EVEN = 1.3
"""Digits farther apart than this many usual steps are of two numbers."""
INSIDE = (".", "-")


def whole(lines: Sequence[Line], is_digit: Callable[[Glyph], bool]) -> tuple[Line, ...]:
    """The lines with words joined where a number goes on from one to the next."""
    words = [word for line in lines for word in line.words]
    steps = [
        _step(left, right)
        for word in words
        for left, right in pairwise(word.glyphs)
        if is_digit(left) and is_digit(right)
    ]
    if not steps:
        return tuple(lines)
    reach = EVEN * median(steps)

    def goes_on(left: Glyph, right: Glyph) -> bool:
        numeric = all(is_digit(glyph) or mark(glyph) in INSIDE for glyph in (left, right))
        return numeric and _step(left, right) <= reach

    return tuple(_joined(line, goes_on) for line in lines)


def _step(left: Glyph, right: Glyph) -> float:
    """Between the middles of two characters, in heights of a capital."""
    middles = (left.box.left + left.box.right, right.box.left + right.box.right)
    return (middles[1] - middles[0]) / 2 / left.capital_px


def _joined(line: Line, goes_on: Callable[[Glyph, Glyph], bool]) -> Line:
    words = [line.words[0]]
    for word in line.words[1:]:
        if goes_on(words[-1].glyphs[-1], word.glyphs[0]):
            words[-1] = Word(words[-1].glyphs + word.glyphs)
        else:
            words.append(word)
    if len(words) == len(line.words):
        return line
    return replace(line, words=tuple(words))
