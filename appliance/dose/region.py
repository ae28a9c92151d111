"""Target Region (TID 10013 row 3): what part of the body an irradiation event was aimed at.

A dose screen seldom says it, so it comes from words: the site's rule for the label, the label
itself, and what the images say of the study. ``regions.toml`` holds words and codes.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Region:
    """A region of CID 4030 and the words that name it."""

    name: str
    code: str
    meaning: str
    words: tuple[str, ...]
    within: str = ""
    parts: tuple[str, ...] = field(default=())

    @property
    def code_value(self) -> str:
        """(0008,0100)."""
        return self.code

    @property
    def coding_scheme(self) -> str:
        """(0008,0102)."""
        return "SCT"

    @property
    def code_meaning(self) -> str:
        """(0008,0104)."""
        return self.meaning

    @property
    def extent(self) -> frozenset[str]:
        """The largest regions this one lies in or consists of."""
        return frozenset(self.parts or (self.within or self.name,))


def _load() -> dict[str, Region]:
    data = tomllib.loads(files(__package__).joinpath("regions.toml").read_text("utf-8"))
    return {
        name: Region(
            name=name,
            code=body["code"],
            meaning=body["meaning"],
            words=tuple(normal(word) for word in body["words"]),
            within=body.get("within", ""),
            parts=tuple(body.get("parts", ())),
        )
        for name, body in data.items()
    }


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """Lower case, full-width forms folded, CamelCase, digits and punctuation as spaces."""
    folded = unicodedata.normalize("NFKC", text)
    parted = re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])", " ", folded).casefold()
    return " ".join(re.findall(r"[^\W\d_]+", parted))


REGIONS = _load()
"""Every region by its name, as the configuration and docs/rdsr.md call it."""

ENTIRE_BODY = REGIONS["ENTIRE_BODY"]
"""What is written when nothing states the region, with a comment that says so."""


_BY_WORD = sorted(
    ((word, region) for region in REGIONS.values() for word in region.words),
    key=lambda entry: -len(entry[0]),
)


@lru_cache(maxsize=1024)
def region_named_in(text: str) -> Region | None:
    """The region that the words of ``text`` name, or None: none, or no single one."""
    found = set(_named(normal(text)))
    return found.pop() if len(found) == 1 else _union(found)


def first_region(texts: Iterable[str]) -> Region | None:
    """The region named in the first of ``texts`` that names one."""
    named = (region_named_in(text) for text in texts)
    return next((region for region in named if region is not None), None)


def _named(text: str) -> Iterator[Region]:
    """Each region that is named; longer terms first, so that "C spine" is not also "spine"."""
    rest = f" {text} "
    for word, region in _BY_WORD:
        term = _term(word)
        if term in rest:
            rest = rest.replace(term, "  ")
            yield region


def names(word: str, text: str) -> bool:
    """Whether ``text`` holds the word, both as ``normal`` makes them; of Japanese, any part."""
    return _term(word) in f" {text} "


@lru_cache(maxsize=1024)
def _term(word: str) -> str:
    return word if unicodedata.category(word[0]) == "Lo" else f" {word} "


def _union(found: Iterable[Region]) -> Region | None:
    """The one region that covers exactly what was named."""
    extent = frozenset(name for region in found for name in region.extent)
    whole = (r for r in REGIONS.values() if not r.within and r.extent == extent)
    return next(whole, None)
