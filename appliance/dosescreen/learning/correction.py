"""Numbers that a person read otherwise than what was learnt says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydicom import Dataset

from appliance.dose.record import Box
from appliance.dosescreen.learning.contradiction import Contradiction
from appliance.dosescreen.learning.drawn import drawn
from appliance.dosescreen.learning.experience import Experience
from appliance.dosescreen.learning.learnt import LearntAtlas
from appliance.dosescreen.marks import mark
from appliance.dosescreen.native import native
from appliance.dosescreen.readers.learnt import LearntReader
from appliance.dosescreen.scanner import scanner_of
from appliance.dosescreen.screen import render
from appliance.dosescreen.segment import Glyph, Line, lines

PERSON = "a person"


@dataclass(frozen=True, slots=True)
class Retyped:
    """A number that was read at a place on a screen, and what a person reads there."""

    sop_instance_uid: str
    frame: int
    box: Box
    read: str
    typed: str


def refuted_by(
    dataset: Dataset, number: Retyped, atlases: Mapping[str, LearntAtlas]
) -> Experience | None:
    """What a person's number takes back of what was learnt of the scanner; None for nothing.

    Only where the digits that were read are found glyph by glyph, and as many were typed.
    """
    scanner = scanner_of(dataset)
    atlas = atlases.get(scanner.identifier) if scanner else None
    if atlas is None:
        return None
    for screen in map(native, render(dataset)):
        if screen.frame == number.frame:
            found = _refuted(atlas, LearntReader(atlas).apart(lines(screen.ink)), number)
            if found:
                return Experience(atlas, contradictions=found)
    return None


def _refuted(
    atlas: LearntAtlas, text: Sequence[Line], number: Retyped
) -> tuple[Contradiction, ...]:
    read, typed = _digits(number.read), _digits(number.typed)
    glyphs = _spelling(atlas, text, number.box, read)
    if len(read) != len(typed) or not glyphs:
        return ()
    return tuple(
        Contradiction(drawn(glyph), was, digit, PERSON)
        for glyph, was, digit in zip(glyphs, read, typed, strict=True)
        if was != digit and was in atlas.held.get(drawn(glyph), "")
    )


def _spelling(atlas: LearntAtlas, text: Sequence[Line], box: Box, digits: str) -> Sequence[Glyph]:
    """The glyphs in ``box`` that spell ``digits``, if only one run of them does."""
    glyphs = [
        glyph
        for line in text
        for word in line.words
        for glyph in word.glyphs
        if mark(glyph) is None and _is_inside(glyph.box, box)
    ]
    held = [atlas.held.get(drawn(glyph), "") or digits for glyph in glyphs]
    runs = [
        glyphs[start : start + len(digits)]
        for start in range(len(glyphs) - len(digits) + 1)
        if all(digit in each for digit, each in zip(digits, held[start:], strict=False))
    ]
    return runs[0] if len(runs) == 1 else ()


def _is_inside(box: Box, other: Box) -> bool:
    across = other.left <= box.left and box.right <= other.right
    return across and other.top <= box.top and box.bottom <= other.bottom


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
