"""Lines that head a table: ``2. CHEST``."""

from dataclasses import dataclass
from itertools import takewhile

from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Line, Word
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import spelt

MOST_DIGITS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Title:
    """The number and the name on a line ``2. CHEST``, and the words of each."""

    number: str
    name: str
    line: Line
    name_words: tuple[Word, ...]


def read_title(transcript: Transcript, line: Line) -> Title | None:
    """The title that ``line`` is, or None: digits, a point, and no digit behind it."""
    first, *others = line.words
    digits = [
        verdict.digit or ""
        for verdict in takewhile(
            lambda verdict: verdict.sure, map(transcript.verdict, first.glyphs)
        )
    ]
    point, after = first.glyphs[len(digits) : len(digits) + 1], first.glyphs[len(digits) + 1 :]
    if not 0 < len(digits) <= MOST_DIGITS or not point or mark(point[0]) != ".":
        return None
    if not (after or others) or (after and transcript.verdict(after[0]).digit is not None):
        return None
    words = (*((Word(after),) if after else ()), *others)
    name = " ".join((transcript.texts(word) or ("?",))[0] for word in words)
    if after:
        name = (transcript.texts(first) or ("?",))[0].partition(".")[2] + name.removeprefix("?")
    return Title("".join(digits), spelt(name.strip()), line, words)
