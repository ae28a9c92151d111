"""The words that dose screens print: those of the shipped layouts, and ``vocabulary.toml``."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from appliance.dose.coded import CTAcquisitionType, Phantom
from appliance.dosescreen.layout import CellKind, Layout, layouts
from appliance.dosescreen.wording import distance, folded, resembles

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is known before a screen is seen.

    Attributes:
        headings: The phrases that shipped layouts head a field's column with.
        types: Words that mean the same type in every shipped layout.
        phantoms: The same of phantoms.
        directions: Letters of scan ranges and their signs.
        units: Units, without brackets.
        titles: Words one of which a title has.
        beside: Words that stand beside them.
        totals: Words that begin the phrase before a total.
        identity: Phrase before an identifier → attribute.
    """

    headings: Mapping[str, tuple[str, ...]]
    types: Mapping[str, CTAcquisitionType]
    phantoms: Mapping[str, Phantom]
    directions: Mapping[str, int]
    units: tuple[str, ...]
    titles: tuple[str, ...]
    beside: tuple[str, ...]
    totals: tuple[str, ...]
    identity: Mapping[str, str]

    @property
    def parts(self) -> frozenset[str]:
        """Every single word of all of them, folded."""
        phrases = (
            *(heading for headings in self.headings.values() for heading in headings),
            *self.types, *self.phantoms, *self.units, *self.titles, *self.beside, *self.totals,
        )  # fmt: skip
        return frozenset(folded(part) for phrase in phrases for part in phrase.split())

    def is_heading(self, text: str) -> bool:
        """Whether some field's column is headed with just this word."""
        return any(
            resembles(text, each) for headings in self.headings.values() for each in headings
        )

    def unit(self, text: str) -> str | None:
        """The unit that a word reads like, whatever brackets stand around it."""
        bare = text.strip("()[]{}|")
        like = [unit for unit in self.units if resembles(bare, unit)]
        return min(like, key=lambda unit: distance(folded(bare), folded(unit)), default=None)


@cache
def vocabulary() -> Vocabulary:
    """The shipped one."""
    path = files("appliance.dosescreen.teaching") / "vocabulary.toml"
    data = tomllib.loads(path.read_text("utf-8"))
    shipped = layouts()
    columns = [column for layout in shipped for column in layout.columns]
    read = [column for column in columns if column.kind is not CellKind.IGNORED]
    headings = {
        name: tuple(_once([*(h for c in read if c.name == name for h in c.headers), *more]))
        for name in sorted({column.name for column in read})
        for more in [data["headings"].get(name, [])]
    }
    identity = {phrase: keyword for each in shipped for phrase, keyword in each.identity.items()}
    return Vocabulary(
        headings,
        _agreed([each.types for each in shipped]),
        _agreed([each.phantoms for each in shipped]),
        _agreed([column.directions or {} for column in columns]),
        tuple(_once([*data["units"]["words"], *_units(shipped)])),
        tuple(data["title"]["dose"]),
        tuple(data["title"]["beside"]),
        tuple(data["total"]["words"]),
        {**identity, **data["identity"]},
    )


def strangeness(text: str) -> tuple[int, str]:
    """Signs in a word, the fewest first: a reader that sees them has misread it."""
    return sum(not (char.isalnum() or char in " .-()[]&/") for char in text), text


def _units(shipped: Sequence[Layout]) -> Iterator[str]:
    for layout in shipped:
        yield from (word.strip("()[]{}") for word in layout.unit_words)


def _agreed(mappings: Iterable[Mapping[str, T]]) -> dict[str, T]:
    """What no two of the mappings say differently, however a word is written."""
    meanings: dict[str, set[T]] = {}
    for mapping in (every := list(mappings)):
        for word, meaning in mapping.items():
            meanings.setdefault(folded(word), set()).add(meaning)
    return {
        word: meaning
        for mapping in every
        for word, meaning in mapping.items()
        if len(meanings[folded(word)]) == 1
    }


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
