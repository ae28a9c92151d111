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


Test = Callable[[Glyph], bool]


def whole(lines: Sequence[Line], is_digit: Test, may_be_digit: Test) -> tuple[Line, ...]:
    """The lines with words joined where a number goes on from one to the next.

    A letter that looks like a digit is one where its whole word does: an l in no word is a 1.
    """
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

    def goes_on(left: Word, right: Word) -> bool:
        ends = left.glyphs[-1], right.glyphs[0]
        if _step(*ends) > reach:
            return False
        every = (*left.glyphs, *right.glyphs)
        return _are(ends, is_digit) or _are(every, may_be_digit)

    return tuple(_joined(line, goes_on) for line in lines)


def _are(glyphs: Sequence[Glyph], test: Test) -> bool:
    return all(test(glyph) or mark(glyph) in INSIDE for glyph in glyphs)


def _step(left: Glyph, right: Glyph) -> float:
    """Between the middles of two characters, in heights of a capital."""
    middles = (left.box.left + left.box.right, right.box.left + right.box.right)
    return (middles[1] - middles[0]) / 2 / left.capital_px


def _joined(line: Line, goes_on: Callable[[Word, Word], bool]) -> Line:
    words = [line.words[0]]
    for word in line.words[1:]:
        if goes_on(words[-1], word):
            words[-1] = Word(words[-1].glyphs + word.glyphs)
        else:
            words.append(word)
    if len(words) == len(line.words):
        return line
    return replace(line, words=tuple(words))
