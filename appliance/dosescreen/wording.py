"""Comparing words that were read with words that are expected.

Only words: a header, a row type, a title. Numbers never go through here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from appliance.dosescreen.segment import Line, Word
from appliance.dosescreen.transcript import Transcript

_LOOKALIKES = str.maketrans("i1|!][0q5$8¥vy", "lllllloossbvvv")
_DROPPED = str.maketrans("", "", " .:,;*(){}<>«»'\"`_-^~")
SHORT, MIDDLE = 2, 5
MOST_WORDS = 6
"""No phrase has more."""


def folded(text: str) -> str:
    """``text`` without case, punctuation and the difference of characters that look alike."""
    return text.casefold().translate(_DROPPED).translate(_LOOKALIKES)


@lru_cache(maxsize=1 << 16)
def distance(one: str, other: str) -> int:
    """Insertions, deletions and replacements from one text to the other."""
    row = list(range(len(other) + 1))
    for above, left in enumerate(one, start=1):
        previous, row[0] = row[0], above
        for at, right in enumerate(other, start=1):
            cheapest = min(row[at] + 1, row[at - 1] + 1, previous + (left != right))
            previous, row[at] = row[at], cheapest
    return row[-1]


def resembles(text: str, wanted: str) -> bool:
    """Whether ``text`` is ``wanted`` but for what readers usually mistake."""
    read, expected = folded(text), folded(wanted)
    return distance(read, expected) <= _allowed(len(expected))


def closest(texts: Iterable[str], wanted: Iterable[str]) -> str | None:
    """The one of ``wanted`` that some of ``texts`` resembles most; None when two are as near."""
    winners = nearest(texts, wanted)
    return winners[0] if len(winners) == 1 else None


def nearest(texts: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Those of ``wanted`` that some of ``texts`` resembles, and none more."""
    read = [folded(text) for text in texts]
    near: dict[str, int] = {}
    for each in wanted:
        best = min((distance(text, folded(each)) for text in read), default=99)
        if best <= _allowed(len(folded(each))):
            near[each] = best
    least = min(near.values(), default=0)
    return [each for each, wrong in near.items() if wrong == least]


def find_phrase(transcript: Transcript, line: Line, phrase: str) -> tuple[Word, ...] | None:
    """The words of ``line`` that read ``phrase``, side by side; None when it does not stand there.

    Tries every run of words, so a phrase that is printed or read as one word is found too.
    """
    best = min(runs(transcript, line, phrase), key=lambda run: run.rank, default=None)
    return line.words[best.start : best.end] if best else None


@dataclass(frozen=True, slots=True)
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


def runs(transcript: Transcript, line: Line, phrase: str) -> Iterator[Run]:
    """Every run of words on ``line`` that reads ``phrase``."""
    expected = folded(phrase)
    length, allowed = len(expected), _allowed(len(expected))
    longest = len(phrase.split()) + 1
    for start, end, text in _spans(transcript, line):
        if end - start <= longest and abs(len(text) - length) <= allowed:
            wrong = distance(text, expected)
            if wrong <= allowed:
                yield Run(start, end, wrong, length)


@lru_cache(maxsize=512)  # a few screens: every layout asks for the same lines
def _spans(transcript: Transcript, line: Line) -> tuple[tuple[int, int, str], ...]:
    """First word, word after the last, and text of every run on ``line``, as readers read it."""
    return tuple(
        (start, end, text)
        for start in range(len(line.words))
        for end in range(start + 1, min(start + MOST_WORDS, len(line.words)) + 1)
        for text in {folded(each) for each in joined(transcript, line.words[start:end])}
    )


def spelt(text: str) -> str:
    """``text`` with a capital I among small letters as the small l that it is."""
    return re.sub(r"(?<=[a-z])I", "l", text)


def says(transcript: Transcript, line: Line, phrase: str) -> bool:
    """Whether ``phrase`` stands somewhere in the text of ``line``, words run together or not."""
    expected = folded(phrase)
    allowed = _allowed(len(expected))
    for text in map(folded, joined(transcript, line.words)):
        for start in range(max(1, len(text) - len(expected) + 1)):
            if distance(text[start : start + len(expected)], expected) <= allowed:
                return True
    return False


def joined(transcript: Transcript, words: Sequence[Word]) -> set[str]:
    """What a run of words may read, reader by reader."""
    readings = [transcript.texts(word) or ("",) for word in words]
    longest = max((len(texts) for texts in readings), default=0)
    return {" ".join(texts[min(at, len(texts) - 1)] for texts in readings) for at in range(longest)}


def _allowed(length: int) -> int:
    if length <= SHORT:
        return 0
    return 1 if length <= MIDDLE else 2
