"""What was typed into a form of settings: the values that changed, or what is wrong with them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from appliance.config.load import CONTROL_CHARACTER
from appliance.config.source import KeyPath
from appliance.console.settings.meanings import Pair
from appliance.console.settings.question import Kind, Question

Changes = dict[KeyPath, Any]
Complaints = dict[str, Pair]
ON = "true"
MISSING: Pair = ("Please fill this in.", "入力してください。")
NO_NUMBER: Pair = ("Not a number.", "数値で入力してください。")
NOT_WHOLE: Pair = ("A whole number, please.", "整数で入力してください。")
NO_CHOICE: Pair = ("Please choose one of these.", "いずれかを選択してください。")
CONTROL: Pair = (
    "It holds control characters, which no setting may.",
    "使用できない制御文字が含まれています。",
)
TWICE: Pair = ("The same stands there twice.", "同じ値が重複しています。")


def answered(
    questions: Iterable[Question], answers: Mapping[str, str]
) -> tuple[Changes, Complaints]:
    """By path, the values that are others than those that hold; and the complaints by name.

    A field that was not sent is left as it is, but a box that is not ticked sends nothing.
    """
    changes: Changes = {}
    complaints: Complaints = {}
    for each in questions:
        given = _given(each, answers)
        if given is None or _words(each, given) == _words(each, each.value):
            continue
        value, complaint = value_of(each, given)
        if complaint:
            complaints[each.name] = complaint
        else:
            changes[each.path] = value
    return changes, complaints


def value_of(question: Question, given: str) -> tuple[Any, Pair | None]:
    """The value, and what is wrong with it; None as value takes the setting out of the file."""
    match question.kind:
        case Kind.TICK:
            return given == ON, None
        case Kind.WHOLE | Kind.NUMBER:
            return _number(question, given)
        case Kind.CHOICE:
            return given, None if given in question.choices else NO_CHOICE
        case Kind.LIST:
            return _list(question, given)
        case Kind.TEXT:
            return given, _text_complaint(question, given)


def _given(question: Question, answers: Mapping[str, str]) -> str | None:
    """As it is compared with what holds; None: it was not asked."""
    if question.kind is Kind.TICK:
        return answers.get(question.name, "false")
    text = answers.get(question.name)
    if text is None:
        return None
    return text if question.kind in (Kind.TEXT, Kind.LIST) else text.strip()


def _words(question: Question, text: str) -> list[str]:
    """A list has one word a line, and empty lines are none."""
    if question.kind is not Kind.LIST:
        return [text]
    return [word for word in text.replace("\r", "").split("\n") if word]


def _number(question: Question, given: str) -> tuple[Any, Pair | None]:
    text = unicodedata.normalize("NFKC", given).strip()
    if not text:
        return None, MISSING if question.is_required else None
    if not re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,12})?(e[+-]?\d{1,2})?", text, re.ASCII):
        return None, NO_NUMBER
    number = float(text)
    whole = question.kind is Kind.WHOLE
    if whole and not number.is_integer():
        return None, NOT_WHOLE
    value = int(text) if whole and text.lstrip("+-").isdigit() else int(number) if whole else number
    return value, _out_of_bounds(question, value)


def _out_of_bounds(question: Question, value: float) -> Pair | None:
    if question.bounds is None or question.bounds[0] <= value <= question.bounds[1]:
        return None
    least, most = question.bounds
    return f"From {least} to {most}.", f"{least}~{most}の範囲で入力してください。"


def _list(question: Question, given: str) -> tuple[Any, Pair | None]:
    words = _words(question, given)
    choices = question.choices
    for word in words:
        if choices and word not in choices:
            return None, NO_CHOICE
        if complaint := _text_complaint(question, word):
            return None, complaint
    return words, TWICE if len(set(words)) < len(words) else None


def _text_complaint(question: Question, text: str) -> Pair | None:
    if CONTROL_CHARACTER.search(text):
        return CONTROL
    form = question.field.metadata["form"]
    if re.fullmatch(form.pattern, text):
        return None
    if not text:
        return MISSING
    english, japanese = question.accepted
    return f"It must be {english}.", f"形式: {japanese}"
