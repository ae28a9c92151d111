"""What a password must be: long and not one that everybody tries first (NIST SP 800-63B-4 3.1.1.2).

No kinds of characters are asked for, none is forbidden, and nothing expires but one-time passwords.
"""

import tomllib
import unicodedata
from enum import StrEnum
from functools import cache
from importlib.resources import files

LONGEST = 256
"""Characters; more is refused unread, so that nobody has the box hash a book."""
MIN_DIFFERENT = 5
"""Different characters."""


class Objection(StrEnum):
    """Why a password is not taken."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    COMMON = "common"
    NAMED = "named"
    """The account's name stands in it, and little else."""
    UNEQUAL = "unequal"
    """It was typed differently the second time."""


def plain(typed: str) -> str:
    """As it is hashed: a browser or an input method may have composed it otherwise (NFKC)."""
    return unicodedata.normalize("NFKC", typed)


def objection(typed: str, account: str, shortest: int) -> Objection | None:
    """What is against a new password of ``account``; None: nothing.

    ``shortest`` is the least number of characters.
    """
    text = plain(typed)
    if len(text) < shortest:
        return Objection.TOO_SHORT
    if len(text) > LONGEST:
        return Objection.TOO_LONG
    bare = "".join(filter(str.isalnum, text.casefold()))
    if len(set(text)) < MIN_DIFFERENT or _is_common(bare):
        return Objection.COMMON
    rest = bare.replace("".join(filter(str.isalnum, account.casefold())) or "\0", "")
    return Objection.NAMED if len(rest) < shortest // 2 else None


def _is_common(bare: str) -> bool:
    """Whether nothing is left, or figures alone, without the words that everybody tries."""
    for word in common_words():
        bare = bare.replace(word, "")
    return not bare or (bare.isdecimal() and len(bare) <= MIN_DIFFERENT)


@cache
def common_words() -> tuple[str, ...]:
    """The longest first."""
    text = (files("appliance.accounts") / "common_words.toml").read_text("utf-8")
    return tuple(sorted(tomllib.loads(text)["words"], key=len, reverse=True))
