"""Cells: from glyphs to values, strictly.

A cell is a value, nothing (a dash, or no ink), or a doubt. There is no nearest match for numbers:
every digit must be sure, every point where the layout puts it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from appliance.dose.coded import Phantom, SourceOfDoseInformation
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import Origin, Sourced
from appliance.dosescreen.jury import Verdict, readers_of
from appliance.dosescreen.layout import CellKind, Column, Layout
from appliance.dosescreen.legend import Legend
from appliance.dosescreen.marks import mark
from appliance.dosescreen.plus import is_plus
from appliance.dosescreen.screen import Screen
from appliance.dosescreen.segment import Glyph, Word, around
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.witness import witnessed
from appliance.dosescreen.wording import (
    UNKNOWN,
    closest,
    folded,
    joined,
    legible,
    nearest,
    resembles,
    spelt,
)

Value = Sourced[object]
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """What cells are read from.

    ``numbers`` gathers the glyphs of every number that was read, so that all can be compared.
    """

    screen: Screen
    transcript: Transcript
    layout: Layout
    legend: Legend
    numbers: list[tuple[Glyph, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as printed, who read it, and the glyphs after it."""

    text: str
    readers: str
    rest: tuple[Glyph, ...]


OPENING = "([{"
STROKES = "/Il|"
"""What readers may take a steep stroke for."""
SERIES = re.compile(r"[0-9]+(-[0-9]+)?[A-Z]{0,2}")
NUMBER_GAP = 0.9
"""A wider gap, in capital heights, never stands inside a number."""


def read_cell(page: Page, column: Column, words: Sequence[Word]) -> Values | Doubt:
    """The values in a cell by record field; none for a dash; a doubt when it is not certain."""
    if all(mark(glyph) == "-" for word in words for glyph in word.glyphs):
        return {}
    return _READERS[column.kind](page, column, words)


def read_numeral(
    page: Page, glyphs: Sequence[Glyph], decimals: Sequence[int], name: str
) -> Numeral | Doubt:
    """The number that ``glyphs`` begin with; decimals beyond the most allowed are left over."""
    transcript, number = page.transcript, _together(glyphs)
    point = next((at for at, glyph in enumerate(number) if mark(glyph) in (".", ",")), None)
    whole = _leading_digits(transcript, number[:point])
    end = whole
    if point is not None and whole == point and max(decimals) > 0:
        fraction = number[point + 1 : point + 1 + max(decimals)]
        end = point + 1 + _leading_digits(transcript, fraction)
    printed = end - whole - 1 if end > whole else 0
    if whole == 0 or printed not in decimals or not witnessed(transcript, number[:end]):
        return _unreadable(page, glyphs, name)
    used = [glyph for at, glyph in enumerate(number[:end]) if at != point]
    page.numbers.append(tuple(number[:end]))
    digits = [transcript.verdict(glyph) for glyph in used]
    text = "".join(verdict.digit or "" for verdict in digits)
    text = f"{text[:whole]}.{text[whole:]}" if printed else text
    return Numeral(text, readers_of(digits), tuple(glyphs[end:]))


def _together(glyphs: Sequence[Glyph]) -> Sequence[Glyph]:
    """Glyphs up to the first gap that no font has inside a number."""
    for at, (left, right) in enumerate(pairwise(glyphs), start=1):
        if right.box.left - left.box.right > NUMBER_GAP * left.capital_px:
            return glyphs[:at]
    return glyphs


def _leading_digits(transcript: Transcript, glyphs: Sequence[Glyph]) -> int:
    for at, glyph in enumerate(glyphs):
        if not transcript.verdict(glyph).sure:
            return at
    return len(glyphs)


def _unreadable(page: Page, glyphs: Sequence[Glyph], name: str) -> Doubt:
    verdicts = [page.transcript.verdict(glyph) for glyph in glyphs if mark(glyph) is None]
    named = [
        {said[0] for reader, said in verdict.readings if said and said[0].isdigit()}
        for verdict in verdicts
    ]
    reason = (
        Reason.READERS_DISAGREE
        if any(len(digits) > 1 for digits in named)
        else Reason.CELL_UNREADABLE
    )
    seen = "".join(_seen(page.transcript, glyph) for glyph in glyphs)
    readings: dict[str, str] = {}
    for verdict in verdicts:
        for reader, said in verdict.readings:
            readings[reader] = readings.get(reader, "") + said[:1]
    return Doubt(
        reason,
        f"{name} reads {seen!r}; a ? is a character that two readers do not agree on",
        name,
        tuple(readings.items()),
        page.screen.sop_instance_uid,
        around(glyph.box for glyph in glyphs),
    )


def _seen(transcript: Transcript, glyph: Glyph) -> str:
    verdict = transcript.verdict(glyph)
    return mark(glyph) or (verdict.digit if verdict.sure and verdict.digit else "?")


def sourced(page: Page, value: object, text: str, words: Sequence[Word], readers: str) -> Value:
    """``value`` with its origin on the screen."""
    box = around(word.box for word in words)
    uid, frame = page.screen.sop_instance_uid, page.screen.frame
    source = SourceOfDoseInformation.HUMAN_READABLE_REPORT
    return Sourced(value, text, Origin(source, readers, uid, frame, box))


def _number(page: Page, column: Column, words: Sequence[Word]) -> Values | Doubt:
    glyphs = glyphs_of(words)
    numeral = read_numeral(page, glyphs, column.decimals, column.name)
    if isinstance(numeral, Doubt):
        return numeral
    value = sourced(page, Decimal(numeral.text), numeral.text, words, numeral.readers)
    if not numeral.rest:
        return {column.name: value}
    phantom = page.legend.phantom(page.transcript, numeral.rest) if column.marked else None
    phantom = phantom or _suffix(page, numeral.rest, words)
    if phantom is None:
        return _unreadable(page, glyphs, column.name)
    return {
        column.name: value,
        "phantom": sourced(page, phantom, phantom.name, words, "legend"),
    }


def _suffix(page: Page, glyphs: Sequence[Glyph], words: Sequence[Word]) -> Phantom | None:
    """The phantom that a word in brackets behind a number names: ``25.40(Body)``."""
    letters = [page.transcript.letters(glyph)[:1] for glyph in glyphs]
    if not opens(page, glyphs[0]):
        return None
    ends = {
        re.split(f"[{re.escape(OPENING)}]", text)[-1] for text in joined(page.transcript, words)
    }
    known = closest({"".join(letters), *ends}, page.layout.suffixes)
    return page.layout.suffixes[known] if known else None


def opens(page: Page, glyph: Glyph) -> bool:
    """Whether a glyph is an opening bracket, whatever its kind."""
    return mark(glyph) == "(" or page.transcript.letters(glyph)[:1] in tuple(OPENING)


def _exposure(page: Page, column: Column, words: Sequence[Word]) -> Values | Doubt:
    """``358 / 320`` (mAs and its reference), ``358``, or ``35 mA`` (a tube current)."""
    glyphs = glyphs_of(words)
    numeral = read_numeral(page, glyphs, column.decimals, column.name)
    if isinstance(numeral, Doubt):
        return numeral
    value = sourced(page, Decimal(numeral.text), numeral.text, words, numeral.readers)
    rest = numeral.rest
    if not rest or _is_stroke(page, rest, words):
        return {column.name: value}
    if any(resembles(text, f"{numeral.text}mA") for text in joined(page.transcript, words)):
        return {"tube_current_ma": value}
    return _unreadable(page, glyphs, column.name)


def _is_stroke(page: Page, rest: Sequence[Glyph], words: Sequence[Word]) -> bool:
    """Whether a stroke follows a number, or what may be one stands alone before another number."""
    letters = page.transcript.letters(rest[0])
    if mark(rest[0]) == "/" or "/" in letters:
        return True
    alone = any(word.glyphs == (rest[0],) for word in words)
    upright = mark(rest[0]) is None and set(letters) <= set(STROKES)
    return alone and upright and len(rest) > 1 and page.transcript.verdict(rest[1]).sure


def _series(page: Page, column: Column, words: Sequence[Word]) -> Values | Doubt:
    """``2``, ``2-15``, or ``4D`` where letters may follow."""
    text = ""
    digits: list[Verdict] = []
    for glyph in glyphs_of(words):
        verdict = page.transcript.verdict(glyph)
        letter = page.transcript.letters(glyph)[:1].upper()
        if verdict.sure and verdict.digit:
            text += verdict.digit
            digits.append(verdict)
        elif text and mark(glyph) == "-":
            text += "-"
        elif column.lettered and text and letter.isascii() and letter.isalpha():
            text += letter
        else:
            return _unreadable(page, glyphs_of(words), column.name)
    if not SERIES.fullmatch(text) or len(_together(glyphs_of(words))) < len(text):
        return _unreadable(page, glyphs_of(words), column.name)
    return {column.name: sourced(page, text, text, words, readers_of(digits))}


def _type(page: Page, column: Column, words: Sequence[Word]) -> Values | Doubt:
    texts = joined(page.transcript, words)
    known = nearest(texts, page.layout.types)
    kinds = {page.layout.types[word] for word in known}
    if len(kinds) != 1:
        return _unknown_word(page, column.name, texts, words)
    values = {column.name: sourced(page, kinds.pop(), known[0], words, "word")}
    if column.labels:
        values["label"] = sourced(page, known[0], known[0], words, "word")
    return values


def _text(page: Page, column: Column, words: Sequence[Word]) -> Values | Doubt:
    """A label, or nothing where it is not legible; it may stand for an acquisition type."""
    text = spelt(" ".join(_legible(page.transcript.texts(word)) for word in words))
    values: dict[str, Value] = {}
    if legible(text):
        values[column.name] = sourced(page, text, text, words, "word")
    known = closest([text], page.layout.labels)
    if known is not None:
        values["acquisition_type"] = sourced(page, page.layout.labels[known], known, words, "label")
    return values


def _legible(texts: Sequence[str]) -> str:
    """What the first reader read that could tell every character."""
    return next(filter(legible, texts), UNKNOWN)


def _phantom(page: Page, column: Column, words: Sequence[Word]) -> Values | Doubt:
    """The word and the diameter's digits must name the same phantom."""
    texts = joined(page.transcript, words)
    word = closest(texts, page.layout.phantoms)
    if word is None or not _has_digits(page, word, words):
        return _unknown_word(page, column.name, texts, words)
    phantom: Phantom = page.layout.phantoms[word]
    return {column.name: sourced(page, phantom, word, words, "word+digits")}


def _has_digits(page: Page, word: str, words: Sequence[Word]) -> bool:
    """Whether the digits of ``word`` stand side by side, and no other digit beside them."""
    digits = "".join(filter(str.isdigit, word))
    seen = " ".join("".join(_digit(page, g) or " " for g in each.glyphs) for each in words)
    return not digits or re.search(rf"(?<![0-9]){digits}(?![0-9])", seen) is not None


def _digit(page: Page, glyph: Glyph) -> str | None:
    verdict = page.transcript.verdict(glyph)
    return verdict.digit if verdict.sure else None


def _range(page: Page, column: Column, words: Sequence[Word]) -> Values | Doubt:
    """``S15.750-I650.250`` or ``0.0 - 350.0``: two signed positions in mm."""
    glyphs = glyphs_of(words)
    ends: dict[str, Value] = {}
    rest: tuple[Glyph, ...] = tuple(glyphs)
    for name in ("scan_start_mm", "scan_end_mm"):
        found = _signed(page, column, rest, words)
        if found is None:
            return _unreadable(page, glyphs, column.name)
        ends[name], rest = found
        rest = rest[1:] if rest and mark(rest[0]) == "-" else rest
    return _unreadable(page, glyphs, column.name) if rest else ends


def _position(page: Page, column: Column, words: Sequence[Word]) -> Values | Doubt:
    """``-320.5``: one end of a scan range in mm."""
    found = _signed(page, column, glyphs_of(words), words)
    if found is None or found[1]:
        return _unreadable(page, glyphs_of(words), column.name)
    return {column.name: found[0]}


def _signed(
    page: Page, column: Column, glyphs: Sequence[Glyph], words: Sequence[Word]
) -> tuple[Value, tuple[Glyph, ...]] | None:
    """A position with its sign, and the glyphs behind it; None when it is not certain."""
    sign = _direction(page, column, glyphs[0]) if len(glyphs) > 1 else None
    if sign is None:
        return None
    unsigned = not column.directions and page.transcript.verdict(glyphs[0]).sure
    numeral = read_numeral(page, glyphs[not unsigned :], column.decimals, column.name)
    if not isinstance(numeral, Numeral):
        return None
    text = f"{sign:+d}"[0] + numeral.text
    value = sourced(page, sign * Decimal(numeral.text), text, words, numeral.readers)
    return value, numeral.rest


def _direction(page: Page, column: Column, glyph: Glyph) -> int | None:
    """The sign that the letter before a position stands for, or that stands before it itself."""
    if not column.directions:
        if mark(glyph) == "-":
            return -1
        return 1 if page.transcript.verdict(glyph).sure or is_plus(glyph) else None
    letter = page.transcript.letters(glyph)[:1]
    if letter.isdigit() and not _stands_out(page, glyph):
        return None
    seen = {folded(letter)}
    signs = {sign for letter, sign in (column.directions or {}).items() if folded(letter) in seen}
    return signs.pop() if len(signs) == 1 else None


def _stands_out(page: Page, glyph: Glyph) -> bool:
    """Whether what readers take for a digit has not the shape of that digit inside numbers."""
    judge = page.transcript.verdict
    pairs = (
        pair
        for line in page.transcript.lines
        for word in line.words
        for pair in pairwise(word.glyphs)
    )
    same = {
        right.shape_key
        for left, right in pairs
        if (judge(left).sure or mark(left) == ".") and judge(right).digit == judge(glyph).digit
    }
    return page.screen.lossless and bool(same) and glyph.shape_key not in same


def _unknown_word(page: Page, name: str, texts: set[str], words: Sequence[Word]) -> Doubt:
    return Doubt(
        Reason.CELL_UNREADABLE,
        f"{name} is none of the words this layout knows",
        name,
        tuple(("word", text) for text in sorted(texts)),
        page.screen.sop_instance_uid,
        around(word.box for word in words),
    )


def glyphs_of(words: Sequence[Word]) -> list[Glyph]:
    """The glyphs of several words, from left to right."""
    return [glyph for word in words for glyph in word.glyphs]


_READERS: Mapping[CellKind, Callable[[Page, Column, Sequence[Word]], Values | Doubt]] = {
    CellKind.SERIES: _series,
    CellKind.TYPE: _type,
    CellKind.TEXT: _text,
    CellKind.RANGE: _range,
    CellKind.POSITION: _position,
    CellKind.NUMBER: _number,
    CellKind.EXPOSURE: _exposure,
    CellKind.PHANTOM: _phantom,
}
