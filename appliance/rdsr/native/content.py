"""Content items and their values in reports that follow the templates more or less.

Nothing here raises over what a report says: what cannot be read is None.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeVar

from pydicom import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence

from appliance.dose.coded import Coded
from appliance.rdsr.concepts import CodedEntry, Concept
from appliance.rdsr.native.spelling import (
    is_another,
    is_code_of,
    is_meaning_of,
    letters,
    multiples,
    unit_letters,
    words_for,
)
from appliance.units import Unit

CodedT = TypeVar("CodedT", bound=Coded)
DEEPEST = 20
"""Levels of content that are looked through; the templates have seven."""
_UNREADABLE = (AttributeError, LookupError, NotImplementedError, TypeError, ValueError)
"""What pydicom raises over a value of the wrong form when it is asked for."""
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_DIMENSIONLESS = frozenset({Unit.RATIO, Unit.X_RAY_SOURCES})


def below(item: Dataset, levels: int = DEEPEST) -> Iterator[Dataset]:
    """Every content item below ``item``, each before its own children."""
    for each in items_of(item, "ContentSequence"):
        yield each
        if levels > 1:
            yield from below(each, levels - 1)


def items_of(item: Dataset | None, keyword: str) -> list[Dataset]:
    """The items of a sequence; none when it is absent, empty or no sequence."""
    value = None if item is None else value_of(item, keyword)
    return list(value) if isinstance(value, Sequence) else []


def value_of(item: Dataset, keyword: str) -> object:
    """An attribute's value, or None when it has none that can be read."""
    try:
        return item.get(keyword)
    except _UNREADABLE:
        return None


def text_of(item: Dataset | None, keyword: str) -> str:
    """The one value of an attribute as text; empty when it has none, or several."""
    value = None if item is None else value_of(item, keyword)
    if value is None or isinstance(value, MultiValue | Sequence | bytes):
        return ""
    return str(value).strip(" \0")


def every(parent: Dataset | None, concept: Concept) -> list[Dataset]:
    """The items called ``concept`` right below ``parent``, or else anywhere below it.

    By their code; only where no item has it, by its meaning.
    """
    if parent is None:
        return []
    near = items_of(parent, "ContentSequence")
    return _called(near, concept) or _called(list(below(parent)), concept)


def first(parent: Dataset | None, concept: Concept) -> Dataset | None:
    """The first of ``every``, or None."""
    return next(iter(every(parent, concept)), None)


def number(parent: Dataset | None, concept: Concept, unit: Unit) -> tuple[Decimal, str] | None:
    """The number of a NUM item in ``unit``, and its digits as they stand.

    None when there is none, when its unit is not known, and when items contradict each other.
    """
    found = {measured(each, unit) for each in every(parent, concept)} - {None}
    return found.pop() if len(found) == 1 else None


def text(parent: Dataset | None, concept: Concept, keyword: str) -> str:
    """The value of a TEXT, UIDREF or DATETIME item; empty when there is none."""
    return text_of(first(parent, concept), keyword)


def code(item: Dataset | None) -> tuple[str, str, str]:
    """Value, scheme and meaning of a CODE item's value; what is absent is empty."""
    return _entry(items_of(item, "ConceptCodeSequence"))


def coded(item: Dataset | None, values: type[CodedT], words: str = "") -> CodedT | None:
    """The value of a CODE item by its code, or else by its meaning or another word for it."""
    value, scheme, meaning = code(item)
    by_code = (each for each in values if is_code_of(value, scheme, each))
    by_word = (each for each in values if letters(meaning) in _names(each, words))
    return next(by_code, None) or next(by_word, None)


def is_called(item: Dataset, concept: Concept) -> bool:
    """Whether an item's concept name is ``concept``, by its code or by its meaning."""
    return _has_code(item, concept) or _has_meaning(item, concept)


def measured(item: Dataset, unit: Unit) -> tuple[Decimal, str] | None:
    """The number of one NUM item, as ``number``."""
    values = items_of(item, "MeasuredValueSequence")
    if len(values) != 1:
        return None
    digits = text_of(values[0], "NumericValue")
    size = _size(values[0], unit)
    if size is None or not _NUMBER.fullmatch(digits):
        return None
    return Decimal(digits) * size, digits


def _called(items: list[Dataset], concept: Concept) -> list[Dataset]:
    by_code = [each for each in items if _has_code(each, concept)]
    return by_code or [each for each in items if _has_meaning(each, concept)]


def _names(value: Coded, words: str) -> frozenset[str]:
    other = words_for(words, value.name) if words else frozenset()
    return other | {letters(value.code_meaning)}


def _has_code(item: Dataset, concept: CodedEntry) -> bool:
    value, scheme, _ = _entry(items_of(item, "ConceptNameCodeSequence"))
    return is_code_of(value, scheme, concept)


def _has_meaning(item: Dataset, concept: Concept) -> bool:
    value, scheme, meaning = _entry(items_of(item, "ConceptNameCodeSequence"))
    return is_meaning_of(meaning, concept) and not is_another(value, scheme, concept)


def _entry(sequence: list[Dataset]) -> tuple[str, str, str]:
    entry = sequence[0] if sequence else None
    value = text_of(entry, "CodeValue") or text_of(entry, "LongCodeValue")
    return value, text_of(entry, "CodingSchemeDesignator"), text_of(entry, "CodeMeaning")


def _size(measured: Dataset, unit: Unit) -> Decimal | None:
    """What one of the stated unit is in ``unit``; None when that is not known."""
    value, _, meaning = _entry(items_of(measured, "MeasurementUnitsCodeSequence"))
    stated = [each for each in (unit_letters(value), unit_letters(meaning)) if each]
    if not stated and unit in _DIMENSIONLESS:
        return Decimal(1)
    sizes = {multiples(unit)[each] for each in stated if each in multiples(unit)}
    return sizes.pop() if len(sizes) == 1 else None
