"""The legend of phantom marks: ``(a)32cm (b)16cm``, ``L = 32cm, S = 16cm``.

A mark in a row is compared with the marks of the legend pixel by pixel; where grey levels make
every print of it another, by the letter that all readers name in both places.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from appliance.dose.coded import Phantom
from appliance.dosescreen.layout import Layout
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph, Line
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import says

DIAMETER_DIGITS = 2
Mark = tuple[int, int, bytes] | str
"""A shape, or a letter."""
AROUND_A_MARK = ("(", ")", "=", ",", ".", "-", ":")


@dataclass(frozen=True, slots=True, eq=False)
class Legend:
    """What each mark stands for, by shape and by letter, and the lines that say so."""

    marks: Mapping[Mark, Phantom] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()

    def phantom(self, transcript: Transcript, glyphs: Sequence[Glyph]) -> Phantom | None:
        """The phantom that the marks after a number stand for; None when it is not certain."""
        letters = [glyph for glyph in glyphs if not _is_around(transcript, glyph)]
        if len(letters) != 1:
            return None
        found = (self.marks.get(each) for each in _known_by(transcript, letters[0]))
        return next(filter(None, found), None)


def read_legend(transcript: Transcript, layout: Layout) -> Legend:
    """The legend on a screen; empty when it prints none.

    A mark that stands for two phantoms is left out, so its rows stay in doubt.
    """
    marks: dict[Mark, Phantom] = {}
    twice: set[Mark] = set()
    lines = []
    for line in transcript.lines if layout.legend else ():
        found = _marks(transcript, layout, line)
        if found:
            lines.append(line)
        for glyph, phantom in found:
            for key in _known_by(transcript, glyph):
                if marks.setdefault(key, phantom) is not phantom:
                    twice.add(key)
    return Legend({key: marks[key] for key in marks.keys() - twice}, tuple(lines))


def _known_by(transcript: Transcript, glyph: Glyph) -> Iterator[Mark]:
    """Its shape, and its letter where all readers name the same."""
    yield glyph.shape_key
    letter = transcript.letter(glyph)
    if letter is not None:
        yield letter


def _marks(transcript: Transcript, layout: Layout, line: Line) -> list[tuple[Glyph, Phantom]]:
    glyphs = line.glyphs
    verdicts = [transcript.verdict(glyph) for glyph in glyphs]
    digits = [verdict.digit if verdict.sure and verdict.digit else "" for verdict in verdicts]
    found = []
    at = 0
    while at < len(glyphs) - DIAMETER_DIGITS:
        size = "".join(digits[at : at + DIAMETER_DIGITS])
        marked = _marked(transcript, line, at) if size in layout.legend else None
        if marked is not None:
            found.append((marked, layout.legend[size]))
        at += 1 if marked is None else DIAMETER_DIGITS + 2
    return found


def _marked(transcript: Transcript, line: Line, at: int) -> Glyph | None:
    """The mark before a diameter that begins at ``at``; None when no cm stands behind it."""
    glyphs = line.glyphs
    before = [glyph for glyph in glyphs[:at] if not _is_around(transcript, glyph)]
    size, after = glyphs[at : at + DIAMETER_DIGITS], glyphs[at + DIAMETER_DIGITS :]
    letters = "".join(transcript.letters(glyph)[:1] for glyph in after[:2])
    digits = "".join(transcript.verdict(glyph).digit or "" for glyph in size)
    in_cm = letters.casefold() == "cm" or says(transcript, line, f"{digits}cm")
    return before[-1] if before and in_cm else None


def _is_around(transcript: Transcript, glyph: Glyph) -> bool:
    """Whether it is punctuation, by geometry or, slanted as it may be, by what readers say."""
    return mark(glyph) in AROUND_A_MARK or transcript.letters(glyph)[:1] in AROUND_A_MARK
