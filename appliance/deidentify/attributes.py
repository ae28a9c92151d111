"""A data set, attribute by attribute, and the items of its sequences in the same way."""

from dataclasses import dataclass

from pydicom import DataElement, Dataset
from pydicom.datadict import keyword_for_tag

from appliance.deidentify.codes import TAGS as CODE_TAGS
from appliance.deidentify.codes import cleaned_code, is_code, local_code
from appliance.deidentify.content import cleaned_content, cleaned_items, is_content_item
from appliance.deidentify.definition import Types, items_of
from appliance.deidentify.elements import without_identity
from appliance.deidentify.option import Option
from appliance.deidentify.outcome import Hindrance
from appliance.deidentify.private import safe_private
from appliance.deidentify.profile import REQUIRED, REQUIRED_EMPTY, Action, Row, row
from appliance.deidentify.value import dummy
from appliance.deidentify.work import Work

CONTENT_SEQUENCE = 0x0040A730
GRAPHICS = frozenset(range(0x5000, 0x5020)) | frozenset(range(0x6000, 0x6020))
"""Groups of curves and overlay planes: whole groups go, for their headers are of no use alone."""
NEVER = frozenset({0x04000500, 0x04000550, 0x04000561})
"""Encrypted, Modified and Original Attributes Sequence: what was taken out must not ride along,
encrypted or not."""
PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
DEEPEST = 32


def cleaned_attributes(dataset: Dataset, types: Types, work: Work, depth: int = 0) -> Dataset:
    """What may leave of ``dataset``, whose attributes its IOD or sequence defines as ``types``.

    Pixel data passes: whether it may leave is decided elsewhere.
    """
    kept = Dataset()
    if depth > DEEPEST:
        work.hinder(Hindrance.NESTED_TOO_DEEP)
        return kept
    for element in dataset:
        found = _cleaned(element, types.get(int(element.tag)), work, depth)
        if found is not None:
            kept[element.tag] = found
    kept.update(safe_private(dataset, work))
    return kept


@dataclass(frozen=True, slots=True)
class _Case:
    """An attribute, its type, what is to be done with it, and the options that say so."""

    element: DataElement
    type_: str | None
    listed: Row | None
    action: Action | None
    because: frozenset[Option]


def _case(element: DataElement, type_: str | None, work: Work) -> _Case:
    """The table's action; None where the IOD defines the attribute and the table is silent."""
    listed = row(element.tag)
    if listed is None:
        return _Case(element, type_, None, Action.REMOVE if type_ is None else None, frozenset())
    option = listed.overriding(work.preset.options)
    if option is not None and (option[0] is Action.KEEP or type_ is not None):
        return _Case(element, type_, listed, *option)
    return _Case(element, type_, listed, listed.without_options(type_), frozenset())


def _cleaned(element: DataElement, type_: str | None, work: Work, depth: int) -> DataElement | None:
    tag = element.tag
    if tag.group in GRAPHICS or tag.is_private or tag.element == 0 or int(tag) in NEVER:
        return None
    if depth == 0 and int(tag) in PIXELS:
        return element
    case = _case(element, type_, work)
    if int(tag) == CONTENT_SEQUENCE:
        return _content(case, work, depth)
    if element.VR == "SQ":
        return _sequence(case, work, depth)
    found = without_identity(element, type_, case.action, work)
    if found is not None and not found.is_empty:
        work.applied |= case.because
    if found is None and case.because and case.listed is not None:
        return without_identity(element, type_, case.listed.without_options(type_), work)
    return found


def _sequence(case: _Case, work: Work, depth: int) -> DataElement | None:
    keyword, value = case.element.keyword, case.element.value
    items: list[Dataset] = []
    if case.action in {None, Action.KEEP, Action.CLEAN, Action.UID}:
        found = (cleaned_item(each, keyword, work, depth + 1) for each in value)
        items = [item for item in found if item is not None]
        work.applied |= case.because if items else frozenset()
    elif case.action is Action.DUMMY:
        items = [dummy_item(each, keyword, depth + 1) for each in value[:1]]
    if not items and (case.type_ not in REQUIRED_EMPTY or case.action is Action.REMOVE):
        return None
    return DataElement(case.element.tag, "SQ", items)


def cleaned_item(item: Dataset, sequence: str, work: Work, depth: int) -> Dataset | None:
    """An item as it may leave: a code, a content item, or attributes; None: it may not."""
    if is_content_item(item):
        return cleaned_content(item, work, depth, cleaned_attributes)
    rest = item
    if is_code(item):
        rest = Dataset({tag: item[tag] for tag in list(item.keys()) if tag not in CODE_TAGS})
    kept = cleaned_attributes(rest, items_of(sequence), work, depth)
    if is_code(item):
        kept.update(cleaned_code(item, work))
    return kept if len(kept) else None


def dummy_item(item: Dataset, sequence: str, depth: int = 0) -> Dataset:
    """An item in which nothing is left but what must be there, and that says nothing."""
    kept = Dataset()
    if is_code(item):
        kept.update(local_code())
    for tag, type_ in items_of(sequence).items():
        if tag not in item or type_ not in (*REQUIRED, *REQUIRED_EMPTY) or depth > DEEPEST:
            continue
        kept[tag] = _dummy_element(item[tag], type_, depth)
    return kept


def _dummy_element(element: DataElement, type_: str, depth: int) -> DataElement:
    if type_ in REQUIRED_EMPTY:
        return DataElement(element.tag, element.VR, [] if element.VR == "SQ" else None)
    if element.VR == "SQ":
        keyword = keyword_for_tag(element.tag)
        items = [dummy_item(each, keyword, depth + 1) for each in element.value[:1]]
        return DataElement(element.tag, "SQ", items)
    return DataElement(element.tag, element.VR, dummy(element.VR))


def _content(case: _Case, work: Work, depth: int) -> DataElement | None:
    """The content tree; without its option the table asks for a dummy: a report nobody made."""
    if case.action is not Action.CLEAN:
        work.hinder(Hindrance.CONTENT_WITHOUT_OPTION)
        return None
    work.applied |= case.because
    items = cleaned_items(case.element.value, work, depth + 1, cleaned_attributes)
    return DataElement(case.element.tag, "SQ", items) if items else None
