"""A JJ1017 code: 10, 16 or 32 characters, as far as their places are known (``jj1017.toml``).

What the digits of a place mean is in the guideline's tables, which are not here; only what the data
file states is told.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.orders.order import Code

LOCAL_EXTENSION = "/"


@dataclass(frozen=True, slots=True)
class Place:
    """One part of a code: its digits, and what they mean where that is known."""

    name: str
    japanese: str
    digits: str
    meaning: tuple[str, str] | None
    """English, Japanese."""


@dataclass(frozen=True, slots=True)
class JJ1017Code:
    """A code of valid length and characters. Raises ValueError, in words for people, for others."""

    value: str

    def __post_init__(self) -> None:
        if fault := fault_of(self.value):
            raise ValueError(fault)

    @property
    def is_short(self) -> bool:
        """Whether it is ten characters, what the guideline asks of a site at least."""
        return len(self.value) < int(_scheme()["main_length"])

    @property
    def main(self) -> str:
        """The first sixteen characters, or all ten."""
        return self.value[: _scheme()["main_length"]]

    @property
    def supplement(self) -> str:
        """The last sixteen of 32 characters; empty for a shorter code."""
        return self.value[_scheme()["main_length"] :]

    @property
    def places(self) -> tuple[Place, ...]:
        """The parts that the code is long enough to have."""
        return tuple(
            _place(each, self.value) for each in _data()["digit"] if each["last"] <= len(self.value)
        )

    @property
    def unknown(self) -> tuple[Place, ...]:
        """Parts of which some meanings are known, and this one is none of them."""
        known = {each["name"] for each in _data()["digit"] if "known" in each}
        return tuple(each for each in self.places if each.name in known and each.meaning is None)


def fault_of(value: str) -> str:
    """Why ``value`` is no JJ1017 code; empty when it may be one."""
    lengths = _scheme()["lengths"]
    if re.fullmatch(r"[0-9.,]+[eE][+]?[0-9]+", value):
        return "a spreadsheet has rounded it to a number"
    if not re.fullmatch(_scheme()["form"], value):
        return "only digits and capital letters may stand in it"
    if len(value) not in lengths:
        return f"it has {len(value)} characters, not {', '.join(map(str, lengths))}"
    return ""


def is_jj1017(code: Code) -> bool:
    """Whether the code's scheme is JJ1017, or a facility's extension of it."""
    return _scheme_of(code) in _scheme()["designators"]


def is_supplement(code: Code) -> bool:
    """Whether it is the last half of a code, written as one of its own."""
    return _scheme_of(code) in _scheme()["supplements"]


def _scheme_of(code: Code) -> str:
    return code.scheme.partition(LOCAL_EXTENSION)[0]


def _place(digit: dict[str, Any], value: str) -> Place:
    digits = value[digit["first"] - 1 : digit["last"]]
    meaning = digit.get("known", {}).get(digits)
    return Place(digit["name"], digit["japanese"], digits, tuple(meaning) if meaning else None)


def _scheme() -> dict[str, Any]:
    scheme: dict[str, Any] = _data()["scheme"]
    return scheme


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("appliance.orders") / "jj1017.toml").read_text("utf-8"))
