"""Content items the way these templates need them.

highdicom's NUM takes a float and cannot be empty; ``num`` puts the printed digits back, and leaves
the measured value out where there is none (PS3.3 C.18.1: zero items mean that the value is absent,
Numeric Value Qualifier says why).
"""

from collections.abc import Iterable
from decimal import Decimal

from highdicom.sr import (
    CodeContentItem,
    CodedConcept,
    ContainerContentItem,
    ContentItem,
    ContentSequence,
    DateTimeContentItem,
    NumContentItem,
    PnameContentItem,
    TextContentItem,
    UIDRefContentItem,
)
from pydicom import DataElement

from appliance.rdsr.concepts import CodedEntry, Concept, Fixed
from appliance.units import Unit

LONGEST_DECIMAL = 16
CONTAINS = "CONTAINS"
HAS_CONCEPT_MOD = "HAS CONCEPT MOD"
HAS_OBS_CONTEXT = "HAS OBS CONTEXT"
HAS_PROPERTIES = "HAS PROPERTIES"
INFERRED_FROM = "INFERRED FROM"


def coded(value: CodedEntry) -> CodedConcept:
    """``value`` as an item of a code sequence."""
    return CodedConcept(value.code_value, value.coding_scheme, value.code_meaning)


def with_children(item: ContentItem, children: Iterable[ContentItem]) -> ContentItem:
    """``item`` with ``children`` below it, if there are any."""
    nested = list(children)
    if nested:
        item["ContentSequence"] = DataElement("ContentSequence", "SQ", ContentSequence(nested))
    return item


def container(
    concept: Concept,
    children: Iterable[ContentItem],
    template: str | None = None,
    relationship: str | None = CONTAINS,
) -> ContentItem:
    """A CONTAINER of separate items; ``template`` is the TID it is the root of."""
    item = ContainerContentItem(
        coded(concept),
        is_content_continuous=False,
        template_id=template,
        relationship_type=relationship,
    )
    return with_children(item, children)


def code(
    concept: Concept,
    value: CodedEntry,
    children: Iterable[ContentItem] = (),
    relationship: str = CONTAINS,
) -> ContentItem:
    """A CODE item."""
    return with_children(CodeContentItem(coded(concept), coded(value), relationship), children)


def text(
    concept: Concept,
    value: str,
    children: Iterable[ContentItem] = (),
    relationship: str = CONTAINS,
) -> ContentItem:
    """A TEXT item."""
    return with_children(TextContentItem(coded(concept), value, relationship), children)


def num(
    concept: Concept,
    value: Decimal | None,
    unit: Unit,
    children: Iterable[ContentItem] = (),
    relationship: str = CONTAINS,
) -> ContentItem:
    """A NUM item with the digits as printed, or (114010, DCM, "Value unknown") for None."""
    unknown = coded(Fixed.VALUE_UNKNOWN) if value is None else None
    units = CodedConcept(unit.code, "UCUM", unit.meaning)
    item = NumContentItem(coded(concept), 0, units, unknown, relationship)
    if value is None:
        item.MeasuredValueSequence = []
    else:
        item.MeasuredValueSequence[0].NumericValue = decimal_string(value)
    return with_children(item, children)


def decimal_string(value: Decimal) -> str:
    """The digits of ``value``; of a computed one as many as a DS holds (PS3.5 6.2)."""
    text = f"{value:f}"
    places = LONGEST_DECIMAL - len(f"{value:.0f}") - len(".")
    if len(text) <= LONGEST_DECIMAL or places < 1:
        return text
    return f"{value:.{places}f}".rstrip("0").rstrip(".")


def uidref(concept: Concept, value: str, relationship: str = CONTAINS) -> ContentItem:
    """A UIDREF item."""
    return UIDRefContentItem(coded(concept), value, relationship)


def date_time(concept: Concept, value: str, relationship: str = CONTAINS) -> ContentItem:
    """A DATETIME item; ``value`` is a DT as precise as it is known."""
    return DateTimeContentItem(coded(concept), value, relationship)


def person_name(concept: Concept, value: str, relationship: str) -> ContentItem:
    """A PNAME item; highdicom wants a caret in a name of one component."""
    name = value if "^" in value else f"{value}^"
    return PnameContentItem(coded(concept), name, relationship)
