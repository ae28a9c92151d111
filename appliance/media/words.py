"""What people read on a medium, in English and Japanese at once: nobody knows who will hold it."""

import tomllib
from functools import cache
from importlib.resources import files

Pair = tuple[str, str]


def both(name: str) -> Pair:
    """The English and the Japanese of ``name``."""
    return _catalogue()[name]


def joined(name: str) -> str:
    """Both on one line; once where they are equal."""
    return " / ".join(dict.fromkeys(both(name)))


@cache
def _catalogue() -> dict[str, Pair]:
    found = tomllib.loads((files("appliance.media") / "words.toml").read_text("utf-8"))
    return {name: (english, japanese) for name, (english, japanese) in found.items()}
