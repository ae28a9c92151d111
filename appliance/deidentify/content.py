"""The content tree of a report (PS3.3 C.17.3), item by item, by concept and value type."""

from collections.abc import Callable, Iterable

from pydicom import Dataset

from appliance.deidentify.codes import known_concept
from appliance.deidentify.content_value import rule_for, value_of, value_type_of
from appliance.deidentify.definition import Types, items_of
from appliance.deidentify.outcome import Hindrance
from appliance.deidentify.value import REMOVED, dummy
from appliance.deidentify.work import Work

Attributes = Callable[[Dataset, Types, Work, int], Dataset]
"""How the attributes of an item are cleaned."""
STRUCTURE = (
    "RelationshipType", "ValueType", "ContinuityOfContent", "ConceptNameCodeSequence",
    "ContentTemplateSequence", "ObservationDateTime", "ObservationUID",
    "ReferencedContentItemIdentifier",
)  # fmt: skip
"""What an item has beside its value and the items below it."""
REFERENCED = {
    "IMAGE": ("ReferencedSOPSequence",),
    "COMPOSITE": ("ReferencedSOPSequence",),
    "WAVEFORM": ("ReferencedSOPSequence",),
    "SCOORD": ("GraphicData", "GraphicType", "PixelOriginInterpretation", "FiducialUID"),
    "SCOORD3D": ("GraphicData", "GraphicType", "ReferencedFrameOfReferenceUID", "FiducialUID"),
    "TCOORD": ("TemporalRangeType", "ReferencedSamplePositions", "ReferencedTimeOffsets"),
    "": (),
}
"""Value types whose value is made of attributes; an item without one refers to another item."""
DUMMIES = {
    "TEXT": ("TextValue", "LT"),
    "PNAME": ("PersonName", "PN"),
    "DATE": ("Date", "DA"),
    "TIME": ("Time", "TM"),
    "DATETIME": ("DateTime", "DT"),
}


def is_content_item(item: Dataset) -> bool:
    """Whether an item has a value type and a concept: a content item, or one in all but name."""
    return "ValueType" in item and "ConceptNameCodeSequence" in item


def cleaned_items(
    items: Iterable[Dataset], work: Work, depth: int, attributes: Attributes
) -> list[Dataset]:
    """Those of the items that may leave, as they may."""
    found = (cleaned_content(item, work, depth, attributes) for item in items)
    return [item for item in found if item is not None]


def cleaned_content(
    item: Dataset, work: Work, depth: int, attributes: Attributes
) -> Dataset | None:
    """A content item as it may leave, with those below it; None: it may not.

    One with others below it that stay is never removed: it becomes a dummy.
    """
    value_type = value_type_of(item)
    work.references += "ReferencedContentItemIdentifier" in item
    below = cleaned_items(item.get("ContentSequence") or (), work, depth + 1, attributes)
    named = (*STRUCTURE, *REFERENCED.get(value_type, ()))
    part = Dataset({item[name].tag: item[name] for name in named if name in item})
    kept = attributes(part, items_of("ContentSequence"), work, depth)
    value = Dataset() if value_type in {*REFERENCED, "CONTAINER"} else value_of(item, work)
    if value is None and (below or rule_for(item).otherwise == "dummy"):
        value = _dummy(value_type)
    if value is None:
        if below:
            work.hinder(Hindrance.CONTENT_UNKNOWN, known_concept(item))
        work.removed_items += 1
        return None
    kept.update(value)
    if below:
        kept.ContentSequence = below
    return kept


def _dummy(value_type: str) -> Dataset | None:
    if value_type not in DUMMIES:
        return None
    keyword, vr = DUMMIES[value_type]
    value = Dataset()
    setattr(value, keyword, dummy(vr) or REMOVED)
    return value
