"""What a form asks, and what was answered: valid values, or a complaint for each field."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from appliance.console.displayqa.figure import figure, plain_text

Pair = tuple[str, str]
"""English and Japanese."""
Answers = Mapping[str, str]
Complaints = Mapping[str, Pair]

MISSING: Pair = ("Please fill this in.", "入力してください。")
NO_FIGURE: Pair = (
    "Not a number. Use a point for decimals, no comma: 123.4",
    "数値として読み取れません。小数点は「.」で入力してください(例 123.4)。",
)
NO_CHOICE: Pair = ("Please choose one of these.", "いずれかを選択してください。")
NOT_WHOLE: Pair = ("A whole number, please.", "整数で入力してください。")
TOO_LONG: Pair = ("Too long.", "長すぎます。")
LONGEST = 200


class Kind(StrEnum):
    """What is asked for."""

    TEXT = "text"
    FIGURE = "figure"
    WHOLE = "whole"
    CHOICE = "choice"
    TICK = "tick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form.

    Attributes:
        choices: Value and words of each, where one is to be chosen.
        unit: Behind the input.
    """

    name: str
    label: Pair
    kind: Kind = Kind.TEXT
    hint: Pair = ("", "")
    unit: str = ""
    is_required: bool = False
    choices: tuple[tuple[str, Pair], ...] = ()

    def complaint(self, answers: Answers) -> Pair | None:
        """What is wrong with the answer; None: nothing."""
        text = plain_text(answers.get(self.name, ""))
        if not text:
            return MISSING if self.is_required else None
        if len(text) > LONGEST:
            return TOO_LONG
        if self.kind is Kind.CHOICE:
            return None if text in {value for value, _ in self.choices} else NO_CHOICE
        if self.kind not in {Kind.FIGURE, Kind.WHOLE}:
            return None
        try:
            value = figure(text)
        except ValueError:
            return NO_FIGURE
        is_whole = value is None or value == value.to_integral_value()
        return None if self.kind is Kind.FIGURE or is_whole else NOT_WHOLE

    def value(self, answers: Answers) -> str | Decimal | int | bool | None:
        """The answer, of which there was no complaint; None for a number that was not typed."""
        text = plain_text(answers.get(self.name, ""))
        match self.kind:
            case Kind.TICK:
                return bool(text)
            case Kind.FIGURE:
                return figure(text)
            case Kind.WHOLE:
                number = figure(text)
                return None if number is None else int(number)
            case _:
                return text


def complaints(fields: tuple[Field, ...], answers: Answers) -> dict[str, Pair]:
    """By the name of the field; none when everything is well."""
    found = ((each.name, each.complaint(answers)) for each in fields)
    return {name: complaint for name, complaint in found if complaint}
