"""The header over typed rows: its words put together to headings, and what stands under each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from appliance.dosescreen.headers import HEADER_REACH
from appliance.dosescreen.segment import Line, Word, around
from appliance.dosescreen.teaching.placement import RowPlace
from appliance.dosescreen.teaching.vocabulary import Vocabulary, strangeness
from appliance.dosescreen.transcript import Transcript
from appliance.dosescreen.wording import folded, resembles, spelt

JOINED = (1.2, 0.9, 0.65, 0.0)
"""Gaps between the words of one heading, in capital heights; the widest that works counts."""
UNREAD = "?"
"""Stands in a reading for a character that the reader does not know."""
LIKE_A_DOSE = ("ctdi", "dlp")


@dataclass(frozen=True, slots=True)
class Title:
    """A heading: where it stands, and the texts it may read."""

    left: int
    right: int
    texts: tuple[str, ...]

    def is_over(self, word: Word) -> bool:
        """Whether a word stands below it, not only nearest to it."""
        return word.box.left < self.right and word.box.right > self.left

    @property
    def slug(self) -> str:
        """The text as a name of letters and underscores; ``column`` where it has none."""
        return re.sub(r"[^a-z0-9]+", "_", self.texts[0].casefold()).strip("_") or "column"

    def is_one_of(self, known: Sequence[str]) -> bool:
        """Whether it reads like one of the ``known`` phrases, with or without a unit in it."""
        texts = [form for text in self.texts for form in (text, re.sub(r"[(\[].*", "", text))]
        return any(resembles(text, each) for text in texts if text for each in known)


@dataclass(frozen=True, slots=True)
class Head:
    """A header: headings from left to right, units, baselines of its first and its last line."""

    titles: tuple[Title, ...]
    units: tuple[str, ...]
    top: int
    bottom: int

    def cells(self, line: Line) -> dict[Title | None, tuple[Word, ...]]:
        """The words of ``line`` by the heading they stand nearest to; None: left of all."""
        found: dict[Title | None, tuple[Word, ...]] = {}
        for word in line.words:
            is_beside = word.box.right <= self.titles[0].left
            title = None if is_beside else min(self.titles, key=lambda each: _apart(each, word))
            found[title] = (*found.get(title, ()), word)
        return found


def heads(transcript: Transcript, rows: Sequence[RowPlace], words: Vocabulary) -> Iterator[Head]:
    """The header over ``rows``, its words put together in one way after the other."""
    first = rows[0].line
    above = [line for line in transcript.lines if line.baseline < first.baseline]
    anchor = _anchor(transcript, above)
    if anchor is None:
        return
    reach = HEADER_REACH * anchor.capital_px
    zone = [line for line in above if abs(line.baseline - anchor.baseline) <= reach]
    lines = {line: _naming(transcript, line, words) for line in zone}
    for gap in JOINED:
        titles = _titles(transcript, lines, anchor, gap)
        if titles:
            units = _units(transcript, zone, lines, titles, words)
            top = min(line.baseline for line in zone if line is anchor or lines[line])
            yield Head(titles, units, top, max(line.baseline for line in zone))


def _anchor(transcript: Transcript, above: Sequence[Line]) -> Line | None:
    """The nearest line above that names a dose."""
    for line in reversed(above):
        for word in line.words:
            texts = {folded(text) for text in transcript.texts(word)}
            if any(text.startswith(folded(dose)) for text in texts for dose in LIKE_A_DOSE):
                return line
    return None


def _naming(transcript: Transcript, line: Line, words: Vocabulary) -> list[Word]:
    """The words of a line that are no units; none of a line that is mostly units or numbers."""
    found = [word for word in line.words if not _is_unit(transcript, word, words)]
    numeric = sum(all(transcript.verdict(g).sure for g in word.glyphs) for word in found)
    units = len(line.words) - len(found)
    return [] if 2 * units >= len(line.words) or 2 * numeric >= len(line.words) else found


def _is_unit(transcript: Transcript, word: Word, words: Vocabulary) -> bool:
    texts = transcript.texts(word)
    if all(text[:1] in "([" and text[-1:] in ")]" for text in texts):
        return True
    is_heading = any(words.is_heading(text) for text in texts)
    return not is_heading and any(words.unit(text) for text in texts)


def _titles(
    transcript: Transcript, lines: Mapping[Line, Sequence[Word]], anchor: Line, gap: float
) -> tuple[Title, ...]:
    """Headings of the anchor's line, and of others where they stand beside those."""
    found = [*_runs(transcript, lines[anchor] or anchor.words, gap * anchor.capital_px)]
    for line, naming in lines.items():
        if line is not anchor:
            for title in _runs(transcript, naming, gap * line.capital_px):
                if all(title.right <= each.left or title.left >= each.right for each in found):
                    found.append(title)
    return tuple(sorted(found, key=lambda title: title.left))


def _runs(transcript: Transcript, words: Sequence[Word], gap: float) -> Iterator[Title]:
    run: list[Word] = []
    for word in words:
        if run and word.box.left - run[-1].box.right > gap:
            yield _title(transcript, run)
            run = []
        run.append(word)
    if run:
        yield _title(transcript, run)


def _title(transcript: Transcript, words: Sequence[Word]) -> Title:
    """A heading; of each reader's text of its words one variant."""
    texts = [transcript.texts(word) or ("",) for word in words]
    longest = max(map(len, texts))
    variants = (" ".join(each[min(at, len(each) - 1)] for each in texts) for at in range(longest))
    box = around(word.box for word in words)
    told: dict[str, str] = {}
    whole = [each for each in variants if folded(each) and UNREAD not in each]
    for variant in sorted(whole, key=strangeness):
        told.setdefault(folded(variant), spelt(variant.strip()))
    return Title(box.left, box.right, tuple(told.values()) or (UNREAD,))


def _units(
    transcript: Transcript,
    zone: Sequence[Line],
    lines: Mapping[Line, Sequence[Word]],
    titles: Sequence[Title],
    words: Vocabulary,
) -> tuple[str, ...]:
    """Units, and whatever else stands above or below a heading."""
    named = " ".join(text for title in titles for text in title.texts)
    found: dict[str, None] = {}
    for word in (word for line in zone for word in line.words):
        texts = [spelt(text) for text in transcript.texts(word) if folded(text)]
        is_unit = not any(word in naming for naming in lines.values())
        if is_unit or not any(text in named for text in texts):
            known = next(filter(None, map(words.unit, texts)), None)
            found |= dict.fromkeys([f"({known})"] if known else texts)
    return tuple(found)


def _shared(title: Title, word: Word) -> int:
    return min(title.right, word.box.right) - max(title.left, word.box.left)


def _apart(title: Title, word: Word) -> tuple[int, int]:
    """How far a word stands from a heading: the gap, then less for more overlap."""
    gap = max(title.left - word.box.right, word.box.left - title.right, 0)
    return gap, -_shared(title, word)
