"""A person as a meter: what somebody reads off a display that has no line, and types."""

import re
from decimal import Decimal

from appliance.displayqa.meters.dialogue import luminance, luminance_xy
from appliance.displayqa.meters.reading import Failure, Fault, Reading

NUMBER = r"([0-9]{1,6}(?:\.[0-9]{1,6})?)"
FRACTION = r"(0?\.[0-9]{2,6})"
LUMINANCE = re.compile(rf"\s*{NUMBER}\s*")
COLOUR = re.compile(rf"\s*{NUMBER}\s*,\s*{FRACTION}\s*,\s*{FRACTION}\s*")
ILLUMINANCE = re.compile(rf"\s*{NUMBER}\s*lx\s*", re.IGNORECASE)


def typed(text: str) -> Reading | Failure:
    """``123.4`` in cd/m², ``123.4, 0.313, 0.329`` with x, y, or ``45 lx``; nothing else.

    A comma is never a decimal point: ``123,4`` is refused.
    """
    if found := LUMINANCE.fullmatch(text):
        return luminance(found[1])
    if found := COLOUR.fullmatch(text):
        return luminance_xy(found[1], found[2], found[3])
    if found := ILLUMINANCE.fullmatch(text):
        return Reading(illuminance_lx=Decimal(found[1]))
    return Failure(Fault.GARBLED, repr(text[:40]))
