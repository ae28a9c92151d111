"""Lines that head a table: ``2. CHEST``."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph, Line, Word
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import legible, spelt

MOST_DIGITS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Title:
    """The number on a line ``2. CHEST``, its name if it can be read, and the name's words."""

    number: str
    name: str | None
    line: Line
    name_words: tuple[Word, ...]


def read_title(transcript: Transcript, line: Line) -> Title | None:
    """The title that ``line`` is, or None: digits, a point, and no digit behind it."""
    glyphs = line.glyphs
    digits = _digits(transcript, glyphs)
    if not 0 < len(digits) <= MOST_DIGITS or len(digits) + 1 >= len(glyphs):
        return None
    point = glyphs[len(digits)]
    if mark(point) != "." or point.box.left - glyphs[len(digits) - 1].box.right > point.capital_px:
        return None
    at = next(at for at, word in enumerate(line.words) if point in word.glyphs)
    after = line.words[at].glyphs[line.words[at].glyphs.index(point) + 1 :]
    if _is_decimals(transcript, after):
        return None
    name = " ".join((transcript.texts(word) or ("?",))[0] for word in line.words[at + 1 :])
    if after:
        first = (transcript.texts(line.words[at]) or ("?",))[0]
        name = f"{first.partition('.')[2]} {name}"
    words = (*((Word(after),) if after else ()), *line.words[at + 1 :])
    return Title(digits, legible(spelt(name.strip())), line, words)


def _digits(transcript: Transcript, glyphs: Sequence[Glyph]) -> str:
    verdicts = takewhile(lambda verdict: verdict.sure, map(transcript.verdict, glyphs))
    return "".join(verdict.digit or "" for verdict in verdicts)


def _is_decimals(transcript: Transcript, glyphs: Sequence[Glyph]) -> bool:
    """Digits to the end, or to a bracket; a name may begin with what looks like digits."""
    rest = glyphs[len(_digits(transcript, glyphs)) :]
    return len(rest) < len(glyphs) and (not rest or mark(rest[0]) is not None)
