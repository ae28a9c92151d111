"""The content tree of a structured report (PS3.3 C.17.3), as a page sets it."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydicom import Dataset

from appliance.console.studies.plain_text import visible

DEEPEST, MOST = 24, 4000
"""Levels and items that are shown; a report of ours has six, and some hundred."""
_TEXTS = {
    "TEXT": "TextValue",
    "DATETIME": "DateTime",
    "DATE": "Date",
    "TIME": "Time",
    "PNAME": "PersonName",
    "UIDREF": "UID",
}
"""Value Type → the attribute that holds its value."""


@dataclass(frozen=True, slots=True)
class Node:
    """A content item.

    Attributes:
        relationship: To what it is below, as the standard words it; empty for the root.
        concept: Meaning of its name.
        code: Value and scheme of that name's code, in brackets; empty where it has none.
        value: What it says, with its unit.
        hint: The code of the value, or its unit's.
    """

    relationship: str
    value_type: str
    concept: str
    code: str
    value: str
    hint: str
    children: tuple["Node", ...]


def content_tree(report: Dataset) -> Node:
    """The tree of ``report``; what a stranger nested deeper or made longer is cut off."""
    budget = [MOST]
    return _node(report, 0, budget)


def _node(item: Dataset, depth: int, budget: list[int]) -> Node:
    budget[0] -= 1
    value, hint = _value(item)
    return Node(
        relationship=visible(item.get("RelationshipType")),
        value_type=visible(item.get("ValueType")),
        concept=_meaning(item, "ConceptNameCodeSequence"),
        code=_code(item, "ConceptNameCodeSequence"),
        value=value,
        hint=hint,
        children=tuple(_children(item, depth + 1, budget)),
    )


def _children(item: Dataset, depth: int, budget: list[int]) -> Iterator[Node]:
    if depth > DEEPEST:
        return
    for each in _items(item, "ContentSequence"):
        if budget[0] <= 0:
            return
        yield _node(each, depth, budget)


def _value(item: Dataset) -> tuple[str, str]:
    """What an item says, and the code of it."""
    kind = str(item.get("ValueType") or "")
    if kind in _TEXTS:
        return visible(item.get(_TEXTS[kind])), ""
    if kind == "CODE":
        return _meaning(item, "ConceptCodeSequence"), _code(item, "ConceptCodeSequence")
    if kind == "NUM":
        return _number(item)
    references = [visible(each.get("ReferencedSOPInstanceUID")) for each in _referenced(item)]
    return ", ".join(references), ""


def _number(item: Dataset) -> tuple[str, str]:
    for measured in _items(item, "MeasuredValueSequence"):
        unit = _meaning(measured, "MeasurementUnitsCodeSequence")
        number = visible(measured.get("NumericValue"))
        return f"{number} {unit}".strip(), _code(measured, "MeasurementUnitsCodeSequence")
    return _meaning(item, "NumericValueQualifierCodeSequence"), ""


def _referenced(item: Dataset) -> Iterator[Dataset]:
    yield from _items(item, "ReferencedSOPSequence")


def _meaning(item: Dataset, keyword: str) -> str:
    return next((visible(each.get("CodeMeaning")) for each in _items(item, keyword)), "")


def _code(item: Dataset, keyword: str) -> str:
    for each in _items(item, keyword):
        value, scheme = each.get("CodeValue"), each.get("CodingSchemeDesignator")
        return f"({visible(value)}, {visible(scheme)})"
    return ""


def _items(item: Dataset, keyword: str) -> Iterator[Dataset]:
    """Those of a sequence; none where a stranger wrote something else there."""
    for each in item.get(keyword) or ():
        if isinstance(each, Dataset):
            yield each
