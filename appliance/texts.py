"""Messages for people, in English and Japanese, of a catalogue: section, name, language.

**Knows:** how a message is asked for and its places filled.
**Does not know:** any message, and which language a person speaks: those are arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("en", "ja")


@dataclass(frozen=True, slots=True)
class Texts:
    """The catalogue in one language."""

    language: str
    _catalogue: Mapping[str, Any]

    def say(self, key: str, **values: object) -> str:
        """The text called ``key`` (``quarantine.settled``), its places filled."""
        section, name = key.split(".")
        return str(self._catalogue[section][name][self.language]).format(**values)

    def pick(self, pair: tuple[str, str]) -> str:
        """The one of (English, Japanese) in this language."""
        return pair[LANGUAGES.index(self.language)]
