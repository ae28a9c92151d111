"""Private attributes that are known to hold no identity."""

from collections.abc import Mapping
from functools import cache

from pydicom import DataElement, Dataset

from appliance.deidentify.option import Option
from appliance.deidentify.profile import rows
from appliance.deidentify.value import NUMBERS, each, well_formed
from appliance.deidentify.work import Work

Place = tuple[str, int, int]
"""Private creator, group, element within the block."""


def safe_private(dataset: Dataset, work: Work) -> Dataset:
    """The private attributes that may stay, each with its creator; without the option none."""
    kept = Dataset()
    if Option.RETAIN_SAFE_PRIVATE not in work.preset.options:
        return kept
    for element in dataset:
        creator = _creator(dataset, element)
        place = (creator, int(element.tag.group), int(element.tag.element) & 0xFF)
        if _known().get(place) == element.VR and _is_number(element):
            work.applied.add(Option.RETAIN_SAFE_PRIVATE)
            block = (element.tag.group << 16) | (element.tag.element >> 8)
            kept[block] = DataElement(block, "LO", creator)
            kept[element.tag] = element
    return kept


def _creator(dataset: Dataset, element: DataElement) -> str:
    if not element.tag.is_private or element.tag.element < 0x1000:  # noqa: PLR2004 - PS3.5 7.8.1
        return ""
    block = dataset.get((element.tag.group << 16) | (element.tag.element >> 8))
    return "" if block is None else str(block.value or "").strip()


def _is_number(element: DataElement) -> bool:
    if element.VR in NUMBERS:
        return True
    return all(well_formed(element.VR, value) for value in each(element.value))


@cache
def _known() -> Mapping[Place, str]:
    return {
        (entry["creator"], int(entry["group"], 16), int(entry["element"], 16)): entry["vr"]
        for entry in rows("safe_private.csv")
    }
