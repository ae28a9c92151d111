"""What the words of consoles mean, from ``words.toml``."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.dose.coded import CTAcquisitionType
from appliance.headers.slice import Technique

Types = frozenset[CTAcquisitionType]
FIRST_SOURCE = "A"
"""The letter of the X-Ray source that every scan has."""


def types_named(technique: Technique) -> Mapping[str, Types]:
    """What each attribute's words leave possible, by keyword; without those that say nothing."""
    found = {keyword: _named(keyword, values) for keyword, values in _values(technique).items()}
    return {keyword: types for keyword, types in found.items() if types}


def source_letter(technique: Technique) -> str:
    """The letter of the one X-Ray source that Image Type names; empty when it names none."""
    for value in technique.image_type:
        found = _source().fullmatch(value)
        if found:
            return found[1]
    return ""


def names_no_agent(agent: str) -> bool:
    """Whether a contrast agent's name says that there was none."""
    return unicodedata.normalize("NFKC", agent).casefold().strip() in _no_agents()


def _values(technique: Technique) -> Mapping[str, tuple[str, ...]]:
    return {"ImageType": technique.image_type, "ScanOptions": technique.scan_options}


def _named(keyword: str, values: tuple[str, ...]) -> Types:
    """What all the words leave possible; nothing when there is none, or when they contradict."""
    known = [types for value in values if (types := _types().get((keyword, value.upper())))]
    return frozenset.intersection(*known) if known else frozenset()


@cache
def _types() -> Mapping[tuple[str, str], Types]:
    return {
        (entry["attribute"], word): frozenset(map(CTAcquisitionType.from_name, entry["means"]))
        for entry in _data()["acquisition_type"]
        for word in entry["words"]
    }


@cache
def _source() -> re.Pattern[str]:
    return re.compile(_data()["source"]["pattern"])


@cache
def _no_agents() -> frozenset[str]:
    return frozenset(_data()["contrast"]["none"])


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files("appliance.headers") / "words.toml").read_text("utf-8"))
