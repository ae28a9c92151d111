"""What the words in cells mean: types, phantoms, names of scans.

A word is taught only where a column's words and the typed codes go together without exception, and
something else speaks for it: the heading, words that are known already, or a diameter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from appliance.dose.coded import Coded, CTAcquisitionType, Phantom
from appliance.dosescreen.layout import CellKind
from appliance.dosescreen.segment import Word
from appliance.dosescreen.teaching.head import Title
from appliance.dosescreen.teaching.placement import RowPlace
from appliance.dosescreen.teaching.vocabulary import Vocabulary, strangeness
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import closest, folded, joined, nearest, resembles, spelt
from appliance.errors import RefusedError

C = TypeVar("C", bound=Coded)
DIAMETERS = {Phantom.BODY32: "32", Phantom.HEAD16: "16"}
NAMES = {Phantom.BODY32: ("Body", "BODY", "body"), Phantom.HEAD16: ("Head", "HEAD", "head")}


@dataclass(slots=True)
class Texts:
    """Headings of columns of words, each with its field and kind, and what the words mean."""

    kinds: dict[Title | None, tuple[str, CellKind]] = field(default_factory=dict)
    types: dict[str, CTAcquisitionType] = field(default_factory=dict)
    phantoms: dict[str, Phantom] = field(default_factory=dict)


class Meanings:
    """The words of typed rows, and what was typed of them."""

    def __init__(
        self,
        transcript: Transcript,
        rows: Sequence[RowPlace],
        words: Vocabulary,
        cells: Sequence[Mapping[Title | None, tuple[Word, ...]]],
    ) -> None:
        self._transcript = transcript
        self._events = [row.event for row in rows]
        self._words = words
        self._cells = cells

    def columns(self, free: Sequence[Title | None]) -> Texts:
        """The columns of words among the ``free`` headings."""
        said = {title: texts for title in free if any(texts := self._said(title))}
        found = Texts()
        phantoms = [event.phantom.value if event.phantom else None for event in self._events]
        types = [e.acquisition_type.value if e.acquisition_type else None for e in self._events]
        of_phantoms = self._coded(said, phantoms, "phantom", self._words.phantoms)
        if of_phantoms:
            title, seen = of_phantoms
            found.phantoms = dict(_of_other(seen)) | seen
            found.kinds[title] = "phantom", CellKind.PHANTOM
            del said[title]
        of_types = self._coded(said, types, "acquisition_type", self._words.types)
        if of_types:
            title, found.types = of_types
            found.kinds[title] = "acquisition_type", CellKind.TYPE
            del said[title]
        named = [title for title, texts in said.items() if self._is_label(texts)]
        found.kinds |= dict.fromkeys(named[:1], ("label", CellKind.TEXT))
        return found

    def _coded(
        self,
        said: Mapping[Title | None, Sequence[str]],
        codes: Sequence[C | None],
        name: str,
        known: Mapping[str, C],
    ) -> tuple[Title | None, dict[str, C]] | None:
        """The column that prints what was typed as ``codes``, and what its words mean."""
        best: tuple[int, Title | None, dict[str, C]] | None = None
        for title, texts in said.items():
            words = _meanings(texts, codes, known)
            likeness = self._likeness(title, texts, codes, name, known) if words else 0
            if words and likeness > (best[0] if best else 0):
                best = likeness, title, words
        if best is None:
            return None
        _, title, words = best
        for text, code in words.items():
            _expect_nothing_else(text, code, known, name)
        return title, words

    def _likeness(
        self,
        title: Title | None,
        texts: Sequence[str],
        codes: Sequence[C | None],
        name: str,
        known: Mapping[str, C],
    ) -> int:
        """How much speaks for a column besides that its words and the codes go together."""
        pairs = [(text, code) for text, code in zip(texts, codes, strict=True) if code is not None]
        agreeing = sum({known[word] for word in nearest([t], known)} == {code} for t, code in pairs)
        measured = sum(
            isinstance(code, Phantom) and DIAMETERS[code] == "".join(filter(str.isdigit, text))
            for text, code in pairs
        )
        named = title is not None and title.is_one_of(self._words.headings.get(name, ()))
        return 2 * agreeing + 2 * measured + named

    def _is_label(self, texts: Sequence[str]) -> bool:
        """Whether a column prints what was typed as the scans' names."""
        labels = [event.label.text if event.label else "" for event in self._events]
        return any(labels) and all(
            resembles(text, label) for text, label in zip(texts, labels, strict=True) if label
        )

    def _said(self, title: Title | None) -> list[str]:
        """The text of each row's cell, of several readings the plainest."""
        return [
            spelt(min(joined(self._transcript, cells.get(title, ())) or {""}, key=strangeness))
            for cells in self._cells
        ]


def _meanings(
    texts: Sequence[str], codes: Sequence[C | None], known: Mapping[str, C]
) -> dict[str, C] | None:
    """Text → code; None when a text goes with two codes, a code has none, or nothing was typed."""
    found: dict[str, C] = {}
    for text, code in zip(texts, codes, strict=True):
        if code is None:
            continue
        if not folded(text):
            return None
        word = closest([text], found) or _known(text, code, known)
        if found.setdefault(word, code) is not code:
            return None
    return found or None


def _of_other(seen: Mapping[str, Phantom]) -> Iterator[tuple[str, Phantom]]:
    """Words as they are printed for the other phantom: ``Body(32cm)`` is ``Head(16cm)`` there.

    Only where a word is the diameter and nothing else that tells phantoms apart.
    """
    for word, phantom in seen.items():
        if DIAMETERS[phantom] in word:
            (other,) = set(DIAMETERS) - {phantom}
            swapped = word.replace(DIAMETERS[phantom], DIAMETERS[other])
            for one, another in zip(NAMES[phantom], NAMES[other], strict=True):
                swapped = swapped.replace(one, another)
            plain = "".join(filter(str.isalpha, word)).casefold().replace("cm", "")
            if not plain or swapped.replace(DIAMETERS[other], DIAMETERS[phantom]) != word:
                yield swapped, other


def _expect_nothing_else(text: str, code: C, known: Mapping[str, C], name: str) -> None:
    """Raise RefusedError for a word that is known, or measured, to mean something else."""
    meanings = {known[word] for word in nearest([text], known)}
    digits = "".join(filter(str.isdigit, text))
    measured = {phantom for phantom, each in DIAMETERS.items() if each == digits}
    if (meanings and code not in meanings) or (
        isinstance(code, Phantom) and measured and code not in measured
    ):
        what = f"{text!r} stands where {code.name} was typed"
        raise RefusedError(what, name, "correct what was typed, or leave it out")


def _known(text: str, code: C, known: Mapping[str, C]) -> str:
    """The known word that was misread as ``text``, or the text."""
    same = [word for word in known if folded(word) == folded(text) and known[word] is code]
    return same[0] if same else text
