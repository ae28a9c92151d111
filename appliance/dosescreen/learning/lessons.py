"""What an accepted screen teaches.

Digits are learnt from accepted numbers and from the layout's own words (Body 32), where two readers
named each; letters and marks from words that are known (``plaintext``). All occurrences of a shape
on the screen must agree.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from appliance.dosescreen.learning.drawn import Drawn, drawn
from appliance.dosescreen.learning.learnt import DIGITS, LEARNT, Lesson, are_alike
from appliance.dosescreen.learning.plaintext import Spelling, of_the_layout, of_two_readers
from appliance.dosescreen.marks import mark
from appliance.dosescreen.page import PageRecord
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.transcript import Transcript

SCREEN_DIGEST_LENGTH = 16


@dataclass(slots=True)
class _Seen:
    """What one shape was taken for."""

    characters: Counter[str] = field(default_factory=Counter)
    readers: dict[str, str] = field(default_factory=dict)
    doubted: set[str] = field(default_factory=set)


def lessons(
    screen: Screen, transcript: Transcript, page: PageRecord, software_versions: str
) -> tuple[Lesson, ...]:
    """The lessons of a screen of an accepted study, not yet stamped with a time.

    A screen that was compressed with loss teaches nothing: its shapes are chance.
    """
    if not screen.lossless:
        return ()
    digest = sha256(screen.sop_instance_uid.encode()).hexdigest()[:SCREEN_DIGEST_LENGTH]
    return tuple(
        Lesson(
            shape=shape,
            character=character,
            readers=seen.readers[character],
            unanimous=character not in seen.doubted,
            occurrences=occurrences,
            layout=page.layout.identifier,
            screen=digest,
            software_versions=software_versions,
        )
        for shape, seen in _agreed(transcript.without(LEARNT), page).items()
        for character, occurrences in sorted(seen.characters.items())
    )


def _agreed(transcript: Transcript, page: PageRecord) -> Mapping[Drawn, _Seen]:
    """The shapes whose every known occurrence is the same character, or looks the same.

    What was cut out of touching ink is nobody's shape.
    """
    shapes: dict[Drawn, _Seen] = defaultdict(_Seen)
    for glyph, character, readers in _spelt(transcript, page):
        if glyph.parted:
            continue
        seen = shapes[drawn(glyph)]
        seen.characters[character] += 1
        seen.readers.setdefault(character, readers)
        if character not in DIGITS or not _is_unanimous(transcript, readers):
            seen.doubted.add(character)
    return {shape: seen for shape, seen in shapes.items() if are_alike(seen.characters)}


def _spelt(transcript: Transcript, page: PageRecord) -> Iterator[Spelling]:
    for glyph in (glyph for number in page.numbers for glyph in number if mark(glyph) is None):
        verdict = transcript.verdict(glyph)
        if verdict.sure and verdict.digit:
            yield glyph, verdict.digit, verdict.readers
    for glyph, character, readers in of_the_layout(transcript, page.layout):
        verdict = transcript.verdict(glyph)
        if character not in DIGITS:
            yield glyph, character, readers
        elif verdict.sure and verdict.digit == character:
            yield glyph, character, verdict.readers
    yield from of_two_readers(transcript.readings)


def _is_unanimous(transcript: Transcript, readers: str) -> bool:
    """Whether everyone who reads anything on this screen names it."""
    asked = {reading.reader for reading in transcript.readings if reading.glyphs}
    return asked <= set(readers.split("+"))
