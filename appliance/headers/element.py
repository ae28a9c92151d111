"""Data elements as text, numbers and items, whatever form an old scanner gave them.

A value is looked for in several data sets, the first that has one wins: an image has one, a frame
of a multi-frame image has its own functional groups, the shared ones, and the image around them.
"""

import struct
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from pydicom.datadict import dictionary_description, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence as Items
from pydicom.tag import BaseTag, Tag

Layers = Sequence[Dataset]
"""Data sets in the order in which a value is looked for."""

MOST_DIGITS = 9
"""Before or behind the point; what has more is no measurement."""
NOISY_DIGITS, NOISE = 5, 2e-6
"""A number that five digits say but for such a share of it has five digits."""
SINGLE_DIGITS, DOUBLE_DIGITS = 7, 12
"""Decimal digits that mean something in a number that was an FL, and in an FD."""


FIRST_BLOCK, LAST_BLOCK = 0x10, 0xFF
"""Elements of a private group that reserve a block."""


@lru_cache(maxsize=256)
def named(keyword: str) -> str:
    """``Attribute Name (gggg,eeee)``, as an origin's detail names it."""
    tag = tag_of(keyword)
    return f"{dictionary_description(tag)} ({tag.group:04X},{tag.element:04X})"


@lru_cache(maxsize=256)
def tag_of(keyword: str) -> BaseTag:
    """The tag of a keyword of the data dictionary; raises KeyError for another word."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    return Tag(tag)


def texts(layers: Layers, keyword: str) -> tuple[str, ...]:
    """The values as text, spaces around taken off; none when it is absent or empty."""
    for value in _values(layers, tag_of(keyword)):
        found = tuple(_text(each) for each in _each(value))
        if any(found):
            return found
    return ()


def text(layers: Layers, keyword: str) -> str:
    """The first value as text; empty when there is none."""
    return next(iter(texts(layers, keyword)), "")


def numbers(layers: Layers, keyword: str) -> tuple[Decimal, ...]:
    """The values as finite numbers; none when one of them is no number."""
    found = tuple(number_from(each) for each in texts(layers, keyword))
    return tuple(each for each in found if each is not None) if None not in found else ()


def number(layers: Layers, keyword: str) -> Decimal | None:
    """The one value as a finite number; None when there is none, or several."""
    found = numbers(layers, keyword)
    return found[0] if len(found) == 1 else None


def above_zero(layers: Layers, keyword: str) -> Decimal | None:
    """The one value when it is above 0: consoles write 0 for what they do not know."""
    found = number(layers, keyword)
    return found if found is not None and found > 0 else None


def items(layers: Layers, keyword: str) -> tuple[Dataset, ...]:
    """The items of a sequence; none when it is absent or empty."""
    for value in _values(layers, tag_of(keyword)):
        if isinstance(value, Items) and value:
            return tuple(value)
    return ()


def private(dataset: Dataset, group: int, creator: str, element: int) -> str:
    """The text of a private element (PS3.5 7.8.1), wherever its creator reserved a block."""
    for tag in dataset.keys():  # noqa: SIM118 - a data set iterates over elements
        reserves = tag.group == group and FIRST_BLOCK <= tag.element <= LAST_BLOCK
        if reserves and _text(dataset[tag].value) == creator:
            within = Tag(group, tag.element << 8 | element)
            return _text(dataset[within].value) if within in dataset else ""
    return ""


@lru_cache(maxsize=4096)
def number_from(said: str) -> Decimal | None:
    """A number that can be a measurement, from its text, or None."""
    try:
        found = Decimal(said)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) <= MOST_DIGITS else None


def _values(layers: Layers, tag: BaseTag) -> Iterator[object]:
    for layer in layers:
        if tag in layer:
            yield layer[tag].value


def _each(value: object) -> Sequence[object]:
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("ascii", "replace").strip("\0 ")
    if type(value) is float:  # an FD or FL; a DS knows its own digits
        return _digits(value)
    return " ".join(str(value).split())


@lru_cache(maxsize=4096)
def _digits(value: float) -> str:
    """The shortest decimal that means the same.

    So 0.62 is 0.62 although it was stored in four bytes, and 7 is 7 although it was counted in
    steps that are not decimal and reads 7.0000076.
    """
    if abs(float(f"{value:.{NOISY_DIGITS}g}") - value) <= NOISE * abs(value):
        rounded = f"{value:.{NOISY_DIGITS}g}"
    else:
        rounded = f"{value:.{SINGLE_DIGITS if _is_single(value) else DOUBLE_DIGITS}g}"
    number = number_from(rounded)
    return rounded if number is None else f"{number:f}"


def _is_single(value: float) -> bool:
    """Whether four bytes hold ``value`` exactly."""
    try:
        return bool(struct.unpack("f", struct.pack("f", value))[0] == value)
    except OverflowError:
        return False
