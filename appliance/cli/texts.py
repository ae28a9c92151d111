"""Messages for people, in English and Japanese, from ``texts.toml``."""

import os
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from appliance.texts import LANGUAGES, Texts

__all__ = ["LANGUAGES", "Texts", "catalogue", "texts_for"]


def texts_for(language: str, environment: Mapping[str, str] = os.environ) -> Texts:
    """The texts in ``en`` or ``ja``; ``auto`` asks the environment's locale."""
    if language == "auto":
        locale = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
        language = "ja" if locale.startswith("ja") else "en"
    return Texts(language, catalogue())


def catalogue() -> dict[str, Any]:
    """Every text as section → name → language."""
    return tomllib.loads((files("appliance.cli") / "texts.toml").read_text("utf-8"))
