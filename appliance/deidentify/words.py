"""Descriptions by persons, reduced to words that name no person."""

import re
from functools import cache
from importlib.resources import files

_LATIN = re.compile(r"[a-z]+|[^\W\d_a-z]+")


def known_words(text: str) -> str:
    """The words of ``text`` that are known to be safe, in their order; perhaps none.

    Numbers go, for they may be anybody's. Japanese is kept where it is made of known words only.
    """
    return " ".join(found for found in _LATIN.findall(text.casefold()) if _is_known(found)).upper()


def _is_known(word: str) -> bool:
    return word in _vocabulary() or (not word.isascii() and _is_made_of_known(word))


def _is_made_of_known(word: str) -> bool:
    reached = {0}
    for end in range(1, len(word) + 1):
        if any(word[start:end] in _vocabulary() for start in reached):
            reached.add(end)
    return len(word) in reached


@cache
def _vocabulary() -> frozenset[str]:
    text = (files("appliance.deidentify") / "vocabulary.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word.casefold() for line in lines for word in line.split())
