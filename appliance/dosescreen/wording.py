"""Comparing words that were read with words that are expected.

Only words: a header, a row type, a title. Numbers never go through here.

Every layout asks for its phrases on the same lines, so a screen's runs of words are put together
once, by length, and a phrase is compared only with texts that could be it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from weakref import WeakKeyDictionary

from appliance.dosescreen.segment import Line, Word
from appliance.dosescreen.transcript import Transcript

_LOOKALIKES = str.maketrans("i1|!][0q5$8¥vy", "lllllloossbvvv")
_DROPPED = str.maketrans("", "", " .:,;*(){}<>«»'\"`_-^~")
SHORT, MIDDLE = 2, 5
UNKNOWN = "?"
MOST_WORDS = 6
"""No phrase has more."""


@lru_cache(maxsize=1 << 12)
def folded(text: str) -> str:
    """``text`` without case, punctuation and the difference of characters that look alike."""
    return text.casefold().translate(_DROPPED).translate(_LOOKALIKES)


def distance(one: str, other: str) -> int:
    """Insertions, deletions and replacements from one text to the other."""
    row = list(range(len(other) + 1))
    for above, left in enumerate(one, start=1):
        previous, row[0] = row[0], above
        for at, right in enumerate(other, start=1):
            cheapest = min(row[at] + 1, row[at - 1] + 1, previous + (left != right))
            previous, row[at] = row[at], cheapest
    return row[-1]


@lru_cache(maxsize=1 << 12)
def _wrong(read: str, expected: str) -> int | None:
    """How many characters of folded texts differ; None for more than readers usually mistake."""
    allowed = _allowed(len(expected))
    if abs(len(read) - len(expected)) > allowed or _lacks(read, expected) > allowed:
        return None
    found = distance(read, expected)
    return found if found <= allowed else None


def _lacks(read: str, expected: str) -> int:
    """Different characters of ``expected`` that are not in ``read``: a bound of the distance."""
    return len(set(expected).difference(read))


def resembles(text: str, wanted: str) -> bool:
    """Whether ``text`` is ``wanted`` but for what readers usually mistake."""
    return _wrong(folded(text), folded(wanted)) is not None


def closest(texts: Iterable[str], wanted: Iterable[str]) -> str | None:
    """The one of ``wanted`` that some of ``texts`` resembles most; None when two are as near."""
    winners = nearest(texts, wanted)
    return winners[0] if len(winners) == 1 else None


def nearest(texts: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Those of ``wanted`` that some of ``texts`` resembles, and none more."""
    read = [folded(text) for text in texts]
    near: dict[str, int] = {}
    for each in wanted:
        found = [wrong for text in read if (wrong := _wrong(text, folded(each))) is not None]
        if found:
            near[each] = min(found)
    least = min(near.values(), default=0)
    return [each for each, wrong in near.items() if wrong == least]


def find_phrase(transcript: Transcript, line: Line, phrase: str) -> tuple[Word, ...] | None:
    """The words of ``line`` that read ``phrase``, side by side; None when it does not stand there.

    Tries every run of words, so a phrase that is printed or read as one word is found too.
    """
    best = min(runs(transcript, line, phrase), key=lambda run: run.rank, default=None)
    return line.words[best.start : best.end] if best else None


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """Words ``start`` to ``end`` of a line that read a phrase.

    ``wrong`` counts the characters that differ, ``length`` those of the phrase.
    """

    start: int
    end: int
    wrong: int
    length: int

    @property
    def rank(self) -> tuple[int, int]:
        """The least is what stands there: most characters as expected, then fewest words."""
        return 2 * self.wrong - self.length, self.end - self.start


def runs(transcript: Transcript, line: Line, phrase: str) -> Sequence[Run]:
    """Every run of words on ``line`` that reads ``phrase``, from left to right."""
    text = _text(transcript)
    if phrase not in text.runs:
        text.runs[phrase] = _runs(text, phrase)
    return text.runs[phrase].get(line, ())


_Place = tuple[Line, int, int]
"""A line, the first of some words on it, and the word after the last of them."""
_Spans = Mapping[int, Mapping[str, Sequence[_Place]]]


@dataclass(frozen=True, slots=True, eq=False)
class _Text:
    """What stands on a screen, folded.

    Attributes:
        whole: The texts of each line, reader by reader.
        spans: For every length the texts of words side by side, and where they are.
        runs: Where the phrases are that were looked for already.
    """

    whole: Mapping[Line, Sequence[str]]
    spans: _Spans
    runs: dict[str, Mapping[Line, Sequence[Run]]] = field(default_factory=dict)


_TEXTS: WeakKeyDictionary[Transcript, _Text] = WeakKeyDictionary()


def _text(transcript: Transcript) -> _Text:
    """The text of ``transcript``, put together when it is first asked for."""
    text = _TEXTS.get(transcript)
    if text is None:
        read = {
            line: [[folded(each) for each in _texts(transcript, word)] for word in line.words]
            for line in transcript.lines
        }
        whole = {
            line: ["".join(parts) for parts in _side_by_side(words)] for line, words in read.items()
        }
        text = _TEXTS[transcript] = _Text(whole, _spans(read))
    return text


def _runs(text: _Text, phrase: str) -> Mapping[Line, Sequence[Run]]:
    """The runs that read ``phrase``, line by line."""
    expected = folded(phrase)
    length, allowed = len(expected), _allowed(len(expected))
    longest = len(phrase.split()) + 1
    found: dict[Line, set[Run]] = defaultdict(set)
    for size in range(length - allowed, length + allowed + 1):
        for read, places in text.spans.get(size, {}).items():
            wrong = _wrong(read, expected)
            if wrong is not None:
                for line, start, end in places:
                    found[line].add(Run(start, end, wrong, length))
    return {
        line: sorted(run for run in each if run.end - run.start <= longest)
        for line, each in found.items()
    }


def _spans(read: Mapping[Line, Sequence[Sequence[str]]]) -> _Spans:
    spans: dict[int, dict[str, list[_Place]]] = defaultdict(lambda: defaultdict(list))
    for line, words in read.items():
        for start in range(len(words)):
            for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1):
                for parts in _side_by_side(words[start:end]):
                    text = "".join(parts)
                    spans[len(text)][text].append((line, start, end))
    return spans


def spelt(text: str) -> str:
    """``text`` with the letters that look alike as their neighbours have them: BRAIN, Helical."""
    text = re.sub(r"(?<=[a-z])I", "l", text)
    text = re.sub(r"(?<=[A-Z])[l1|](?=[A-Z])", "I", text)
    return re.sub(r"(?<=[A-Z])0(?=[A-Z])", "O", text)


def legible(text: str) -> str | None:
    """``text``, or None when a reader could not tell one of its characters."""
    return None if UNKNOWN in text else text


def says(transcript: Transcript, line: Line, phrase: str) -> bool:
    """Whether ``phrase`` stands somewhere in the text of ``line``, words run together or not."""
    expected = folded(phrase)
    size = len(expected)
    return any(
        _wrong(text[start : start + size], expected) is not None
        for text in _text(transcript).whole[line]
        if _lacks(text, expected) <= _allowed(size)
        for start in range(max(1, len(text) - size + 1))
    )


def joined(transcript: Transcript, words: Sequence[Word]) -> set[str]:
    """What a run of words may read, reader by reader."""
    return {" ".join(parts) for parts in _side_by_side([_texts(transcript, w) for w in words])}


def _texts(transcript: Transcript, word: Word) -> Sequence[str]:
    return transcript.texts(word) or ("",)


def _side_by_side(readings: Sequence[Sequence[str]]) -> set[tuple[str, ...]]:
    """The texts of words that stand side by side, reader by reader."""
    most = max(map(len, readings), default=0)
    return {tuple(texts[min(at, len(texts) - 1)] for texts in readings) for at in range(most)}


def _allowed(length: int) -> int:
    if length <= SHORT:
        return 0
    return 1 if length <= MIDDLE else 2
