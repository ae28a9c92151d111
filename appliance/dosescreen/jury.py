"""Whom to believe: several readings of the same shapes become verdicts.

On one screen equal pixels are equal characters, so every occurrence of a shape votes. A digit is
sure when two independent readers name it, or one with which it was settled before, and none names
another one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from statistics import fmean as mean

from appliance.dose.record import Box
from appliance.dosescreen.marks import mark
from appliance.dosescreen.readers import Readings
from appliance.dosescreen.readers.network import placed_on
from appliance.dosescreen.segment import Glyph, Line, Word

DIGITS = "0123456789"
ALIKE = {"O": "0", "o": "0", "I": "1", "l": "1", "|": "1", "!": "1"}
"""What anybody may call a digit that looks the same in some fonts, where a number stands."""
LOOKS_LIKE = ALIKE | {"]": "1", "[": "1", "Z": "2", "z": "2", "S": "5", "s": "5", "$": "5"}
LOOKS_LIKE |= {"B": "8", "g": "9", "b": "6"}
"""What a reader of text may call a digit; one that sees places knows these better."""
MAJORITY = 0.6
READERS_NEEDED = 2
MOST_DOUBT = 0.03
"""Of a sure digit all readers together doubt less: the product of what each is uncertain by.

Of 13,728 digits in fonts the networks had not seen, harmed as on their way, this leaves 97.3 % sure
and none of them wrong; 0.05 would be 98.1 % and two wrong.
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a glyph is where a number stands.

    Attributes:
        digit: The digit, or None when nobody names one or the readers differ.
        readers: The readers that agree on it, ``fine+glyphs``.
        sure: Whether it may be used without a person.
        readings: What each reader said.
    """

    digit: str | None
    readers: str
    sure: bool
    readings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Jury:
    """Everything that the readers of one screen said, and what follows from it."""

    readings: tuple[Readings, ...]

    def texts(self, word: Word) -> tuple[str, ...]:
        """The texts a word may be; of one put together, those of its parts."""
        found = self._texts.get(word.box)
        if found is not None:
            return found
        boxes = sorted((box for box in self._texts if _inside(box, word.box)), key=_left)
        parts = [self._texts[box] for box in boxes]
        longest = max(map(len, parts), default=0)
        return tuple(
            "".join(each[min(at, len(each) - 1)] for each in parts) for at in range(longest)
        )

    def verdict(self, glyph: Glyph) -> Verdict:
        """What ``glyph`` is, if it is a digit."""
        key = glyph.shape_key, glyph.capital_px
        if key not in self._verdicts:
            self._verdicts[key] = self._judged(glyph)
        return self._verdicts[key]

    def _judged(self, glyph: Glyph) -> Verdict:
        votes = self._votes[glyph.shape_key]
        named = {
            reader: _exact(counts)
            if reader in self._exact_readers
            else _majority(counts, ALIKE if reader in self._seeing_readers else LOOKS_LIKE)
            for reader, counts in votes.items()
        }
        readings = tuple((reader, _said(counts)) for reader, counts in votes.items())
        digits = {reader: digit for reader, digit in named.items() if digit is not None}
        no_digit = any(named[reader] is None for reader in self._exact_readers & votes.keys())
        if no_digit or len(set(digits.values())) != 1:
            return Verdict(None, "", sure=False, readings=readings)
        digit = next(iter(digits.values()))
        enough = len(digits) >= READERS_NEEDED and self._doubt(glyph, digits) <= MOST_DOUBT
        settled = bool(self._settled_readers & digits.keys())
        sure = (enough or settled) and mark(glyph) is None
        return Verdict(digit, "+".join(sorted(digits)), sure, readings)

    def _doubt(self, glyph: Glyph, readers: Iterable[str]) -> float:
        """What ``readers`` together are uncertain by about all glyphs of that shape."""
        certainties = self._certainties[glyph.shape_key]
        return prod(1 - mean(certainties[reader]) for reader in readers)

    def letter(self, glyph: Glyph) -> str | None:
        """The character that two readers name most, and no reader another; else None."""
        named = [_most(counts) for counts in self._votes[glyph.shape_key].values() if counts]
        return named[0] if len(named) >= READERS_NEEDED and len(set(named)) == 1 else None

    def letters(self, glyph: Glyph) -> str:
        """The characters that readers of text took this shape for, most frequent first."""
        key = glyph.shape_key
        if key not in self._letters:
            self._letters[key] = _said(sum(self._votes[key].values(), Counter()))
        return self._letters[key]

    def is_known(self, glyph: Glyph) -> bool:
        """Whether a reader has exactly these pixels."""
        return bool(self._exact_readers & self._votes[glyph.shape_key].keys())

    def on(self, lines: Sequence[Line]) -> "Jury":
        """The same of the same ink cut into other ``lines``; itself when nobody saw places."""
        if not any(reading.places for reading in self.readings):
            return self
        seen = (placed_on(each, lines) if each.places else each for each in self.readings)
        return Jury(tuple(seen))

    def without(self, reader: str) -> "Jury":
        """The same as if ``reader`` had not been asked; itself when it was not."""
        others = tuple(reading for reading in self.readings if reading.reader != reader)
        return self if len(others) == len(self.readings) else Jury(others)

    @cached_property
    def _verdicts(self) -> dict[tuple[object, int], Verdict]:
        """Verdicts given already: the same shape is asked for again and again."""
        return {}

    @cached_property
    def _letters(self) -> dict[object, str]:
        """Letters given already."""
        return {}

    @cached_property
    def _exact_readers(self) -> frozenset[str]:
        return frozenset(reading.reader for reading in self.readings if reading.exact)

    @cached_property
    def _seeing_readers(self) -> frozenset[str]:
        return frozenset(reading.reader for reading in self.readings if reading.places)

    @cached_property
    def _settled_readers(self) -> frozenset[str]:
        return frozenset(reading.reader for reading in self.readings if reading.settled)

    @cached_property
    def _texts(self) -> Mapping[Box, tuple[str, ...]]:
        """By place, because taking touching characters apart makes new words of old ones."""
        texts: dict[Box, dict[str, None]] = defaultdict(dict)
        for reading in self.readings:
            for word, read in reading.words.items():
                texts[word.box] |= dict.fromkeys(read)
        return {box: tuple(read) for box, read in texts.items()}

    @cached_property
    def _certainties(self) -> Mapping[tuple[int, int, bytes], Mapping[str, list[float]]]:
        found: dict[tuple[int, int, bytes], dict[str, list[float]]] = defaultdict(dict)
        for reading in self.readings:
            for glyph in reading.glyphs:
                certainty = reading.certainties.get(glyph, reading.trust)
                found[glyph.shape_key].setdefault(reading.reader, []).append(certainty)
        return found

    @cached_property
    def _votes(self) -> Mapping[tuple[int, int, bytes], Mapping[str, Counter[str]]]:
        votes: dict[tuple[int, int, bytes], dict[str, Counter[str]]] = defaultdict(dict)
        for reading in self.readings:
            for glyph, characters in reading.glyphs.items():
                counts = votes[glyph.shape_key].setdefault(reading.reader, Counter())
                counts.update(characters)
        return votes


def _inside(box: Box, other: Box) -> bool:
    across = other.left <= box.left and box.right <= other.right
    return across and other.top <= box.top and box.bottom <= other.bottom


def _left(box: Box) -> int:
    return box.left


def _exact(counts: Counter[str]) -> str | None:
    """The one digit among the characters that have exactly these pixels."""
    digits = [character for character in counts if character in DIGITS]
    return digits[0] if len(digits) == 1 else None


def _majority(counts: Counter[str], alike: Mapping[str, str]) -> str | None:
    """The digit most of the votes name; letters that are ``alike`` count as it."""
    folded: Counter[str] = Counter()
    for character, count in counts.items():
        folded[alike.get(character, character)] += count
    character, count = folded.most_common(1)[0]
    return character if character in DIGITS and count >= MAJORITY * folded.total() else None


def _most(counts: Counter[str]) -> str:
    return counts.most_common(1)[0][0]


def _said(counts: Counter[str]) -> str:
    return "".join(character for character, _ in counts.most_common())


def readers_of(verdicts: Iterable[Verdict]) -> str:
    """Everybody who agreed on one of the digits, ``coarse+fine``."""
    named = {reader for verdict in verdicts for reader in verdict.readers.split("+")}
    return "+".join(sorted(named - {""}))
