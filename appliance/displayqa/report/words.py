"""The words of a report: English, Japanese, or both beside each other."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

TAGS = ("en", "ja")


class Language(StrEnum):
    """What a report can be written in."""

    ENGLISH = "en"
    JAPANESE = "ja"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogue ``words.toml`` in one language, or in both."""

    language: Language

    @property
    def tag(self) -> str:
        """Of HTML's ``lang``."""
        return "ja" if self.language is Language.BOTH else self.language

    def pick(self, pair: tuple[str, str]) -> str:
        """The one of (English, Japanese); both, Japanese first, unless they are the same."""
        english, japanese = pair
        if self.language is Language.BOTH and english != japanese:
            return f"{japanese} / {english}"
        return english if self.language is Language.ENGLISH else japanese

    def say(self, key: str, **values: object) -> str:
        """The text called ``key``, its places filled."""
        both = _catalogue()[key]
        english, japanese = (both[tag].format(**values) for tag in TAGS)
        return self.pick((english, japanese))


@cache
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))
