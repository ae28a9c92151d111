"""What each light means and how it goes: the table ``patterns.toml``."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import accumulate

MS_PER_S = 1000


class Light(StrEnum):
    """The lights, from left to right."""

    WELL = "well"
    ACTIVITY = "activity"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a light goes: milliseconds lit and dark in turn, again and again.

    ``name`` is for people, English and Japanese.
    """

    lit_dark_ms: tuple[int, ...]
    name: tuple[str, str]

    def is_lit(self, at_s: float) -> bool:
        """Whether the light is lit at a moment of any clock that goes on, in seconds."""
        ends = list(accumulate(self.lit_dark_ms))
        if not ends:
            return False
        now = int(at_s * MS_PER_S) % ends[-1]
        return next(number for number, end in enumerate(ends) if now < end) % 2 == 0


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that a light tells; ``when`` is a subject and a word, ``meaning`` is for people."""

    light: Light
    when: str
    pattern: str
    meaning: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Every pattern by its name, and every message; of a light's, the first that holds counts."""

    patterns: Mapping[str, Pattern]
    messages: tuple[Message, ...]

    def shown(self, holding: Collection[str]) -> dict[Light, Pattern]:
        """How each light goes when ``holding`` holds: subjects and words, as ``when`` has them."""
        return {light: self._of(light, holding) for light in Light}

    def _of(self, light: Light, holding: Collection[str]) -> Pattern:
        for message in self.messages:
            if message.light is light and message.when in holding:
                return self.patterns[message.pattern]
        return self.patterns["dark"]


@cache
def table() -> Table:
    """The table that the box is delivered with."""
    text = (files("appliance.frontpanel") / "patterns.toml").read_text("utf-8")
    content = tomllib.loads(text)
    patterns = {
        key: Pattern(tuple(each["lit_dark_ms"]), tuple(each["name"]))
        for key, each in content["pattern"].items()
    }
    messages = tuple(
        Message(Light(each["light"]), each["when"], each["pattern"], tuple(each["meaning"]))
        for each in content["message"]
    )
    return Table(patterns, messages)
