"""``1/2`` alone on a line: which page of how many."""

from collections.abc import Sequence

from appliance.dosescreen.cells import glyphs_of
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph, Line
from appliance.dosescreen.transcript import Transcript


def page_of(transcript: Transcript, line: Line) -> tuple[int, int] | None:
    """The page's number and how many there are, or None when the line says something else."""
    glyphs = glyphs_of(line.words)
    strokes = [at for at, glyph in enumerate(glyphs) if mark(glyph) == "/"]
    if len(strokes) != 1:
        return None
    number = _digits(transcript, glyphs[: strokes[0]])
    pages = _digits(transcript, glyphs[strokes[0] + 1 :])
    return (int(number), int(pages)) if number and pages else None


def _digits(transcript: Transcript, glyphs: Sequence[Glyph]) -> str:
    verdicts = [transcript.verdict(glyph) for glyph in glyphs]
    if not all(verdict.sure for verdict in verdicts):
        return ""
    return "".join(verdict.digit or "" for verdict in verdicts)
