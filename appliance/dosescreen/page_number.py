"""``1/2`` alone on a line: which page of how many."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from appliance.dosescreen.cells import glyphs_of
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph, Line, around
from appliance.dosescreen.transcript import Transcript

STROKE = "/"
WIDEST = 0.8
"""No stroke is wider, in heights of a capital."""


def page_of(transcript: Transcript, line: Line) -> tuple[int, int] | None:
    """The page's number and how many there are, or None when the line says something else."""

    def digit(glyph: Glyph) -> str:
        verdict = transcript.verdict(glyph)
        return verdict.digit or "" if verdict.sure and mark(glyph) is None else ""

    glyphs = glyphs_of(line.words)
    if not digit(glyphs[0]):
        return None
    match [tuple(run) for _, run in groupby(glyphs, lambda each: not digit(each))]:
        case [number, stroke, pages] if _is_stroke(transcript, stroke):
            return int("".join(map(digit, number))), int("".join(map(digit, pages)))
    return None


def _is_stroke(transcript: Transcript, glyphs: Sequence[Glyph]) -> bool:
    """Whether they are one by geometry, or ink in a row in which two readers see one.

    A thin stroke falls into pieces, which look like a point below and a colon above it.
    """
    if [mark(glyph) for glyph in glyphs] == [STROKE]:
        return True
    in_a_row = all(right.box.left <= left.box.right for left, right in pairwise(glyphs))
    narrow = around(each.box for each in glyphs).width <= WIDEST * glyphs[0].capital_px
    seen = {character for glyph in glyphs for character in transcript.letters(glyph)}
    certain = any(transcript.letter(glyph) == STROKE for glyph in glyphs)
    return in_a_row and narrow and certain and seen == {STROKE}
