"""Presets: what leaves for which purpose, as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from appliance.deidentify.option import NOT_DONE, Option


@dataclass(frozen=True, slots=True)
class Preset:
    """The basic profile with these options, or nothing at all.

    Attributes:
        name: As destinations and commands name it.
        meaning: For people: English, Japanese.
        options: Beside the basic profile.
        keeps_identity: Nothing is changed; the options do not count.
        pseudonym: Whether Patient ID becomes a pseudonym; else it becomes empty.
        keeps_time_of_day: Where dates are retained modified: whether times stay.
        oldest_age_years: Older patients leave as one year older than this; None: as they are.

    Raises ValueError for full and modified dates at once, and for options that are not done here.
    """

    name: str
    meaning: tuple[str, str]
    options: frozenset[Option]
    keeps_identity: bool = False
    pseudonym: bool = True
    keeps_time_of_day: bool = True
    oldest_age_years: int | None = None

    def __post_init__(self) -> None:
        if {Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES} <= self.options:
            raise ValueError(f"{self.name}: dates are retained full or modified, not both")
        if self.options & NOT_DONE:
            raise ValueError(f"{self.name}: {', '.join(sorted(self.options & NOT_DONE))}: not done")


@cache
def presets() -> Mapping[str, Preset]:
    """The shipped presets by name."""
    data = tomllib.loads((files("appliance.deidentify") / "presets.toml").read_text("utf-8"))
    return {name: _preset(name, entry) for name, entry in data.items()}


def _preset(name: str, entry: Mapping[str, Any]) -> Preset:
    english, japanese = entry["meaning"]
    return Preset(
        name,
        (english, japanese),
        frozenset(map(Option, entry["options"])),
        keeps_identity=entry["identity"] == "kept",
        pseudonym=entry["patient_id"] == "pseudonym",
        keeps_time_of_day=entry["time_of_day"] == "kept",
        oldest_age_years=entry["oldest_age_years"] or None,
    )
