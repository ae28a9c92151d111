"""ColorCAL MkII: commands ended by LF, answers by LF CR and a prompt; X Y Z come uncorrected.

The matrix that makes them true is in the meter, in ten-thousandths; a negative number is stored as
50000 and its size. Source: a driver of others.
"""

import re
from collections.abc import Generator
from decimal import Decimal

from appliance.displayqa.meters.dialogue import Dialogue, Request, Until, digits_of, matched
from appliance.displayqa.meters.reading import (
    Failure,
    Fault,
    Instrument,
    Reading,
    chromaticity_of_xyz,
)

PROMPT = Until(b">")
IDENTITY = re.compile(
    r"OK00,[^,\n\r]*,[^,\n\r]*,[^,\n\r]*,(?P<serial>[0-9A-Z-]{4,12}),[^\n\r]*\n\r>"
)
ROW = re.compile(r"OK00,([0-9]{5}), ?([0-9]{5}), ?([0-9]{5})\n\r>")
NUMBER = r" *(-?[0-9]{1,5}\.[0-9]{1,4})"
READING = re.compile(rf"OK00,{NUMBER},{NUMBER},{NUMBER}\n\r>")
REFUSAL = re.compile(r"(?P<code>ER[0-9]{2})[^\n\r]*\n\r>")
NEGATIVE = 50000
WHOLE = Decimal(10000)
PLACES = Decimal("0.01")


def identify() -> Dialogue[Instrument]:
    """Serial number and the matrix, row by row."""
    found = yield from _ask(b"IDR\n", IDENTITY)
    if isinstance(found, Failure):
        return found
    constants: list[Decimal] = []
    for row in (b"r01\n", b"r02\n", b"r03\n"):
        numbers = yield from _ask(row, ROW)
        if isinstance(numbers, Failure):
            return numbers
        constants += map(_stored, numbers.groups())
    return Instrument("ColorCAL MkII", found["serial"], tuple(constants))


def measure(instrument: Instrument) -> Dialogue[Reading]:
    """One reading, corrected by the matrix."""
    found = yield from _ask(b"MES\n", READING)
    if isinstance(found, Failure):
        return found
    raw = [Decimal(each) for each in found.groups()]
    x, y, z = (
        sum((a * b for a, b in zip(instrument.constants[at : at + 3], raw, strict=True)), Decimal())
        for at in (0, 3, 6)
    )
    u_prime, v_prime = chromaticity_of_xyz(x, y, z) or (None, None)
    return Reading(
        luminance_cd_m2=max(y, Decimal(0)),
        u_prime=u_prime,
        v_prime=v_prime,
        resolution=PLACES,
        digits=digits_of(*found.groups()),
    )


def _stored(digits: str) -> Decimal:
    number = int(digits)
    return Decimal(NEGATIVE - number if number > NEGATIVE else number) / WHOLE


def _ask(
    command: bytes, form: "re.Pattern[str]"
) -> Generator[Request, bytes, "re.Match[str] | Failure"]:
    answer = yield Request(command, PROMPT, 6.0)
    answer = answer.lstrip(b"\n\r")
    refused = matched(REFUSAL, answer)
    if not isinstance(refused, Failure):
        return Failure(Fault.REFUSED, refused["code"])
    return matched(form, answer)
