"""The patterns that there are: read from the data of this package, valid or not read."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.displayqa.level import COUNT, GREATEST_8_BIT
from appliance.displayqa.patterns.frame import Frame
from appliance.displayqa.patterns.gratings import Bars, Checks, Division, Grid, Relief, Resolution
from appliance.displayqa.patterns.lettering import Dashes, Words
from appliance.displayqa.patterns.shapes import (
    Box,
    Ellipse,
    HalfMoons,
    MiddleSquare,
    Mosaic,
    Outline,
    Ramp,
)

Element = (
    Bars
    | Box
    | Checks
    | Dashes
    | Division
    | Ellipse
    | Grid
    | HalfMoons
    | MiddleSquare
    | Mosaic
    | Outline
    | Ramp
    | Relief
    | Resolution
    | Words
)
KINDS: Mapping[str, type[Element]] = {
    "bars": Bars,
    "box": Box,
    "checks": Checks,
    "dashes": Dashes,
    "division": Division,
    "ellipse": Ellipse,
    "grid": Grid,
    "half-moons": HalfMoons,
    "middle-square": MiddleSquare,
    "mosaic": Mosaic,
    "outline": Outline,
    "ramp": Ramp,
    "relief": Relief,
    "resolution": Resolution,
    "words": Words,
}
FILES = ("series.toml", "tg18.toml", "tg270.toml", "substitutes.toml", "artifacts.toml")
"""In the order that people see them in."""
SERIES = tuple(range(0, GREATEST_8_BIT + 1, GREATEST_8_BIT // (COUNT - 1)))
"""8-bit levels of every series, first to last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One pattern, or a series of them that differ in one level.

    Attributes:
        purpose: What it is for, English and Japanese.
        source: From where its geometry and levels are.
        verified: Whether they were compared with the source; ``unverified`` says what was not.
        equivalent_to: The published pattern that it is drawn after; empty for our own.
        is_series: Eighteen patterns, one a level of the grey scale.
        surround: 8-bit level around a series' square, unless the caller has another.
        is_shifted: Levels of the series are shifted to the panel's depth, not spread over it.
        channels: 1, or 3 for colour.
    """

    name: str
    purpose: tuple[str, str]
    source: str
    verified: bool
    elements: tuple[Element, ...]
    unverified: str = ""
    equivalent_to: str = ""
    is_series: bool = False
    surround: int | None = None
    is_shifted: bool = False
    channels: int = 1

    def __post_init__(self) -> None:
        if self.verified == bool(self.unverified):
            raise ValueError(f"{self.name}: either verified, or with what was not")

    def each(self) -> tuple["Member", ...]:
        """Its members; of a single pattern itself."""
        numbers = range(1, len(SERIES) + 1) if self.is_series else (0,)
        return tuple(Member(self, number) for number in numbers)


@dataclass(frozen=True, slots=True)
class Member:
    """A pattern that can be drawn: ``number`` counts from 1, or is 0 where there is no series."""

    pattern: Pattern
    number: int

    @property
    def name(self) -> str:
        """As a person asks for it."""
        return f"{self.pattern.name}-{self.number:02}" if self.number else self.pattern.name

    @property
    def level(self) -> int:
        """8-bit level of one of a series; 0 where there is no series."""
        return SERIES[self.number - 1] if self.number else 0


@cache
def patterns() -> Mapping[str, Pattern]:
    """Every pattern by name."""
    every = [pattern for file in FILES for pattern in _read(file)]
    return {pattern.name: pattern for pattern in every}


def found(name: str) -> tuple[Member, ...]:
    """The members called ``name``, all those of a series called so; none where there is none.

    Capital letters are small ones: TG18-QC is found.
    """
    name = name.lower()
    if name in patterns():
        return patterns()[name].each()
    members = (member for pattern in patterns().values() for member in pattern.each())
    return tuple(member for member in members if member.name == name)


def _read(file: str) -> Iterator[Pattern]:
    text = files(__package__).joinpath(file).read_text("utf-8")
    for name, table in tomllib.loads(text, parse_float=Fraction).items():
        elements = tuple(map(_element, table.pop("elements")))
        yield Pattern(name=name, elements=elements, **_frozen(table))


def _element(table: dict[str, Any]) -> Element:
    kind = KINDS[table.pop("kind")]
    if "frame" in table:
        table["frame"] = Frame(table["frame"])
    return kind(**_frozen(table))


def _frozen(value: Any) -> Any:  # noqa: ANN401 - whatever TOML has
    """Lists as tuples, and the word ``none`` in them as None, which TOML cannot say."""
    if isinstance(value, dict):
        return {key: _frozen(each) for key, each in value.items()}
    if isinstance(value, list):
        return tuple(None if each == "none" else _frozen(each) for each in value)
    return value
