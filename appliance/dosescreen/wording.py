"""Comparing words that were read with words that are expected.

Only words: a header, a row type, a title. Numbers never go through here.
"""

import re
from collections.abc import Iterable, Sequence

from appliance.dosescreen.segment import Line, Word
from appliance.dosescreen.transcript import Transcript

_LOOKALIKES = str.maketrans("i1|!][0q5$8¥vy", "lllllloossbvvv")
_DROPPED = str.maketrans("", "", " .:,;*()'\"`_-^~")
SHORT, MIDDLE = 2, 5


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


def resembles(text: str, wanted: str) -> bool:
    """Whether ``text`` is ``wanted`` but for what readers usually mistake."""
    read, expected = folded(text), folded(wanted)
    return distance(read, expected) <= _allowed(len(expected))


def closest(texts: Iterable[str], wanted: Iterable[str]) -> str | None:
    """The one of ``wanted`` that some of ``texts`` resembles most; None when two are as near."""
    read = [folded(text) for text in texts]
    near: dict[str, int] = {}
    for each in wanted:
        best = min((distance(text, folded(each)) for text in read), default=99)
        if best <= _allowed(len(folded(each))):
            near[each] = best
    if not near:
        return None
    least = min(near.values())
    winners = [each for each, steps in near.items() if steps == least]
    return winners[0] if len(winners) == 1 else None


def find_phrase(transcript: Transcript, line: Line, phrase: str) -> tuple[Word, ...] | None:
    """The words of ``line`` that read ``phrase``, side by side; None when it does not stand there.

    Tries every run of words, so a phrase that is printed or read as one word is found too.
    """
    expected = folded(phrase)
    longest = len(phrase.split()) + 1
    best: tuple[int, tuple[Word, ...]] | None = None
    for start in range(len(line.words)):
        for end in range(start + 1, min(start + longest, len(line.words)) + 1):
            run = line.words[start:end]
            steps = min(distance(folded(text), expected) for text in joined(transcript, run))
            if steps <= _allowed(len(expected)) and (best is None or steps < best[0]):
                best = steps, run
    return best[1] if best else None


def spelt(text: str) -> str:
    """``text`` with a capital I among small letters as the small l that it is."""
    return re.sub(r"(?<=[a-z])I(?=[a-z]|\b)", "l", text)


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
