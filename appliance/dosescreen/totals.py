"""The totals on a dose screen: a phrase, perhaps a unit, and the number behind it.

A number may also stand phantom by phantom: ``DLP(mGycm) (Head):624.2 (Body):-``. The total is then
the plain sum of its parts as printed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from appliance.dose.coded import Phantom
from appliance.dose.doubt import Doubt, Reason
from appliance.dose.record import Number
from appliance.dosescreen.cells import Numeral, Page, glyphs_of, opens, read_numeral, sourced
from appliance.dosescreen.headings import is_unit
from appliance.dosescreen.layout import Total
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Glyph, Line, Word
from appliance.dosescreen.wording import Run, closest, folded, runs

LABEL_LETTERS = 8
"""A phantom's word before a colon is looked for among so many characters."""
WORSE = 1
"""Where a phrase stands as it should, one with more wrong characters is another word."""
COLONS = (":", "=")
NOT_CLEAR = "is printed by phantom, which is which is not clear"


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals on a screen, by record field.

    Attributes:
        numbers: Totals that are printed.
        by_phantom: The parts of the total DLP, where it is printed phantom by phantom.
        dashed: Totals that are printed as dashes.
        alone: Totals that stand on a line of their own.
    """

    numbers: Mapping[str, Number] = field(default_factory=dict)
    by_phantom: Mapping[Phantom, Number] = field(default_factory=dict)
    dashed: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()

    def texts(self) -> dict[str, str]:
        """Every total as its text; a dash for dashes."""
        return dict.fromkeys(self.dashed, "-") | {
            name: number.text for name, number in self.numbers.items()
        }


@dataclass(frozen=True, slots=True)
class _Print:
    """One print of a total: None for dashes."""

    total: Total
    number: Number | None
    parts: Mapping[Phantom, Number]
    alone: bool


def read_totals(page: Page) -> tuple[Totals, list[Doubt]]:
    """Every total of the layout that stands on the page, and what is not certain about them."""
    found = list(_prints(page))
    doubts = [each for each in found if isinstance(each, Doubt)]
    prints = [each for each in found if isinstance(each, _Print)]
    named = {each.total.name for each in prints}
    chosen: dict[str, _Print] = {}
    for each in prints:
        name = each.total.instead_of or each.total.name
        if each.total.instead_of in named:
            continue
        earlier = chosen.setdefault(name, each)
        if _text(earlier.number) != _text(each.number):
            doubts.append(_two_totals(page, name, earlier, each))
    totals = Totals(
        {name: each.number for name, each in chosen.items() if each.number is not None},
        {phantom: part for each in chosen.values() for phantom, part in each.parts.items()},
        frozenset(name for name, each in chosen.items() if each.number is None),
        frozenset(name for name, each in chosen.items() if each.alone),
    )
    return totals, doubts


def _prints(page: Page) -> Iterator[_Print | Doubt]:
    """Every print of a total, line by line."""
    standing = [
        (line, total, run) for line in page.transcript.lines for total, run in _on(page, line)
    ]
    least: dict[str, int] = {}
    for _, total, run in standing:
        least[total.name] = min(run.wrong, least.get(total.name, run.wrong))
    for line, total, run in standing:
        after = line.words[run.end :]
        if not after or run.wrong - least[total.name] > WORSE:
            continue
        printed = _read(page, total, line, after)
        if isinstance(printed, _Print):
            yield replace(printed, alone=printed.alone and run.start == 0)
        elif printed is not None:
            yield printed


def _on(page: Page, line: Line) -> Iterator[tuple[Total, Run]]:
    """The totals whose phrases stand on a line; of phrases that overlap, the longest."""
    found = [
        (total, run)
        for total in page.layout.totals
        for phrase in total.phrases
        for run in runs(page.transcript, line, phrase)
    ]
    taken: list[Run] = []
    for total, run in sorted(found, key=lambda pair: pair[1].rank):
        if all(run.start >= other.end or other.start >= run.end for other in taken):
            taken.append(run)
            yield total, run


def _read(page: Page, total: Total, line: Line, words: Sequence[Word]) -> _Print | Doubt | None:
    if total.by_phantom:
        parts = _parts(page, total, words)
        if isinstance(parts, Doubt):
            return parts
        if parts is not None:
            return _Print(total, _sum(page, parts, words), _printed(parts), alone=True)
        colons = sum(_is_colon(page, glyph) for glyph in glyphs_of(words))
        if colons > 1:
            return _doubt(page, Reason.CELL_UNREADABLE, total.name, NOT_CLEAR)
        if not colons and not page.transcript.verdict(words[0].glyphs[0]).sure:
            return None
    found = _number(page, total, words)
    if found is None or isinstance(found, Doubt):
        return found
    alone = found.origin.box is not None and found.origin.box.right == line.box.right
    return _Print(total, found, {}, alone=alone)


def _number(page: Page, total: Total, words: Sequence[Word]) -> Number | Doubt | None:
    """The number that ``words`` begin with; a unit may stand before it, or behind it.

    None when nothing stands there.
    """
    glyphs = glyphs_of(words)
    colon = next((at for at, glyph in enumerate(glyphs) if _is_colon(page, glyph)), None)
    if not page.transcript.verdict(glyphs[0]).sure:
        if colon is not None:
            glyphs = glyphs[colon + 1 :]
        elif is_unit(page.transcript, page.layout, words[0]):
            glyphs = glyphs_of(words[1:])
    if not glyphs:
        return None
    numeral = read_numeral(page, glyphs, total.decimals, total.name)
    if isinstance(numeral, Doubt):
        return numeral
    if numeral.rest and not _begins_a_unit(page, numeral.rest[0], words):
        return _doubt(page, Reason.CELL_UNREADABLE, total.name, "has more characters")
    return _value(page, glyphs, numeral)


def _parts(
    page: Page, total: Total, words: Sequence[Word]
) -> dict[Phantom, Number | None] | Doubt | None:
    """The number or dash behind each phantom's word; None when no such word stands there."""
    glyphs = glyphs_of(words)
    colons = [at for at, glyph in enumerate(glyphs) if _is_colon(page, glyph)]
    labels = {at: label for at in colons if (label := _label(page, total, glyphs, at))}
    if not labels:
        return None
    unclear = _doubt(page, Reason.CELL_UNREADABLE, total.name, NOT_CLEAR)
    parts: dict[Phantom, Number | None] = {}
    for at, phantom in labels.items():
        following = min((other for other in labels if other > at), default=len(glyphs))
        value = _part(page, total, glyphs[at + 1 : following], last=following == len(glyphs))
        if phantom in parts or isinstance(value, Doubt):
            return value if isinstance(value, Doubt) else unclear
        parts[phantom] = value
    return parts if set(parts) == set((total.by_phantom or {}).values()) else unclear


def _is_colon(page: Page, glyph: Glyph) -> bool:
    """Whether it is a colon or an equals sign by geometry, or ink that readers take for one."""
    sign = mark(glyph)
    return sign in COLONS or (sign is None and page.transcript.letters(glyph)[:1] in COLONS)


def _label(page: Page, total: Total, glyphs: Sequence[Glyph], colon: int) -> Phantom | None:
    """The phantom whose word ends before the colon."""
    letters = [page.transcript.letters(glyph)[:1] for glyph in glyphs[:colon]][-LABEL_LETTERS:]
    ends = ("".join(letters[at:]) for at in range(len(letters)))
    words = total.by_phantom or {}
    known = closest(ends, words)
    return words[known] if known else None


def _part(
    page: Page, total: Total, glyphs: Sequence[Glyph], *, last: bool
) -> Number | Doubt | None:
    """The number, or None for a dash; before the next phantom's word only that may follow."""
    if glyphs and mark(glyphs[0]) == "-":
        return None
    numeral = read_numeral(page, glyphs, total.decimals, total.name)
    if isinstance(numeral, Doubt):
        return numeral
    if last == bool(numeral.rest) or (numeral.rest and not opens(page, numeral.rest[0])):
        return _doubt(page, Reason.CELL_UNREADABLE, total.name, "has more characters")
    return _value(page, glyphs, numeral)


def _sum(
    page: Page, parts: Mapping[Phantom, Number | None], words: Sequence[Word]
) -> Number | None:
    printed = list(_printed(parts).values())
    if not printed:
        return None
    value = sum((part.value for part in printed), Decimal(0))
    readers = "+".join(sorted({each for p in printed for each in p.origin.detail.split("+")}))
    number: Any = sourced(page, value, str(value), words, readers)
    found: Number = number
    return found


def _printed(parts: Mapping[Phantom, Number | None]) -> dict[Phantom, Number]:
    return {phantom: part for phantom, part in parts.items() if part is not None}


def _value(page: Page, glyphs: Sequence[Glyph], numeral: Numeral) -> Number:
    digits = [Word(tuple(glyphs[: len(glyphs) - len(numeral.rest)]))]
    found: Any = sourced(page, Decimal(numeral.text), numeral.text, digits, numeral.readers)
    number: Number = found
    return number


def _begins_a_unit(page: Page, glyph: Glyph, words: Sequence[Word]) -> bool:
    """Whether what follows a number is a word of its own, or a unit written close to it."""
    word = next(word for word in words if glyph in word.glyphs)
    texts = [folded(text) for text in page.transcript.texts(word)]
    units = [folded(unit) for unit in page.layout.unit_words]
    return word.glyphs[0] is glyph or any(
        text.endswith(unit) for text in texts for unit in units if len(unit) > 1
    )


def _two_totals(page: Page, name: str, one: _Print, other: _Print) -> Doubt:
    detail = f"is printed as {_text(one.number)} and as {_text(other.number)}"
    return _doubt(page, Reason.TOTAL_MISMATCH, name, detail)


def _text(number: Number | None) -> str:
    return number.text if number else "-"


def _doubt(page: Page, reason: Reason, name: str, detail: str) -> Doubt:
    uid = page.screen.sop_instance_uid
    return Doubt(reason, f"{name} {detail}", name, sop_instance_uid=uid)
