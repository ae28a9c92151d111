"""CA-310: three-letter commands ended by CR, ``OK00,P1`` and three numbers with semicolons.

Chromaticity comes as its decimals alone: 3127 is 0.3127. Source: programs of others; unverified is
which of its answers names the analyser, so it is known by answering as it does.
"""

import re
from collections.abc import Generator
from decimal import Decimal

from appliance.displayqa.meters.dialogue import (
    Dialogue,
    Request,
    Until,
    luminance_xy,
    matched,
)
from appliance.displayqa.meters.reading import Failure, Fault, Instrument, Reading

LINE = Until(b"\r")
DONE = re.compile(r"OK00\r")
READING = re.compile(r"OK00,P1 *([0-9]{3,4}); *([0-9]{3,4}); *([0-9]{1,5}(?:\.[0-9]{1,4})?)\r")
REFUSAL = re.compile(r"(?P<code>ER[0-9]{2})\r")
FAULTS = {"ER10": Fault.ZERO}
"""ER10 before a zero calibration, by a program of others; the rest is refused."""


def identify() -> Dialogue[Instrument]:
    """What takes remote mode and the mode x y Lv."""
    for command in (b"COM,1\r", b"MDS,0\r"):
        found = yield from _ask(command, DONE)
        if isinstance(found, Failure):
            return found
    return Instrument("CA-310")


def measure(_: Instrument) -> Dialogue[Reading]:
    """One reading with its chromaticity."""
    found = yield from _ask(b"MES\r", READING)
    if isinstance(found, Failure):
        return found
    return luminance_xy(found[3], _fraction(found[1]), _fraction(found[2]))


def _fraction(digits: str) -> str:
    return str(Decimal(f"0.{digits}"))


def _ask(
    command: bytes, form: "re.Pattern[str]"
) -> Generator[Request, bytes, "re.Match[str] | Failure"]:
    answer = yield Request(command, LINE, 3.0)
    refused = matched(REFUSAL, answer)
    if not isinstance(refused, Failure):
        return Failure(FAULTS.get(refused["code"], Fault.REFUSED), refused["code"])
    return matched(form, answer)
