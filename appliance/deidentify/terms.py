"""Coded strings (VR CS): the terms that the standard names stay, anything else is a description.

A coded string has the form of a name in capitals, so its form alone says nothing.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.deidentify.option import Option
from appliance.deidentify.value import LONGEST_TEXT
from appliance.deidentify.words import known_words
from appliance.deidentify.work import Work


def cleaned_term(keyword: str, value: str, work: Work) -> str:
    """The value if it is a known one of its attribute; else its known words; perhaps nothing."""
    term = value.strip()
    if term in terms_of(keyword) or _has_form(keyword, term):
        return term
    spaced = term.replace("_", " ")
    words = known_words(spaced).encode("ascii", "ignore").decode()
    is_known = words == spaced and len(term) <= LONGEST_TEXT["CS"]
    kept = term if is_known else " ".join(_fitting(words.split()))
    return kept if kept and work.may(Option.CLEAN_DESCRIPTORS) else ""


def terms_of(keyword: str) -> frozenset[str]:
    """The values that the standard names for an attribute; none for one that is not listed."""
    return _terms().get(keyword, frozenset())


def _has_form(keyword: str, term: str) -> bool:
    form = _data()["forms"].get(keyword)
    return form is not None and re.fullmatch(form, term) is not None


def _fitting(words: list[str]) -> Iterator[str]:
    """As many whole words as the VR holds."""
    room = LONGEST_TEXT["CS"] + 1
    for word in words:
        room -= len(word) + 1
        if room < 0:
            return
        yield word


@cache
def _terms() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for entry in _data()["terms"]:
        values = frozenset(each.strip() for each in entry["values"].split(","))
        for keyword in entry["keywords"].split():
            found[keyword] = found.get(keyword, frozenset()) | values
    return found


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("appliance.deidentify") / "terms.toml").read_text("utf-8"))
