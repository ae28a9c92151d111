"""What an IOD defines: which attributes an object may have, and of which type."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydicom.datadict import tag_for_keyword

Types = Mapping[int, str]
"""Tag → type: "1", "1C", "2", "2C", "3"."""
RANKS = ("1", "1C", "2", "2C", "3")


@cache
def top_level(sop_class_uid: str) -> Types | None:
    """The attributes of an object of this class; None: the class is not known here."""
    known = _data("classes.toml").get(sop_class_uid)
    if known is None:
        return None
    modules = _data("modules.toml")
    found: dict[int, str] = {}
    for name in known["modules"].split():
        for tag, type_ in _types(modules[name]).items():
            found[tag] = min(type_, found.get(tag, type_), key=RANKS.index)
    return found


@cache
def items_of(sequence: str) -> Types:
    """The attributes of the items of a sequence, by its keyword; code attributes aside."""
    return _types(_data("sequences.toml").get(sequence, {}))


def sop_classes() -> Mapping[str, str]:
    """The classes that may leave: UID → name."""
    return {uid: entry["name"] for uid, entry in _data("classes.toml").items()}


@cache
def holds_codes(sequence: str) -> bool:
    """Whether the items of a sequence are codes (PS3.3 8.8)."""
    return sequence in _data("sequences.toml")["codes"].split()


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((files("appliance.deidentify") / name).read_text("utf-8"))


def _types(entry: Mapping[str, str]) -> dict[int, str]:
    named = ((keyword, type_) for type_, text in entry.items() for keyword in text.split())
    tags = ((tag_for_keyword(keyword), type_) for keyword, type_ in named)
    return {tag: type_ for tag, type_ in tags if tag is not None}
