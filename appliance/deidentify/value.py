"""Values of attributes: which have the form of their VR, and what stands for one that must go."""

import re
from collections.abc import Iterable
from typing import Any

from pydicom import DataElement
from pydicom.datadict import dictionary_has_tag, dictionary_VM, dictionary_VR
from pydicom.multival import MultiValue

from appliance.deidentify.words import known_words

REMOVED = "REMOVED"
TEXTS = frozenset({"AE", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
WORDS = TEXTS - {"AE", "PN", "UR"}
"""VRs of texts that scanners mistake for each other."""
MOMENTS = frozenset({"DA", "DT", "TM"})
NUMBERS = frozenset({"AT", "FD", "FL", "SL", "SS", "SV", "UL", "US", "UV"})
BULK = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
LONGEST_TEXT = {"AE": 16, "CS": 16, "LO": 64, "SH": 16}
"""Characters (PS3.5 6.2)."""
_DUMMIES = {"AS": "000Y", "DA": "19000101", "DT": "19000101000000", "TM": "000000"}
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FORMS = {
    "AS": re.compile(r"\d{3}[DWMY]"),
    "DS": re.compile(r" *[+-]?(\d+(\.\d*)?|\.\d+)([Ee][+-]?\d+)? *"),
    "IS": re.compile(r" *[+-]?\d{1,12} *"),
}


def each(value: object) -> list[Any]:
    """The values of a multi-valued attribute, or the one."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]


def well_formed(vr: str, value: object) -> bool:
    """Whether a value of AS, DS or IS has the form the VR prescribes, so is no free text."""
    text = str(getattr(value, "original_string", value))
    return _FORMS[vr].fullmatch(text) is not None and text.isascii()


def is_as_defined(element: DataElement) -> bool:
    """Whether an element has the VR that PS3.6 gives it, and if numbers, no more than it may have.

    A name whose sender calls it a number has no form that could give it away. Nor has a text with
    bytes of other elements in it, which a wrong length makes.
    """
    tag, vr = element.tag, element.VR
    if not dictionary_has_tag(tag):
        return False
    defined = dictionary_VR(tag)
    if vr not in {defined, *defined.split(" or ")} and not {vr, defined} <= WORDS:
        return False
    if vr in TEXTS and any(
        _BINARY.search(str(value).strip("\0 ")) for value in each(element.value)
    ):
        return False
    most = dictionary_VM(tag).split("-")[-1]
    return vr not in NUMBERS or not most.isdigit() or len(each(element.value)) <= int(most)


def dummy(vr: str) -> str | None:
    """What stands for a value that must not be empty; None: nothing may, of this VR."""
    return REMOVED if vr in TEXTS | {"CS"} - {"UR"} else _DUMMIES.get(vr)


def worded(vr: str, values: Iterable[object]) -> list[str]:
    """Descriptions reduced to known words, cut to what the VR holds; those without any left out."""
    found = (known_words(str(value))[: LONGEST_TEXT.get(vr, 1024)].strip() for value in values)
    return [text for text in found if text]
