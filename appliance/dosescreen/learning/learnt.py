"""A scanner's learnt atlas: a history of lessons and withdrawals, and what follows from it.

The history only grows. What is held is worked out from it anew, so the same history is the same
atlas on every box; its version is the digest of what is held.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import TypeAlias

from appliance.dosescreen.atlas import Atlas
from appliance.dosescreen.jury import ALIKE
from appliance.dosescreen.learning.drawn import Drawn
from appliance.dosescreen.scanner import Scanner
from appliance.dosescreen.wording import folded

LEARNT = "learnt"
"""The learnt atlas as a reader, in verdicts and origins."""
DIGITS = frozenset("0123456789")
SCREENS_AGAIN = 3
"""Screens on which every reader must agree before a withdrawn character is learnt again."""
TWICE = 2
MOST_LETTERS = 6
"""That touch in one piece of ink."""
MOST_SHAPES = 2000
"""More than any console's fonts have; past it nothing new is learnt."""
VERSION_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One character and the shape that a scanner drew it with on an accepted screen.

    Attributes:
        shape: How it is drawn.
        character: The one character, or the letters that touch in it: a ligature.
        readers: Who named it, ``coarse+fine``; ``layout`` where it is a word of the layout.
        unanimous: Every reader that was asked named it.
        occurrences: How often the screen shows the shape.
        layout: The layout the screen was read with.
        screen: A digest of the screen's SOP Instance UID.
        software_versions: What the scanner ran, (0018,1020).
        learnt_at: Seconds since the epoch; None until the caller has stamped it.
        imported_from: The file it came from; empty where it was learnt here.
    """

    shape: Drawn
    character: str
    readers: str
    unanimous: bool
    occurrences: int
    layout: str
    screen: str
    software_versions: str = ""
    learnt_at: float | None = None
    imported_from: str = ""

    def __post_init__(self) -> None:
        _expect_character(self.character)
        if self.occurrences < 1:
            raise ValueError("a lesson was seen at least once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A character that a shape is no longer held to be, with the reason.

    ``withdrawn_at`` is seconds since the epoch, ``imported_from`` as a lesson's.
    """

    shape: Drawn
    character: str
    why: str
    withdrawn_at: float | None = None
    imported_from: str = ""

    def __post_init__(self) -> None:
        _expect_character(self.character)


Entry: TypeAlias = Lesson | Withdrawal
_Key: TypeAlias = tuple[Drawn, str]


@dataclass(frozen=True, eq=False)
class LearntAtlas:
    """What one scanner's screens have taught, and how."""

    scanner: Scanner
    history: tuple[Entry, ...] = ()

    @cached_property
    def held(self) -> Mapping[Drawn, str]:
        """The character of every shape; several where they look alike, such as I and l."""
        return {
            shape: "".join(found)
            for shape, found in self._taught.items()
            if are_alike(found) and len(found[0]) == 1
        }

    @cached_property
    def ligatures(self) -> Mapping[Drawn, str]:
        """The letters of every shape in which some touch: parts of words, and of no number."""
        return {
            shape: found[0]
            for shape, found in self._taught.items()
            if len(found) == 1 and len(found[0]) > 1
        }

    @cached_property
    def _taught(self) -> Mapping[Drawn, Sequence[str]]:
        taught: dict[Drawn, list[str]] = defaultdict(list)
        for shape, character in _Evidence(self.history).held():
            taught[shape].append(character)
        return taught

    @property
    def characters(self) -> Iterator[tuple[Drawn, str]]:
        """Every shape with each character that it may be, or with the letters that touch in it."""
        yield from ((shape, each) for shape, found in self.held.items() for each in found)
        yield from self.ligatures.items()

    @property
    def is_settled(self) -> bool:
        """Whether it has every digit, so that no number needs anyone else."""
        return set("".join(self.held.values())) >= DIGITS

    @cached_property
    def version(self) -> str:
        """The digest of the scanner, of what is held, and of what was withdrawn."""
        withdrawn = [_key(entry) for entry in self.history if isinstance(entry, Withdrawal)]
        held = sorted((*self.held.items(), *self.ligatures.items()))
        said = (self.scanner.identifier, held, sorted(withdrawn))
        return sha256(repr(said).encode()).hexdigest()[:VERSION_LENGTH]

    @cached_property
    def atlas(self) -> Atlas:
        """What is held of two levels as an atlas of one font, the scanner's."""
        font = self.scanner.identifier
        shapes = {shape[:3]: {font: found} for shape, found in self.held.items() if not shape[3]}
        return Atlas(self.version, shapes)


def learn(atlas: LearntAtlas, lessons: Iterable[Lesson]) -> LearntAtlas:
    """The atlas with what is new in ``lessons``; the same object when nothing is."""
    evidence = _Evidence(atlas.history)
    new = tuple(lesson for lesson in lessons if evidence.gains_by(lesson))
    return replace(atlas, history=(*atlas.history, *new)) if new else atlas


def withdraw(atlas: LearntAtlas, withdrawals: Iterable[Withdrawal]) -> LearntAtlas:
    """The atlas without what ``withdrawals`` name; what it does not hold is passed over.

    A character that was withdrawn is learnt again only when every reader agrees on it on
    three screens, and never again when it was withdrawn twice.
    """
    for withdrawal in withdrawals:
        if _Evidence(atlas.history).suffices(_key(withdrawal)):
            atlas = replace(atlas, history=(*atlas.history, withdrawal))
    return atlas


def are_alike(characters: Collection[str]) -> bool:
    """Whether one shape can be all of ``characters``: one, or several that look the same.

    A digit shares its shape only with letters that fonts draw like it, l with 1: its place tells
    which it is.
    """
    if DIGITS & set(characters):
        return len({ALIKE.get(each, each) for each in characters}) == 1
    return len({folded(each) for each in characters}) == 1


def merge(atlas: LearntAtlas, other: LearntAtlas, source: str) -> LearntAtlas:
    """The atlas with what ``other``, of the same scanner, learnt and withdrew, in its order.

    ``source`` says where it came from. Raises ValueError for another scanner's.
    """
    if other.scanner != atlas.scanner:
        raise ValueError("an atlas is merged with one of the same scanner")
    for entry in other.history:
        imported = replace(entry, imported_from=entry.imported_from or source)
        if isinstance(imported, Lesson):
            atlas = learn(atlas, [imported])
        else:
            atlas = withdraw(atlas, [imported])
    return atlas


class _Evidence:
    """By shape and character: the lessons since it was last withdrawn, and how often it was."""

    def __init__(self, history: Iterable[Entry]) -> None:
        self._lessons: dict[_Key, list[Lesson]] = defaultdict(list)
        self._withdrawn: Counter[_Key] = Counter()
        for entry in history:
            if isinstance(entry, Lesson):
                self._lessons[_key(entry)].append(entry)
            else:
                self._lessons.pop(_key(entry), None)
                self._withdrawn[_key(entry)] += 1

    def held(self) -> list[_Key]:
        """What there is enough of, in order."""
        return sorted(key for key in self._lessons if self.suffices(key))

    def suffices(self, key: _Key) -> bool:
        """Whether a shape is held to be a character."""
        lessons = self._lessons.get(key, ())
        if not self._withdrawn[key]:
            return bool(lessons)
        screens = {lesson.screen for lesson in lessons if lesson.unanimous}
        return self._withdrawn[key] < TWICE and len(screens) >= SCREENS_AGAIN

    def gains_by(self, lesson: Lesson) -> bool:
        """Take ``lesson`` in if it says anything new; whether it did."""
        key = _key(lesson)
        known = {each.screen for each in self._lessons.get(key, ())}
        again = self._withdrawn[key]
        if self.suffices(key) or lesson.screen in known or len(self._lessons) >= MOST_SHAPES:
            return False
        if again and not (lesson.unanimous and again < TWICE):
            return False
        self._lessons[key].append(lesson)
        return True


def _key(entry: Entry) -> _Key:
    return entry.shape, entry.character


def are_letters(text: str) -> bool:
    """Whether a text is letters, no more than may touch."""
    return len(text) <= MOST_LETTERS and text.isascii() and text.isalpha()


def _expect_character(character: str) -> None:
    is_one = len(character) == 1 and character.isprintable() and not character.isspace()
    if not is_one and not are_letters(character):
        raise ValueError(f"neither one character that is printed nor letters: {character!r}")
