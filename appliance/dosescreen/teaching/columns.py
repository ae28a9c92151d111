"""Columns: which heading stands over which typed values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dosescreen.cells import OPENING
from appliance.dosescreen.marks import mark
from appliance.dosescreen.segment import Line
from appliance.dosescreen.teaching.head import Head, Title, heads
from appliance.dosescreen.teaching.meanings import Meanings
from appliance.dosescreen.teaching.placement import DOSES, NUMBERS, RowPlace
from appliance.dosescreen.teaching.vocabulary import Vocabulary
from appliance.dosescreen.transcript import Transcript
from appliance.errors import RefusedError

LONG_WORD = 3
"""Letters behind a number from which on they are a word, and not the mark of a legend."""
Taken = dict[Title | None, str]
"""The field of each heading that is spoken for."""


@dataclass(slots=True)
class Columns:
    """The columns of a draft, and the words in their cells.

    ``top`` is the baseline of the header's first line.
    """

    columns: list[dict[str, Any]]
    units: Sequence[str]
    top: int
    types: Mapping[str, CTAcquisitionType] = field(default_factory=dict)
    phantoms: Mapping[str, Phantom] = field(default_factory=dict)
    suffixes: dict[str, Phantom] = field(default_factory=dict)
    marked: bool = False


def drafted_columns(transcript: Transcript, rows: Sequence[RowPlace], words: Vocabulary) -> Columns:
    """The columns that the typed rows stand in.

    Headings are put together from words as far apart as they may be, and from closer ones where two
    values would come under one heading. Raises RefusedError when a value has no heading.
    """
    failure = RefusedError("no header that names a dose was found over the rows")
    for head in heads(transcript, rows, words):
        try:
            return _Drafting(transcript, rows, words, head).columns()
        except RefusedError as refused:
            failure = refused
    raise failure


class _Drafting:
    """One attempt, with headings put together in one way."""

    def __init__(
        self, transcript: Transcript, rows: Sequence[RowPlace], words: Vocabulary, head: Head
    ) -> None:
        self._transcript = transcript
        self._rows = rows
        self._words = words
        self._head = head
        self._cells = [head.cells(row.line) for row in rows]

    def columns(self) -> Columns:
        found = Columns([], self._head.units, self._head.top)
        numbers = self._numbers()
        taken: Taken = {title: name for name, title in numbers.items()}
        meanings = Meanings(self._transcript, self._rows, self._words, self._cells)
        free = [title for title in (None, *self._head.titles) if title not in taken]
        texts = meanings.columns(free)
        found.types, found.phantoms = texts.types, texts.phantoms
        drafts = {title: self._number(found, name, title) for name, title in numbers.items()}
        for title, (name, kind) in texts.kinds.items():
            drafts[title] = {"name": name, "headers": _headers(title), "kind": str(kind)}
        if "label" not in {name for name, _ in texts.kinds.values()}:
            for draft in drafts.values():
                if draft["kind"] == "type":
                    draft["labels"] = True
        self._expect_coded(found)
        self._require(drafts)
        drafts |= {each: _ignored(each) for each in self._head.titles if each not in drafts}
        found.columns = [drafts[title] for title in sorted(drafts, key=_left)]
        return found

    def _numbers(self) -> dict[str, Title | None]:
        """For every typed field the heading over all its values; each heading once."""
        names = [name for name in NUMBERS if any(name in row.candidates for row in self._rows)]
        options = {name: self._options(name) for name in names}
        for name, titles in options.items():
            if not titles:
                raise RefusedError("its typed values stand under no one heading", name)
        chosen = _choice(sorted(names, key=lambda name: len(options[name])), options)
        if chosen is None:
            raise RefusedError(f"{', '.join(names)} do not stand under headings of their own")
        return {name: chosen[name] for name in names}

    def _options(self, name: str) -> list[Title | None]:
        """Headings that have the typed value in every row, those of a known name first."""
        known = self._words.headings.get(name, ())
        titles = [
            title
            for title in (None, *self._head.titles)
            if all(
                cells.get(title, (None,))[0] in row.candidates[name]
                for row, cells in zip(self._rows, self._cells, strict=True)
                if name in row.candidates
            )
        ]
        return sorted(titles, key=lambda title: not (title and title.is_one_of(known)))

    def _number(self, found: Columns, name: str, title: Title | None) -> dict[str, Any]:
        values = [getattr(row.event, name) for row in self._rows if name in row.candidates]
        column: dict[str, Any] = {"name": name, "headers": _headers(title), "kind": "number"}
        if name == "series":
            lettered = any(character.isalpha() for value in values for character in value.text)
            return column | {"kind": "series"} | ({"lettered": True} if lettered else {})
        column["decimals"] = sorted({len(value.text.partition(".")[2]) for value in values})
        if name in DOSES:
            column["anchor"] = True
        behind = self._behind(name, title)
        if name == "exposure_mas" and any("/" in text for text, _ in behind):
            column["kind"] = "exposure"
        if name == "ctdi_vol_mgy":
            self._suffixes(found, column, behind)
        return column

    def _behind(self, name: str, title: Title | None) -> list[tuple[str, Phantom | None]]:
        """What stands behind each number in its cell, and the phantom that was typed of the row."""
        found = []
        for row, cells in zip(self._rows, self._cells, strict=True):
            if name in row.candidates:
                typed = getattr(row.event, name).text
                glyphs = [glyph for word in cells[title] for glyph in word.glyphs][len(typed) :]
                text = "".join(mark(g) or self._transcript.letters(g)[:1] or "?" for g in glyphs)
                found.append((text, row.event.phantom.value if row.event.phantom else None))
        return found

    def _suffixes(
        self, found: Columns, column: dict[str, Any], behind: Sequence[tuple[str, Phantom | None]]
    ) -> None:
        """Words in brackets that name the phantom, or marks that a legend explains."""
        for text, phantom in behind:
            word = text.strip(f"{OPENING})]}}")
            if phantom is not None and len(word) >= LONG_WORD:
                found.suffixes[word] = phantom
            elif word:
                found.marked = column["marked"] = True

    def _expect_coded(self, found: Columns) -> None:
        """Raise RefusedError when a type or a phantom was typed that no column tells."""
        events = [row.event for row in self._rows]
        told = found.phantoms or found.suffixes or found.marked
        for name, is_told in (("acquisition_type", found.types), ("phantom", told)):
            if any(getattr(event, name) for event in events) and not is_told:
                what = "no column's words go together with what was typed of it"
                raise RefusedError(what, name, "correct what was typed, or leave it out")

    def _require(self, drafts: Mapping[Title | None, dict[str, Any]]) -> None:
        """Columns that every row down to the last typed one has something in."""
        rows = [self._head.cells(line) for line in self._body(drafts)]
        for title, draft in drafts.items():
            if all(title in row for row in rows):
                draft["required"] = True

    def _body(self, drafts: Mapping[Title | None, dict[str, Any]]) -> list[Line]:
        """The typed rows, and lines among them that stand in a column that makes a row."""
        top, bottom = self._head.bottom, self._rows[-1].line.baseline
        titles = {
            title
            for title, each in drafts.items()
            if each.get("anchor") or each["kind"] == "series"
        }
        return [
            line
            for line in self._transcript.lines
            if top < line.baseline <= bottom and self._stands_in(line, titles)
        ]

    def _stands_in(self, line: Line, titles: set[Title | None]) -> bool:
        return any(title and title.is_over(word) for title in titles for word in line.words)


def _choice(
    names: Sequence[str], options: Mapping[str, Sequence[Title | None]]
) -> dict[str, Title | None] | None:
    """One heading a name, no heading twice; None when there is no such choice."""
    if not names:
        return {}
    for title in options[names[0]]:
        others = {name: [each for each in options[name] if each != title] for name in names[1:]}
        rest = _choice(names[1:], others)
        if rest is not None:
            return {names[0]: title, **rest}
    return None


def _left(title: Title | None) -> int:
    return title.left if title else -1


def _headers(title: Title | None) -> list[str]:
    return list(title.texts) if title else []


def _ignored(title: Title) -> dict[str, Any]:
    return {"name": title.slug, "headers": list(title.texts), "kind": "ignored", "optional": True}
