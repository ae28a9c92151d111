"""Table E.1-1 of PS3.15: what is done with an attribute, by profile, options and type."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydicom.tag import BaseTag

from appliance.deidentify.option import Option

REQUIRED, REQUIRED_EMPTY = ("1", "1C"), ("2", "2C")


class Action(StrEnum):
    """The table's action codes."""

    REMOVE = "X"
    EMPTY = "Z"
    DUMMY = "D"
    KEEP = "K"
    CLEAN = "C"
    UID = "U"


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute: the basic profile's action codes, and those of options."""

    name: str
    basic: tuple[Action, ...]
    options: Mapping[Option, Action]

    def without_options(self, type_: str | None) -> Action:
        """The basic profile's action on an attribute of this type (PS3.5 7.4).

        What the table would remove although the IOD requires it is emptied, or replaced, so that
        the object stays one of its class (PS3.15 E.1.1). None: the IOD does not define the
        attribute; it is removed.
        """
        match type_:
            case None:
                return Action.REMOVE
            case "1":
                return self._first(Action.UID, otherwise=Action.DUMMY)
            case "1C":
                required = Action.REMOVE if self.basic == (Action.REMOVE,) else Action.DUMMY
                return self._first(Action.UID, otherwise=required)
            case "2" | "2C":
                order = (Action.EMPTY, Action.DUMMY, Action.UID)
                return self._first(*order, otherwise=Action.EMPTY)
        return self.basic[0]

    def _first(self, *wanted: Action, otherwise: Action) -> Action:
        """The first of the actions that the table names."""
        return next((action for action in wanted if action in self.basic), otherwise)

    def overriding(self, options: frozenset[Option]) -> tuple[Action, frozenset[Option]] | None:
        """What these options do instead, and which of them; None: nothing.

        Cleaning goes before keeping where two options differ.
        """
        said = {option: action for option, action in self.options.items() if option in options}
        if not said:
            return None
        action = Action.CLEAN if Action.CLEAN in said.values() else Action.KEEP
        return action, frozenset(option for option in said if said[option] is action)


@cache
def table() -> Mapping[str, Row]:
    """Every row by its tag, eight hexadecimal digits, X for any."""
    return {entry["tag"]: _row(entry) for entry in rows("table_e_1_1.csv")}


def row(tag: BaseTag) -> Row | None:
    """The row of an attribute; None: the table does not list it."""
    known, text = table(), f"{int(tag):08X}"
    repeating = f"{text[:2]}XX{text[4:]}"
    return known.get(text) or known.get(repeating) or known.get(f"{text[:2]}XXXXXX")


def rows(name: str) -> list[dict[str, str]]:
    """The lines of one of this room's CSV files, comments left out."""
    text = (files("appliance.deidentify") / name).read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def _row(entry: Mapping[str, str]) -> Row:
    pairs = (each.split(":") for each in entry["options"].split())
    return Row(
        entry["name"],
        tuple(map(Action, entry["basic"].split("/"))),
        {Option(option): Action(action) for option, action in pairs},
    )
