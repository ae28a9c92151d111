"""Where on a screen the numbers stand that a person typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from appliance.dose.record import CTRadiationDose, IrradiationEvent
from appliance.dosescreen.jury import LOOKS_LIKE
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph, Line, Word
from appliance.dosescreen.transcript import Transcript
from appliance.errors import RefusedError

Typed = CTRadiationDose
"""What a person says that a screen prints."""
DOSES = ("ctdi_vol_mgy", "dlp_mgy_cm")
NUMBERS = (
    *DOSES, "kvp", "exposure_mas", "tube_current_ma", "exposure_time_s", "rotation_time_s",
    "single_collimation_mm", "total_collimation_mm", "series",
)  # fmt: skip
"""Fields whose cells begin with the typed digits."""
AS_PRINTED = "type it as printed, with its decimals"


@dataclass(frozen=True, slots=True, eq=False)
class RowPlace:
    """A row that was typed: its line, and for each number the words that may be it."""

    event: IrradiationEvent
    line: Line
    candidates: Mapping[str, tuple[Word, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class TotalPlace:
    """A total that was typed, and the words before it on its line."""

    name: str
    text: str
    line: Line
    before: tuple[Word, ...]


def rows(transcript: Transcript, typed: Typed) -> list[RowPlace]:
    """The line of every event that has a dose, in the order typed.

    Raises RefusedError naming the first value that does not stand where it should.
    """
    found: list[RowPlace] = []
    lines = list(transcript.lines)
    for at, event in enumerate(typed.events):
        if not event.has_dose:
            continue
        place = next(_places(transcript, lines, event), None)
        if place is None:
            texts = " ".join(v.text for v in (event.ctdi_vol_mgy, event.dlp_mgy_cm) if v)
            what = f"no line below the row before shows {texts}"
            raise RefusedError(what, f"events[{at}]", AS_PRINTED)
        found.append(place)
        lines = lines[lines.index(place.line) + 1 :]
    if not found:
        raise RefusedError("nothing was typed that has a dose")
    return found


def totals(transcript: Transcript, typed: Typed, taken: Sequence[Line]) -> list[TotalPlace]:
    """Where the typed totals stand, on lines that are no rows. Raises RefusedError."""
    found = []
    for name in ("total_dlp_mgy_cm", "total_mas"):
        number = getattr(typed, name)
        if number is None:
            continue
        places = [
            place
            for line in transcript.lines
            if line not in taken
            for place in _total_places(transcript, line, name, number.text)
        ]
        if not places:
            raise RefusedError(f"{number.text} stands on no line but the rows'", name, AS_PRINTED)
        found.append(places[-1])
    return found


def begins_with(transcript: Transcript, glyphs: Sequence[Glyph], text: str) -> bool:
    """Whether ``glyphs`` begin with exactly the number ``text``, as far as anybody can tell.

    What no reader names may be the digit that was typed; what a reader calls another may not.
    """
    if len(glyphs) < len(text) or not all(
        _may_be(transcript, glyph, character)
        for glyph, character in zip(glyphs, text, strict=False)
    ):
        return False
    if any(_apart(left, right) for left, right in pairwise(glyphs[: len(text)])):
        return False
    rest = glyphs[len(text) :]
    return not rest or _ends(transcript, rest)


def _ends(transcript: Transcript, rest: Sequence[Glyph]) -> bool:
    """Whether a number ends where ``rest`` begins."""
    digits = [transcript.verdict(glyph).digit for glyph in rest[:2]]
    if mark(rest[0]) in (".", ","):
        return len(rest) == 1 or digits[1] is None
    return mark(rest[0]) is not None or digits[0] is None


def _may_be(transcript: Transcript, glyph: Glyph, character: str) -> bool:
    if character in ".,":
        return mark(glyph) in (".", ",")
    if character == "-":
        return mark(glyph) == "-"
    if not character.isdigit():
        return character.casefold() in transcript.letters(glyph).casefold()
    digit = transcript.verdict(glyph).digit
    if digit is not None:
        return digit == character
    seen = {LOOKS_LIKE.get(letter, letter) for letter in transcript.letters(glyph)}
    return mark(glyph) not in (".", ",", ":", "=") and (not seen or character in seen)


def _apart(left: Glyph, right: Glyph) -> bool:
    return right.box.left - left.box.right > 0.9 * left.capital_px


def _places(
    transcript: Transcript, lines: Sequence[Line], event: IrradiationEvent
) -> Iterator[RowPlace]:
    """Lines that show the event's doses, those that show more of it first."""
    found = []
    for line in lines:
        candidates = {
            name: tuple(
                word for word in line.words if begins_with(transcript, word.glyphs, value.text)
            )
            for name, value in event.sourced()
            if name in NUMBERS
        }
        doses = [candidates[name] for name in DOSES if name in candidates]
        if all(doses) and len({word for words in doses for word in words}) >= len(doses):
            found.append(RowPlace(event, line, candidates))
    most = max((_shown(place) for place in found), default=0)
    yield from (place for place in found if _shown(place) == most)


def _shown(place: RowPlace) -> int:
    return sum(bool(words) for words in place.candidates.values())


def _total_places(transcript: Transcript, line: Line, name: str, text: str) -> Iterator[TotalPlace]:
    for at, word in enumerate(line.words):
        for start in range(len(word.glyphs) - len(text.rstrip()) + 1):
            before = word.glyphs[:start]
            if before and (mark(before[-1]) is None or mark(before[-1]) == "."):
                continue  # a number begins a word, or stands behind a colon or a sign
            if begins_with(transcript, word.glyphs[start:], text):
                own = (Word(before),) if before else ()
                yield TotalPlace(name, text, line, (*line.words[:at], *own))
                break
