"""A data set, attribute by attribute, and the items of its sequences in the same way."""

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
        found = _cleaned(element, dataset, types.get(int(element.tag)), work, depth)
        if found is not None:
            kept[element.tag] = found
    kept.update(safe_private(dataset, work))
    return kept


def _cleaned(
    element: DataElement, dataset: Dataset, type_: str | None, work: Work, depth: int
) -> DataElement | None:
    tag = element.tag
    if tag.group in GRAPHICS or tag.is_private or tag.element == 0 or int(tag) in NEVER:
        return None
    if depth == 0 and int(tag) in PIXELS:
        return element
    listed = row(tag)
    action, because = _action(listed, type_, work)
    if element.VR == "SQ":
        return _sequence(element, dataset, type_, action, because, work, depth)
    found = without_identity(element, type_, action, work)
    if because and found is not None and not found.is_empty:
        work.applied |= because
    if found is None and because and listed is not None:
        return without_identity(element, type_, listed.without_options(type_), work)
    return found


def _action(
    listed: Row | None, type_: str | None, work: Work
) -> tuple[Action | None, frozenset[Option]]:
    """The table's action, and the options it is due to; None: the IOD defines it, the table is
    silent.
    """
    if listed is None:
        return (Action.REMOVE if type_ is None else None), frozenset()
    option = listed.overriding(work.preset.options)
    if option is not None and (option[0] is Action.KEEP or type_ is not None):
        return option
    return listed.without_options(type_), frozenset()


def _sequence(  # noqa: PLR0913 - an element and where it stands
    element: DataElement,
    dataset: Dataset,
    type_: str | None,
    action: Action | None,
    because: frozenset[Option],
    work: Work,
    depth: int,
) -> DataElement | None:
    if int(element.tag) == CONTENT_SEQUENCE:
        return _content(element, action, work, depth)
    items: list[Dataset] = []
    if action in {None, Action.KEEP, Action.CLEAN, Action.UID}:
        items = [
            item
            for each in element.value
            if (item := cleaned_item(each, element.keyword, work, depth + 1)) is not None
        ]
        work.applied |= because if items else frozenset()
    elif action is Action.DUMMY:
        items = [dummy_item(each, element.keyword, depth + 1) for each in element.value[:1]]
    if not items and (type_ not in REQUIRED_EMPTY or action is Action.REMOVE):
        return None
    return DataElement(element.tag, "SQ", items)


def cleaned_item(item: Dataset, sequence: str, work: Work, depth: int) -> Dataset | None:
    """An item as it may leave: a code, a content item, or attributes; None: it may not."""
    if is_content_item(item):
        return cleaned_content(item, work, depth, cleaned_attributes)
    rest = item
    if is_code(item):
        rest = Dataset({tag: item[tag] for tag in item.keys() if tag not in CODE_TAGS})
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


def _content(
    element: DataElement, action: Action | None, work: Work, depth: int
) -> DataElement | None:
    """The content tree. Without its option the profile asks for a dummy, which would be a report
    that nobody made.
    """
    if action is not Action.CLEAN:
        work.hinder(Hindrance.CONTENT_WITHOUT_OPTION)
        return None
    work.applied.add(Option.CLEAN_STRUCTURED_CONTENT)
    items = cleaned_items(element.value, work, depth + 1, cleaned_attributes)
    return DataElement(element.tag, "SQ", items) if items else None
