"""CA-410 probes: three-letter commands ended by CR; a reading that says its luminance twice.

``MES,2`` answers x, y, Lv and X, Y, Z of one measurement. It is believed when Lv is Y and x, y are
those of X, Y, Z, so a lost or changed digit is seen.
Source: a driver of others with captured answers; the figures of its status codes come from there.
"""

import re
from collections.abc import Generator
from decimal import Decimal

from appliance.displayqa.meters.dialogue import (
    Dialogue,
    Request,
    Until,
    luminance_xyz,
    matched,
)
from appliance.displayqa.meters.reading import Failure, Fault, Instrument, Reading

LINE = Until(b"\r")
NUMBER = r"([+-]?[0-9]{1,7}\.[0-9]{1,8})"
IDENTITY = re.compile(
    r"OK00,(?P<product>CA-[A-Z0-9]{3,5}),[0-9]{5},(?P<probe>CA-[A-Z0-9]+) *,"
    r"Ver\.[0-9.]+,(?P<serial>[0-9]{8}),\r"
)
CALIBRATED = re.compile(r"OK00,(?P<zero>[012])\r")
DONE = re.compile(r"OK00\r")
READING = re.compile(
    rf"OK00,P1,0,{NUMBER},{NUMBER},{NUMBER},[^,\r]*,[^,\r]*,{NUMBER},{NUMBER},{NUMBER}\r"
)
REFUSAL = re.compile(r"(?P<code>(?:ER|OK(?!00))[0-9]{2,3})(?:,[^\r]*)?\r")
FAULTS = {"ER21": Fault.ZERO, "ER22": Fault.OVER_RANGE}
NEVER = "0"
TOLERANCE = Decimal("0.0005")
"""How far x, y may be from those of X, Y, Z: what their last places leave at low luminance."""


def identify() -> Dialogue[Instrument]:
    """Probe and serial number, in cd/m²; refused while it was never calibrated to zero."""
    found = yield from _ask(b"IDO,0,1\r", IDENTITY)
    if isinstance(found, Failure):
        return found
    unit = yield from _ask(b"LUS,1\r", DONE)
    if isinstance(unit, Failure):
        return unit
    zero = yield from _ask(b"STR,23\r", CALIBRATED)
    if isinstance(zero, Failure):
        return zero
    if zero["zero"] == NEVER:
        return Failure(Fault.ZERO, "STR,23 is 0")
    return Instrument(found["probe"], found["serial"])


def measure(_: Instrument) -> Dialogue[Reading]:
    """One reading with its chromaticity."""
    found = yield from _ask(b"MES,2\r", READING)
    if isinstance(found, Failure):
        return found
    x, y, luminance, *xyz = map(Decimal, found.groups())
    whole = sum(xyz)
    if luminance != xyz[1]:
        return Failure(Fault.GARBLED, f"Lv {luminance} and Y {xyz[1]}")
    if whole > 0 and max(abs(x - xyz[0] / whole), abs(y - xyz[1] / whole)) > TOLERANCE:
        return Failure(Fault.GARBLED, f"x {x}, y {y} of {xyz}")
    return luminance_xyz(found[4], found[5], found[6])


def _ask(
    command: bytes, form: "re.Pattern[str]"
) -> Generator[Request, bytes, "re.Match[str] | Failure"]:
    answer = yield Request(command, LINE, 30.0)
    refused = matched(REFUSAL, answer)
    if not isinstance(refused, Failure):
        return Failure(FAULTS.get(refused["code"], Fault.REFUSED), refused["code"])
    return matched(form, answer)
