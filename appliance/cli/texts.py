"""Messages for people, in English and Japanese, from ``texts.toml``."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
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


def texts_for(language: str, environment: Mapping[str, str] = os.environ) -> Texts:
    """The texts in ``en`` or ``ja``; ``auto`` asks the environment's locale."""
    if language == "auto":
        locale = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
        language = "ja" if locale.startswith("ja") else "en"
    return Texts(language, catalogue())


def catalogue() -> dict[str, Any]:
    """Every text as section → name → language."""
    return tomllib.loads((files("appliance.cli") / "texts.toml").read_text("utf-8"))
